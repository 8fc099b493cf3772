"""Make the mock's id tokens: right ones, and each wrong one that a tester may choose."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwe, jws
from joserfc.jwk import RSAKey

from commands.mock_identity_provider.faults import Fault

LIFETIME = timedelta(minutes=5)
_HOUR = 3600
_KEY_BITS = 2048
_OTHER_CLIENT = "somebody-else"

Claims = dict[str, object]


@dataclass(frozen=True, slots=True)
class About:
    """What an id token is to say."""

    issuer: str
    client_id: str
    subject: str
    nonce: str = field(repr=False)
    acr: str
    person: Mapping[str, object] = field(repr=False)
    access_token: str = field(repr=False)


class SigningKeys:
    """The keys of one imitated provider; a fault may publish another one, or sign with one that is never published."""

    def __init__(self) -> None:
        self.published = [RSAKey.generate_key(_KEY_BITS)]
        self.hidden = RSAKey.generate_key(_KEY_BITS)

    @property
    def current(self) -> RSAKey:
        """The key that signs."""
        return self.published[-1]

    def publish_another(self) -> RSAKey:
        """Make a new key, publish it, and sign with it from now on."""
        self.published.append(RSAKey.generate_key(_KEY_BITS))
        return self.current

    def key_set(self) -> dict[str, list[dict[str, object]]]:
        """Return what is published."""
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": "RS256"}
                for key in self.published
            ]
        }


def make_claims(about: About, fault: Fault | None, *, at: datetime) -> Claims:
    """Return the claims of a token, with one of them wrong where the fault is one of claims."""
    now = int(at.timestamp())
    claims: Claims = {
        "iss": about.issuer,
        "sub": about.subject,
        "aud": about.client_id,
        "iat": now,
        "exp": now + int(LIFETIME.total_seconds()),
        "auth_time": now,
        "nonce": about.nonce,
        "acr": about.acr,
        "at_hash": _half_hash(about.access_token),
        **about.person,
    }
    claims |= _deviations(now).get(fault, {})
    if fault is Fault.MORE_AUDIENCES:
        claims["aud"] = [about.client_id, _OTHER_CLIENT]
    return {name: value for name, value in claims.items() if value is not None}


def _deviations(now: int) -> Mapping[Fault | None, Claims]:
    return {
        Fault.ISSUER: {"iss": "https://somewhere-else.example"},
        Fault.AUDIENCE: {"aud": _OTHER_CLIENT},
        Fault.PARTY: {"azp": _OTHER_CLIENT},
        Fault.EXPIRED: {"iat": now - 2 * 60, "exp": now - 2 * 60},
        Fault.FUTURE: {"iat": now + _HOUR, "exp": now + 2 * _HOUR},
        Fault.OLD: {"iat": now - _HOUR},
        Fault.PROVEN_LONG_AGO: {"auth_time": now - _HOUR},
        Fault.PROVEN_BEFORE: {"auth_time": now - 4 * 60},
        Fault.PROVEN_LATER: {"auth_time": now + _HOUR},
        Fault.PROOF_UNDATED: {"auth_time": None},
        Fault.NO_EXPIRY: {"exp": None},
        Fault.NONCE: {"nonce": "the-nonce-of-another-login"},
        Fault.NO_NONCE: {"nonce": None},
        Fault.LEVEL_UNKNOWN: {"acr": "urn:example:whatever"},
        Fault.NO_LEVEL: {"acr": None},
        Fault.NO_SUBJECT: {"sub": None},
        Fault.ACCESS_HASH: {"at_hash": _half_hash("another access token")},
    }


def sign(claims: Claims, keys: SigningKeys, fault: Fault | None) -> str:
    """Return the signed token, wrongly signed where the fault is one of signatures."""
    if fault is Fault.KEY_NEW:
        keys.publish_another()
    key, payload = keys.current, json.dumps(claims)
    header: dict[str, object] = {"alg": "RS256", "kid": key.thumbprint()}
    match fault:
        case Fault.ALG_NONE:
            unsigned = json.dumps({"alg": "none"}).encode()
            return f"{_encode(unsigned)}.{_encode(payload.encode())}."
        case Fault.ALG_HS256:
            public = key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return _sign_with_secret(header | {"alg": "HS256"}, payload, public)
        case Fault.ALG_RS512:
            header["alg"] = "RS512"
        case Fault.KEY_UNKNOWN:
            key = keys.hidden
            header["kid"] = key.thumbprint()
        case Fault.KEY_ELSEWHERE:
            key = keys.hidden
            header["jku"] = "https://somewhere-else.example/keys"
        case Fault.NO_KEY_NAME:
            del header["kid"]
        case Fault.SIGNATURE:
            other = jws.serialize_compact(header, "{}", key, algorithms=["RS256"]).rpartition(".")[2]
            return f"{_encode(json.dumps(header).encode())}.{_encode(payload.encode())}.{other}"
        case _:
            pass
    return jws.serialize_compact(header, payload, key, algorithms=["RS256", "RS512"])


def wrap(signed: str, claims: Claims, fault: Fault | None, *, recipient: Callable[[], RSAKey]) -> str:
    """Return the token encrypted for the client, wrongly where the fault is one of encryption."""
    if fault is Fault.NOT_ENCRYPTED:
        return signed
    key = RSAKey.generate_key(_KEY_BITS) if fault is Fault.OTHER_RECIPIENT else recipient()
    header: dict[str, object] = {"alg": "RSA-OAEP-256", "enc": "A128CBC-HS256", "cty": "JWT"}
    if fault is not Fault.OTHER_RECIPIENT and key.kid:
        header["kid"] = key.kid
    if fault is Fault.WEAK_ENCRYPTION:
        header["alg"] = "RSA-OAEP"
    if fault is Fault.COMPRESSED:
        header["zip"] = "DEF"
    inner = json.dumps(claims) if fault is Fault.INNER_UNSIGNED else signed
    return jwe.encrypt_compact(header, inner, key, algorithms=["RSA-OAEP-256", "RSA-OAEP", "A128CBC-HS256", "DEF"])


def _half_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return _encode(digest[: len(digest) // 2])


def _sign_with_secret(header: dict[str, object], payload: str, secret: bytes) -> str:
    signed = f"{_encode(json.dumps(header).encode())}.{_encode(payload.encode())}"
    return f"{signed}.{_encode(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
