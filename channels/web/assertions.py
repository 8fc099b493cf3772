"""Judge a client's signed assertion (RFC 7523, `private_key_jwt`): whose it is, whether it holds now, and its number.

The key comes from the client's registered ones alone; what the header embeds or points to is never looked at.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import CompactSignature

from channels.web.client_ids import sender_of_client

ALGORITHMS = ("RS256", "ES256")
SMALLEST_RSA_KEY = 2048
LONGEST_ASSERTION = 8192
_LONGEST_NUMBER = 128
_LONGEST_KEY_NAME = 64
_LAST_INSTANT = datetime(9998, 12, 31, tzinfo=UTC)
"""Later ones count as this one, so that the tolerance can be added."""

_TYPES = frozenset({"jwt", "client-authentication+jwt"})


class AssertionRefused(Exception):  # noqa: N818 - the client's fault
    """The assertion does not authenticate a client; the reason is for the operator's log, never for the client."""


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A living key of a client: its algorithm and its public half as a DER SubjectPublicKeyInfo."""

    algorithm: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What an assertion says of itself before its signature was looked at: nobody's word yet.

    `kid` is the name of its key, None where it names none.
    """

    client_id: str
    algorithm: str
    kid: str | None
    signed: CompactSignature
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AssertionRules:
    """Whom an assertion may be meant for, how far ahead it may end, how far two clocks may be apart."""

    audiences: frozenset[str]
    longest: timedelta
    tolerance: timedelta


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion whose signature holds: its number, and until when it must be remembered as used."""

    jti: str
    remember_until: datetime


def read_claim(text: str) -> Claim:
    """Return what the assertion claims, unverified; AssertionRefused when it cannot be read."""
    if not text.isascii() or len(text) > LONGEST_ASSERTION:
        raise AssertionRefused("too long or not ASCII")
    try:
        signed = jws.extract_compact(text.encode())
        values = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise AssertionRefused("no compact JWS over JSON") from error
    header = signed.headers()
    if not isinstance(values, dict):
        raise AssertionRefused("the claims are no object")
    if header.get("alg") not in ALGORITHMS:
        raise AssertionRefused("algorithm not taken")
    if "crit" in header:
        raise AssertionRefused("critical header")
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise AssertionRefused("type not taken")
    client_id = _text(values, "sub", longest=_LONGEST_KEY_NAME)
    if _text(values, "iss", longest=_LONGEST_KEY_NAME) != client_id:
        raise AssertionRefused("issuer is not the subject")
    kid = _text(header, "kid", longest=_LONGEST_KEY_NAME) if "kid" in header else None
    return Claim(client_id, str(header["alg"]), kid, signed, values)


def verify(claim: Claim, keys: Sequence[RegisteredKey], rules: AssertionRules, *, at: datetime) -> Assertion:
    """Return the assertion once its signature holds and it is or may become valid here; it is used up by that.

    AssertionRefused when the signature holds by none of the keys, or when nothing can ever come of it: it is over, or
    meant for another.
    """
    _require_signed_by_one(claim, keys)
    _require_audience(claim.values.get("aud"), rules.audiences)
    ends = _instant(claim.values, "exp")
    if ends is None:
        raise AssertionRefused("no end")
    if ends + rules.tolerance <= at:
        raise AssertionRefused("expired")
    return Assertion(_text(claim.values, "jti", longest=_LONGEST_NUMBER), ends + rules.tolerance)


def require_timely(claim: Claim, rules: AssertionRules, *, at: datetime) -> None:
    """Return when a verified assertion is valid now; AssertionRefused when it ends too far ahead or has not begun."""
    ends = _instant(claim.values, "exp")
    if ends is None or ends > at + rules.longest + rules.tolerance:
        raise AssertionRefused("ends too far ahead")
    for name in ("iat", "nbf"):
        begins = _instant(claim.values, name)
        if begins is not None and begins > at + rules.tolerance:
            raise AssertionRefused("not valid yet")


def require_usable(key: RegisteredKey) -> None:
    """Raise ValueError unless the key is RSA from 2048 bits for RS256, or on P-256 for ES256."""
    try:
        public = load_der_public_key(key.public_key)
    except (UnsupportedAlgorithm, TypeError) as error:
        raise ValueError("no public key that is known here") from error
    match key.algorithm, public:
        case "RS256", rsa.RSAPublicKey(key_size=bits) if bits >= SMALLEST_RSA_KEY:
            return
        case "ES256", ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return
        case _:
            raise ValueError("RS256 takes RSA from 2048 bits, ES256 takes P-256")


def sender_of(claim: Claim) -> str:
    """Return the sender number inside the client id; AssertionRefused when it has another form."""
    try:
        return str(sender_of_client(claim.client_id))
    except ValueError as error:
        raise AssertionRefused("no client id") from error


def _require_signed_by_one(claim: Claim, keys: Sequence[RegisteredKey]) -> None:
    refused = AssertionRefused("no living key that it may be of")
    for key in keys:
        try:
            _require_signed(claim, key)
        except AssertionRefused as wrong:
            refused = wrong
        else:
            return
    raise refused


def _require_signed(claim: Claim, key: RegisteredKey) -> None:
    if claim.algorithm != key.algorithm:
        raise AssertionRefused("algorithm is not the key's")
    try:
        is_signed = jws.validate_compact(claim.signed, _import_key(key), algorithms=[key.algorithm])
    except (JoseError, ValueError, TypeError) as error:
        raise AssertionRefused("signature cannot be verified") from error
    if not is_signed:
        raise AssertionRefused("signature wrong")


def _import_key(key: RegisteredKey) -> RSAKey | ECKey:
    require_usable(key)
    kind = RSAKey if key.algorithm == "RS256" else ECKey
    return kind.import_key(key.public_key)


def _require_audience(audience: object, expected: frozenset[str]) -> None:
    named = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(one, str) and one in expected for one in named):
        raise AssertionRefused("audience is not this counter")


def _instant(values: Mapping[str, object], name: str) -> datetime | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AssertionRefused(f"{name} is no number")
    try:
        return min(datetime.fromtimestamp(value, UTC), _LAST_INSTANT)
    except (OverflowError, ValueError, OSError) as error:
        raise AssertionRefused(f"{name} is no instant") from error


def _text(values: Mapping[str, object], name: str, *, longest: int) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not (value.isascii() and value.isprintable()):
        raise AssertionRefused(f"{name} is missing or no short text")
    return value
