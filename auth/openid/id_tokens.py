"""Judge an id token: decrypted by our key, signed by the provider's, and meant for us, this login, this moment.

Every algorithm is one of a list of one; nothing in a header chooses a key but a name among those we hold or the provider
publishes. OpenID Connect Core §3.1.3.7, access and login §4.3.
"""

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import CompactSignature

from auth.openid.attempts import encode
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.openid.profiles import Profile, Wrapping

SIGNATURE = "RS256"
KEY_ENCRYPTION = "RSA-OAEP-256"
CONTENT_ENCRYPTION = "A128CBC-HS256"
_SIGNED = re.compile(r"\A[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\Z")
_ENCRYPTED_PARTS = 5
_LONGEST_NAME = 255
_OLDEST = timedelta(minutes=10)

FindKey = Callable[[str], RSAKey]
"""Gives the provider's key of a name; raises OpenIdRefused for an unknown one."""
FindDecryptionKey = Callable[[str | None], RSAKey | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must agree with: who gives it, what this login asked for, how far two clocks may be apart.

    `max_age` is how long before the token the person may have proved himself at the provider.
    """

    profile: Profile
    nonce: str = field(repr=False)
    acr: str
    access_token: str = field(repr=False)
    tolerance: timedelta
    max_age: timedelta


@dataclass(frozen=True, slots=True)
class IdToken:
    """A verified token: who it is about at the provider, by which rung of its ladder, proven when, and all it says."""

    subject: str = field(repr=False)
    rung: int
    proven_at: datetime
    claims: Mapping[str, object] = field(repr=False)


def judge_id_token(
    text: str, expected: Expected, *, find_key: FindKey, find_decryption_key: FindDecryptionKey, at: datetime
) -> IdToken:
    """Return the token once everything holds; OpenIdRefused with the first that does not."""
    if expected.profile.wrapping is Wrapping.NESTED:
        text = unwrap(text, find_decryption_key)
    claims = verify_signature(text, find_key)
    _require_parties(claims, expected.profile)
    _require_times(claims, tolerance=expected.tolerance, at=at)
    _require_equal(claims.get("nonce"), expected.nonce, OpenIdFault.NONCE_WRONG, "the nonce is not this login's")
    _require_access_token_hash(claims.get("at_hash"), expected.access_token)
    rung = _require_rung(claims.get("acr"), expected)
    age = _require_recent(claims, expected)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_NAME or not subject.isascii():
        raise OpenIdRefused(OpenIdFault.SUBJECT_MISSING, "there is no subject of 1 to 255 ASCII characters")
    return IdToken(subject, rung, at - age, claims)


def unwrap(text: str, find_key: FindDecryptionKey) -> str:
    """Return the signed token inside an encrypted one; OpenIdRefused when it is none, or for another key than ours."""
    parts = text.split(".")
    if len(parts) != _ENCRYPTED_PARTS:
        raise OpenIdRefused(OpenIdFault.TOKEN_NOT_ENCRYPTED, "a token that is encrypted for us is expected")
    header = _read_header(parts[0])
    if header.get("alg") != KEY_ENCRYPTION or header.get("enc") != CONTENT_ENCRYPTION or {"zip", "crit"} & set(header):
        raise OpenIdRefused(
            OpenIdFault.ENCRYPTION_REFUSED, f"{KEY_ENCRYPTION} with {CONTENT_ENCRYPTION} and nothing else is expected"
        )
    name = header.get("kid")
    key = find_key(name) if name is None or isinstance(name, str) else None
    if key is None:
        raise OpenIdRefused(OpenIdFault.DECRYPTION_FAILED, "it is encrypted for a key that is not ours")
    try:
        opened = jwe.decrypt_compact(text, key, algorithms=[KEY_ENCRYPTION, CONTENT_ENCRYPTION])
        inner = (opened.plaintext or b"").decode("ascii")
    except (JoseError, InvalidTag, ValueError, TypeError) as trouble:
        raise OpenIdRefused(OpenIdFault.DECRYPTION_FAILED, "our key does not open it") from trouble
    if not _SIGNED.match(inner):
        raise OpenIdRefused(OpenIdFault.TOKEN_NOT_SIGNED, "what was encrypted is not signed")
    return inner


def verify_signature(text: str, find_key: FindKey) -> Mapping[str, object]:
    """Return the claims of a token that a key of the provider signed; OpenIdRefused otherwise."""
    if not _SIGNED.match(text):
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, "a token of three parts is expected")
    header = _read_header(text.partition(".")[0])
    if header.get("alg") != SIGNATURE or "crit" in header:
        raise OpenIdRefused(OpenIdFault.ALGORITHM_REFUSED, f"{SIGNATURE} and nothing critical is expected")
    name = header.get("kid")
    if not isinstance(name, str):
        raise OpenIdRefused(OpenIdFault.KEY_UNKNOWN, "the token names no key")
    key = find_key(name)
    try:
        signed = jws.extract_compact(text.encode("ascii"))
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as trouble:
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, "it is no signed JSON") from trouble
    _require_signature(signed, key)
    if not isinstance(claims, dict):
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, "the claims are no object")
    return claims


def _require_signature(signed: CompactSignature, key: RSAKey) -> None:
    try:
        is_signed = jws.validate_compact(signed, key, algorithms=[SIGNATURE])
    except (JoseError, ValueError, TypeError) as trouble:
        raise OpenIdRefused(OpenIdFault.SIGNATURE_WRONG, "its signature cannot be verified") from trouble
    if not is_signed:
        raise OpenIdRefused(OpenIdFault.SIGNATURE_WRONG, "the key that it names did not sign it")


def _require_parties(claims: Mapping[str, object], profile: Profile) -> None:
    _require_equal(
        claims.get("iss"), profile.issuer, OpenIdFault.ISSUER_WRONG, "it is not from the provider that was asked"
    )
    audience = claims.get("aud")
    if audience not in (profile.client_id, [profile.client_id]):
        raise OpenIdRefused(OpenIdFault.AUDIENCE_WRONG, "it is not for us, or not for us alone")
    if claims.get("azp", profile.client_id) != profile.client_id:
        raise OpenIdRefused(OpenIdFault.PARTY_WRONG, "it was given to another party")


def _require_times(claims: Mapping[str, object], *, tolerance: timedelta, at: datetime) -> None:
    ends, issued = _instant(claims, "exp"), _instant(claims, "iat")
    if ends + tolerance <= at:
        raise OpenIdRefused(OpenIdFault.EXPIRED, "it has expired")
    if issued - tolerance > at or ("nbf" in claims and _instant(claims, "nbf") - tolerance > at):
        raise OpenIdRefused(OpenIdFault.ISSUED_IN_FUTURE, "it is from the future")
    if issued + _OLDEST + tolerance < at:
        raise OpenIdRefused(OpenIdFault.ISSUED_LONG_AGO, "it is older than this login")


def _require_recent(claims: Mapping[str, object], expected: Expected) -> timedelta:
    """Return how long before the token the person proved himself, both by the provider's own clock (Core §2, `auth_time`)."""
    if "auth_time" not in claims:
        if expected.profile.tells_when:
            raise OpenIdRefused(OpenIdFault.PROOF_UNDATED, "it does not tell when the person proved himself")
        return timedelta()
    age = _instant(claims, "iat") - _instant(claims, "auth_time")
    if age + expected.tolerance < timedelta():
        raise OpenIdRefused(OpenIdFault.ISSUED_IN_FUTURE, "the person proves himself only after it was issued")
    if age > expected.max_age + expected.tolerance:
        raise OpenIdRefused(OpenIdFault.PROVEN_LONG_AGO, "the person proved himself too long ago")
    return max(age, timedelta())


def _require_access_token_hash(told: object, access_token: str) -> None:
    """Where the token tells the hash of the access token beside it, it must be that one (Core §3.1.3.6)."""
    if told is not None:
        digest = hashlib.sha256(access_token.encode("ascii")).digest()
        _require_equal(
            told,
            encode(digest[: len(digest) // 2]),
            OpenIdFault.ACCESS_TOKEN_HASH_WRONG,
            "the access token beside it is another",
        )


def _require_rung(acr: object, expected: Expected) -> int:
    rung = expected.profile.rung_of(acr) if isinstance(acr, str) else None
    if rung is None:
        raise OpenIdRefused(OpenIdFault.LEVEL_UNKNOWN, "it names no level that is known")
    asked = expected.profile.rung_of(expected.acr)
    if asked is None or rung < asked:
        raise OpenIdRefused(OpenIdFault.LEVEL_TOO_LOW, "its level is below what was asked for")
    return rung


def _require_equal(got: object, expected: str, fault: OpenIdFault, sentence: str) -> None:
    if not isinstance(got, str) or not hmac.compare_digest(got.encode(), expected.encode()):
        raise OpenIdRefused(fault, sentence)


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, f"{name} is no number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as trouble:
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, f"{name} is no instant") from trouble


def _read_header(part: str) -> Mapping[str, object]:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError) as trouble:
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, "its header is no JSON") from trouble
    if not isinstance(header, dict):
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, "its header is no object")
    return header
