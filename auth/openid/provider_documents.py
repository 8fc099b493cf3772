"""What a provider publishes of itself: where it is asked (discovery) and by which keys it signs (JWKS), both kept a while.

Keys are read again when they are old, and once when a token names an unknown one; how often tokens can make us do that
is bounded, so that a flood of them asks the provider nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Self
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from auth.openid.faults import OpenIdFault, OpenIdRefused, ProviderOutage, ProviderTrouble
from auth.openid.transport import Answer, Transport

FRESH = timedelta(hours=1)
"""How long a document is taken as it was read."""

USABLE = timedelta(hours=24)
"""How long it is used still while the provider gives no newer one."""

AT_MOST_EVERY = timedelta(seconds=30)
"""How often an unknown key leads to another look."""

SMALLEST_KEY_BITS = 2048
MOST_KEYS = 50
_LONGEST_URL = 500


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked; `names_itself` is whether its redirects carry `iss` (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    user_info: str | None
    names_itself: bool

    @classmethod
    def parse(cls, told: Mapping[str, object], *, issuer: str) -> Self:
        """Return them from a discovery document; ProviderOutage unless it is `issuer`'s own and all is https."""
        if told.get("issuer") != issuer:
            raise _wrong_document("its discovery document names another issuer")
        user_info = told.get("userinfo_endpoint")
        return cls(
            authorization=_https_url(told, "authorization_endpoint"),
            token=_https_url(told, "token_endpoint"),
            keys=_https_url(told, "jwks_uri"),
            user_info=None if user_info is None else _https_url(told, "userinfo_endpoint"),
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    endpoints: Endpoints
    keys: Mapping[str, RSAKey]
    read_at: datetime


class ProviderDocuments:
    """The documents of one provider as this process knows them; safe to use from several threads."""

    def __init__(self, issuer: str, transport: Transport) -> None:
        self._issuer = issuer
        self._transport = transport
        self._kept: _Kept | None = None
        self._looked_again_at: datetime | None = None
        self._lock = Lock()

    def endpoints(self, *, at: datetime) -> Endpoints:
        """Return where the provider is asked; ProviderOutage when that cannot be known."""
        return self._current(at=at).endpoints

    def key(self, name: str, *, at: datetime) -> RSAKey:
        """Return the key of that name (`kid`); OpenIdRefused when the provider has none, also after another look."""
        known = self._current(at=at)
        if name not in known.keys and self._may_look_again(at=at):
            known = self._read(at=at, unless_newer_than=known.read_at)
        if name not in known.keys:
            raise OpenIdRefused(
                OpenIdFault.KEY_UNKNOWN, "the token is signed by a key that the provider does not publish"
            )
        return known.keys[name]

    def _current(self, *, at: datetime) -> _Kept:
        kept = self._kept
        if kept is not None and at - kept.read_at < FRESH:
            return kept
        try:
            return self._read(at=at, unless_newer_than=None if kept is None else kept.read_at)
        except ProviderOutage:
            if kept is None or at - kept.read_at >= USABLE:
                raise
            return kept

    def _may_look_again(self, *, at: datetime) -> bool:
        with self._lock:
            if self._looked_again_at is not None and at - self._looked_again_at < AT_MOST_EVERY:
                return False
            self._looked_again_at = at
            return True

    def _read(self, *, at: datetime, unless_newer_than: datetime | None) -> _Kept:
        with self._lock:
            kept = self._kept
            if kept is not None and (unless_newer_than is None or kept.read_at > unless_newer_than):
                return kept
            told = _require_document(self._transport.get(f"{self._issuer}/.well-known/openid-configuration"))
            endpoints = Endpoints.parse(told, issuer=self._issuer)
            keys = parse_keys(_require_document(self._transport.get(endpoints.keys)))
            self._kept = _Kept(endpoints, keys, at)
            return self._kept


def parse_keys(told: Mapping[str, object]) -> Mapping[str, RSAKey]:
    """Return the RSA keys for signatures in a key set, by name; others are passed over. ProviderOutage for no key set."""
    entries = told.get("keys")
    if not isinstance(entries, Sequence) or isinstance(entries, str) or len(entries) > MOST_KEYS:
        raise _wrong_document("its key set is none")
    found: dict[str, RSAKey] = {}
    for entry in entries:
        if not _is_signing_key(entry):
            continue
        try:
            key = RSAKey.import_key({name: entry[name] for name in ("kty", "n", "e")})
        except (JoseError, ValueError, TypeError, KeyError) as trouble:
            raise _wrong_document("its key set holds a broken key") from trouble
        if key.public_key.key_size >= SMALLEST_KEY_BITS:
            found[entry["kid"]] = key
    return found


def _is_signing_key(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("kty") == "RSA"
        and entry.get("use", "sig") == "sig"
        and isinstance(entry.get("kid"), str)
    )


def _require_document(answer: Answer) -> Mapping[str, object]:
    if answer.status != HTTPStatus.OK:
        raise ProviderOutage(ProviderTrouble.STATUS, f"a document of the provider answers {answer.status}")
    return answer.content


def _https_url(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST_URL or not (value.isascii() and value.isprintable()):
        raise _wrong_document(f"{name} is missing")
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or "#" in value:
        raise _wrong_document(f"{name} is no https address")
    return value


def _wrong_document(sentence: str) -> ProviderOutage:
    return ProviderOutage(ProviderTrouble.DOCUMENT_WRONG, sentence)
