"""Check at the mock's token endpoint that the client is who it says (private_key_jwt) and that the code is its own (PKCE)."""

import base64
import hashlib
import json
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = timedelta(minutes=10)
_LONGEST_NUMBER = 255
_LONGEST_KEY_SET = 65_536
_FETCH_SECONDS = 5.0

KeySet = Mapping[str, list[dict[str, str]]]
FetchKeys = Callable[[], KeySet]


class ClientRefused(Exception):  # noqa: N818 - the client's fault
    """The client did not prove who it is; the message says how."""


def fetching(url: str, context: ssl.SSLContext) -> FetchKeys:
    """Return what reads the client's key set over https; it raises ClientRefused when that is not there."""

    def fetch() -> KeySet:
        try:
            with urllib.request.urlopen(url, timeout=_FETCH_SECONDS, context=context) as answer:  # noqa: S310 - https
                keys: KeySet = json.loads(answer.read(_LONGEST_KEY_SET))
        except (OSError, ValueError) as trouble:
            raise ClientRefused(f"the client's key set at {url} cannot be read: {trouble}") from trouble
        return keys

    return fetch


class ClientChecks:
    """What is known of the client's keys and of the assertions it used."""

    def __init__(self, client_id: str, fetch: FetchKeys) -> None:
        self._client_id = client_id
        self._fetch = fetch
        self._keys: KeySet = {"keys": []}
        self._used: set[str] = set()
        self._lock = Lock()

    def require_client(self, form: Mapping[str, str], *, audience: str, at: datetime) -> None:
        """Raise ClientRefused unless the form carries an assertion that the client signed for `audience`, used once."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise ClientRefused("client_assertion_type is missing")
        try:
            signed = jws.extract_compact(form.get("client_assertion", "").encode())
            header, claims = signed.headers(), json.loads(signed.payload)
            key = self._signing_key(str(header.get("kid")))
            is_signed = header.get("alg") == "RS256" and jws.validate_compact(signed, key, algorithms=["RS256"])
        except (JoseError, ValueError, TypeError) as trouble:
            raise ClientRefused("client_assertion is no JWS") from trouble
        if not is_signed:
            raise ClientRefused("client_assertion has another signature")
        if {claims.get("iss"), claims.get("sub")} != {self._client_id} or claims.get("aud") != audience:
            raise ClientRefused("client_assertion is from another client or for another endpoint")
        now = at.timestamp()
        if not now < claims.get("exp", 0) <= now + LONGEST_LIFE.total_seconds():
            raise ClientRefused("client_assertion is over or lasts too long")
        self._use(claims.get("jti"))

    def encryption_key(self) -> RSAKey:
        """Return the key that the client wants its tokens encrypted for; ClientRefused when it publishes none."""
        keys = [entry for entry in self._known()["keys"] if entry.get("use") == "enc"]
        if not keys:
            raise ClientRefused("the client publishes no key for encryption")
        return RSAKey.import_key({name: value for name, value in keys[0].items() if name in {"kty", "n", "e", "kid"}})

    def _signing_key(self, name: str) -> RSAKey:
        for known in (self._known(), self._refreshed()):
            for entry in known["keys"]:
                if entry.get("use") == "sig" and entry.get("kid") == name:
                    return RSAKey.import_key({part: entry[part] for part in ("kty", "n", "e")})
        raise ClientRefused("the client publishes no such key for signatures")

    def _known(self) -> KeySet:
        return self._keys if self._keys["keys"] else self._refreshed()

    def _refreshed(self) -> KeySet:
        self._keys = self._fetch()
        return self._keys

    def _use(self, number: object) -> None:
        if not isinstance(number, str) or not 0 < len(number) <= _LONGEST_NUMBER:
            raise ClientRefused("client_assertion has no jti")
        with self._lock:
            if number in self._used:
                raise ClientRefused("client_assertion was used before")
            self._used.add(number)


def is_verifier_of(verifier: str, challenge: str) -> bool:
    """Whether a PKCE verifier belongs to the challenge."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
