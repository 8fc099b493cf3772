"""The keys that sign id tokens: an RSA key and one on P-256, each followed by the next a day after that was published."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from domain.refusals import OutageError

PUBLISHED_FIRST = timedelta(hours=24)
"""How long a new key is published before it signs: applications keep the key set for a while."""

KEPT_AFTERWARDS = timedelta(hours=48)
"""How long the forerunner of a key stays published after that key was made."""

_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair and when it was made."""

    made_at: datetime
    key: RSAKey | ECKey

    @property
    def name(self) -> str:
        """The key's `kid`: its thumbprint (RFC 7638)."""
        return self.key.thumbprint()

    @property
    def algorithm(self) -> str:
        """The algorithm by which it signs."""
        return "RS256" if isinstance(self.key, RSAKey) else "ES256"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys, oldest first; there is always one of each algorithm."""

    keys: tuple[SigningKey, ...]

    @classmethod
    def make(cls, *, at: datetime) -> Self:
        """Return a first key of each algorithm."""
        return cls(_fresh(at))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the keys that `render` wrote; ValueError for anything else."""
        try:
            keys = tuple(
                SigningKey(datetime.fromisoformat(entry["made_at"]).astimezone(UTC), _import_private(entry["key"]))
                for entry in json.loads(text)["keys"]
            )
        except (JoseError, KeyError, TypeError, AttributeError) as fault:
            raise ValueError("no key file") from fault
        if {key.algorithm for key in keys} != {"RS256", "ES256"}:
            raise ValueError("a key of each algorithm is expected")
        return cls(keys)

    def render(self) -> str:
        """Return the keys as JSON, private halves included."""
        entries = [{"made_at": key.made_at.isoformat(), "key": key.key.as_dict(private=True)} for key in self.keys]
        return json.dumps({"keys": entries})

    def renewed(self, *, at: datetime) -> "SigningKeys":
        """Return them with a new key of each algorithm, and without those that nobody needs any more."""
        kept: list[SigningKey] = []
        for algorithm in ("RS256", "ES256"):
            of_kind = self._of(algorithm)
            followed = itertools.pairwise(of_kind)
            kept += [key for key, follower in followed if follower.made_at + KEPT_AFTERWARDS > at]
            kept.append(of_kind[-1])
        return SigningKeys((*sorted(kept, key=lambda key: key.made_at), *_fresh(at)))

    def signer(self, algorithm: str, *, at: datetime) -> SigningKey:
        """Return the key that signs: the newest that has been published long enough, else the oldest."""
        of_kind = self._of(algorithm)
        known = [key for key in of_kind if key.made_at + PUBLISHED_FIRST <= at]
        return known[-1] if known else of_kind[0]

    def published(self) -> Mapping[str, list[dict[str, object]]]:
        """Return the key set (RFC 7517) that applications read."""
        return {
            "keys": [
                {**key.key.as_dict(private=False), "kid": key.name, "use": "sig", "alg": key.algorithm}
                for key in self.keys
            ]
        }

    def _of(self, algorithm: str) -> list[SigningKey]:
        return [key for key in self.keys if key.algorithm == algorithm]


class SigningKeyFile:
    """The keys in a file, read again when the file changed, so that renewing them needs no restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, SigningKeys] | None = None

    def current(self) -> SigningKeys:
        """Return the keys as they are now; OutageError when they cannot be read."""
        try:
            changed_at = self._path.stat().st_mtime_ns
            if self._read is None or self._read[0] != changed_at:
                self._read = (changed_at, SigningKeys.parse(self._path.read_text(encoding="ascii")))
        except (OSError, ValueError) as trouble:
            raise OutageError(
                f"the keys that sign id tokens cannot be read from {self._path.name}; `guichet keys` makes missing ones"
            ) from trouble
        return self._read[1]


def _fresh(at: datetime) -> tuple[SigningKey, ...]:
    return (
        SigningKey(at, RSAKey.generate_key(_RSA_BITS, private=True)),
        SigningKey(at, ECKey.generate_key("P-256", private=True)),
    )


def _import_private(value: Mapping[str, object]) -> RSAKey | ECKey:
    kind: type[RSAKey | ECKey] = RSAKey if value.get("kty") == "RSA" else ECKey
    key = kind.import_key(dict(value))  # type: ignore[arg-type]
    if not key.is_private:
        raise ValueError("a private key is expected")
    return key
