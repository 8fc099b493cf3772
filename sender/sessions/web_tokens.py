"""Access tokens of the web service: an assertion that the client's key signs is exchanged for each, and kept until it ends."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from sender.sessions.contract import login_refused
from sender.troubles import SenderError

TOKEN_PATH = "/api/oauth/token"  # noqa: S105 - an address
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LEAST_RSA_BITS = 2048
_ASSERTION_LIFETIME = timedelta(seconds=60)
_NUMBER_BYTES = 16
_SPARE_SHARE = 10
"""A token is renewed before the last tenth of its life, at most a minute before its end."""
_MOST_SPARE = timedelta(minutes=1)
_ERRORS = MappingProxyType({"invalid_client": HTTPStatus.UNAUTHORIZED, "invalid_scope": HTTPStatus.BAD_REQUEST})

Clock = Callable[[], datetime]
Exchange = Callable[[dict[str, str]], httpx.Response]
"""Sends a form to the token endpoint."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """The key of a client: how it signs, its name at the counter, and where it came from."""

    algorithm: str
    key: RSAKey | ECKey
    name: str
    source: str

    @classmethod
    def of(cls, private: RSAPrivateKey | EllipticCurvePrivateKey, *, name: str | None, source: str) -> "ClientKey":
        """Return the key, under its thumbprint when it has no name; SenderError when the counter takes none like it."""
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        key: RSAKey | ECKey
        match private:
            case RSAPrivateKey(key_size=bits) if bits >= _LEAST_RSA_BITS:
                algorithm, key = "RS256", RSAKey.import_key(pem)
            case EllipticCurvePrivateKey(curve=SECP256R1()):
                algorithm, key = "ES256", ECKey.import_key(pem)
            case _:
                raise SenderError(
                    f"The key {source} speaks for no client: the counter takes RS256 and ES256 alone.",
                    next_step="Make an RSA key of 2048 bits or more, or one on P-256, and hand in its public half.",
                )
        return cls(algorithm, key, name or key.thumbprint(), source)


class Tokens:
    """The token of one client, obtained when it is first needed and again before it ends."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        client: str,
        key: ClientKey,
        audience: str,
        clock: Clock,
        randomness: Callable[[int], bytes],
    ) -> None:
        self._exchange = exchange
        self._client, self._key, self._audience = client, key, audience
        self._clock, self._randomness = clock, randomness
        self._value = ""
        self._good_until: datetime | None = None

    def bearer(self) -> str:
        """Return a living token; SenderError when the counter gives none, and what the exchange raises."""
        if self._good_until is None or self._clock() >= self._good_until:
            self._value, lifetime = self._obtain()
            self._good_until = self._clock() + lifetime - min(lifetime / _SPARE_SHARE, _MOST_SPARE)
        return self._value

    def forget(self) -> None:
        """Obtain another one next time: the counter did not take this one."""
        self._good_until = None

    def _obtain(self) -> tuple[str, timedelta]:
        response = self._exchange(
            {
                "grant_type": "client_credentials",
                "client_assertion_type": _ASSERTION_TYPE,
                "client_assertion": self._assertion(),
            }
        )
        told = _object(response)
        value, seconds = told.get("access_token"), told.get("expires_in")
        if response.status_code == HTTPStatus.OK and isinstance(value, str) and isinstance(seconds, int):
            return value, timedelta(seconds=seconds)
        if _ERRORS.get(str(told.get("error"))) == response.status_code:
            raise login_refused(
                self._client,
                f"the key {self._key.source}",
                next_step=f"Check that this key is registered as {self._key.name!r} for this client, that --host is "
                "the counter's public name, and the clock of this machine.",
            )
        raise UnlikeACounterError(f"status {response.status_code} at {TOKEN_PATH}")

    def _assertion(self) -> str:
        now = self._clock()
        claims = {
            "iss": self._client,
            "sub": self._client,
            "aud": self._audience,
            "jti": self._randomness(_NUMBER_BYTES).hex(),
            "iat": int(now.timestamp()),
            "exp": int((now + _ASSERTION_LIFETIME).timestamp()),
        }
        header = {"alg": self._key.algorithm, "kid": self._key.name, "typ": "JWT"}
        return jwt.encode(header, claims, self._key.key, algorithms=[self._key.algorithm])


class UnlikeACounterError(Exception):
    """Something else than a counter answers."""


def _object(response: httpx.Response) -> dict[str, object]:
    try:
        told = json.loads(response.content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
