"""Our own keys at identity providers: we sign with one pair and are written to with another, and both follow one another.

Providers keep our key set for up to a day. So a new key for signatures is published a day before it is used, and what
was encrypted for a former key is read for two days more. Time alone decides that: renewing is one step.
"""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from domain.refusals import OutageError

KEY_BITS = 2048
PUBLISHED_FIRST = timedelta(hours=24)
"""How long a new key for signatures is published before it signs."""

KEPT_AFTERWARDS = timedelta(hours=48)
"""How long the forerunner of a key stays after that key was made."""

Generate = Callable[[], RSAKey]


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A key pair and when it was made."""

    made_at: datetime
    key: RSAKey

    @property
    def name(self) -> str:
        """The key's `kid`: its thumbprint (RFC 7638)."""
        return self.key.thumbprint()


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """Our keys, oldest first; there is always one of each kind."""

    signing: tuple[DatedKey, ...]
    encryption: tuple[DatedKey, ...]

    @classmethod
    def make(cls, generate: Generate, *, at: datetime) -> Self:
        """Return a first pair of keys."""
        return cls((DatedKey(at, generate()),), (DatedKey(at, generate()),))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the keys written in `path`; OutageError when they cannot be read."""
        try:
            return cls.parse(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as trouble:
            raise OutageError(f"our keys at identity providers cannot be read from {path.name}") from trouble

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the keys that `render` wrote; ValueError for anything else."""
        try:
            content = json.loads(text)
            return cls(_parse_keys(content["signing"]), _parse_keys(content["encryption"]))
        except (JoseError, KeyError, TypeError) as fault:
            raise ValueError("no key file") from fault

    def render(self) -> str:
        """Return the keys as JSON, private halves included."""
        return json.dumps({"signing": _render_keys(self.signing), "encryption": _render_keys(self.encryption)})

    def renewed(self, generate: Generate, *, at: datetime) -> "ClientKeys":
        """Return them with a new key of each kind, and without those that nobody uses any more."""
        return ClientKeys(
            (*_without_over(self.signing, at=at), DatedKey(at, generate())),
            (*_without_over(self.encryption, at=at), DatedKey(at, generate())),
        )

    def signer(self, *, at: datetime) -> DatedKey:
        """Return the key that signs: the newest that has been published long enough, else the oldest."""
        known = [key for key in self.signing if key.made_at + PUBLISHED_FIRST <= at]
        return known[-1] if known else self.signing[0]

    def decryption_key(self, name: str | None) -> RSAKey | None:
        """Return the private key of that name, or the newest where a token names none; None for an unknown name."""
        if name is None:
            return self.encryption[-1].key
        return next((dated.key for dated in self.encryption if dated.name == name), None)

    def published(self) -> Mapping[str, list[dict[str, object]]]:
        """Return the key set (RFC 7517) that providers read: every key that signs or will, the newest to encrypt for."""
        return {
            "keys": [
                *(_public(dated, use="sig", algorithm="RS256") for dated in self.signing),
                _public(self.encryption[-1], use="enc", algorithm="RSA-OAEP-256"),
            ]
        }


class ClientKeyFile:
    """The keys in a file, read again when the file changed, so that renewing them needs no restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, ClientKeys] | None = None

    def current(self) -> ClientKeys:
        """Return the keys as they are now; OutageError when they cannot be read."""
        try:
            changed_at = self._path.stat().st_mtime_ns
        except OSError as trouble:
            raise OutageError(f"our keys at identity providers cannot be read from {self._path.name}") from trouble
        if self._read is None or self._read[0] != changed_at:
            self._read = (changed_at, ClientKeys.read(self._path))
        return self._read[1]


def generate_key() -> RSAKey:
    """Return a fresh RSA key pair."""
    return RSAKey.generate_key(KEY_BITS, private=True)


def _without_over(keys: tuple[DatedKey, ...], *, at: datetime) -> tuple[DatedKey, ...]:
    """Return the keys whose follower is not yet long enough there; the newest always stays."""
    followed = itertools.pairwise(keys)
    return (*(key for key, follower in followed if follower.made_at + KEPT_AFTERWARDS > at), keys[-1])


def _public(dated: DatedKey, *, use: str, algorithm: str) -> dict[str, object]:
    return {**dated.key.as_dict(private=False), "kid": dated.name, "use": use, "alg": algorithm}


def _render_keys(keys: tuple[DatedKey, ...]) -> list[dict[str, object]]:
    return [{"made_at": dated.made_at.isoformat(), "key": dated.key.as_dict(private=True)} for dated in keys]


def _parse_keys(entries: list[dict[str, object]]) -> tuple[DatedKey, ...]:
    keys = tuple(
        DatedKey(datetime.fromisoformat(str(entry["made_at"])).astimezone(UTC), _import_private(entry["key"]))
        for entry in entries
    )
    if not keys:
        raise ValueError("no key")
    return keys


def _import_private(value: object) -> RSAKey:
    if not isinstance(value, dict):
        raise TypeError("a key is an object")
    key = RSAKey.import_key(value)
    if not key.is_private:
        raise ValueError("a private key is expected")
    return key
