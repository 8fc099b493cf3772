"""What an application is told of who signed in: an id token of few claims, under a name that is its own for the person."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc import jwt

from auth.locksmith import Locksmith
from auth.models import SignInCode
from auth.provider.codes import Exchanged
from auth.provider.levels import name_of_level
from auth.provider.signing_keys import SigningKeys

LIFETIME = timedelta(minutes=5)
_SUBJECT_PURPOSE = "application-subject"
_AMR = {
    "EID": ("hwk", "pin"),
    "ITSME": ("itsme",),
    "EIDAS": ("eidas",),
    "PASSWORD": ("pwd",),
    "TOTP": ("otp",),
    "EMAIL_CODE": ("otp",),
    "TOKEN_CARD": ("kba",),
    "PASSKEY": ("hwk", "user"),
    "RECOVERY_CODE": ("kba",),
}
"""Means by the names of RFC 8176, where it has one."""


def subject_of(row: SignInCode, *, locksmith: Locksmith) -> str:
    """Return the person's name at that application: the same each time, another one at every other (pairwise)."""
    digest = locksmith.digest(f"{row.application.client_id}\0{row.login_id}", purpose=_SUBJECT_PURPOSE)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def render_id_token(exchanged: Exchanged, *, issuer: str, keys: SigningKeys, locksmith: Locksmith, at: datetime) -> str:
    """Return the signed token (OpenID Connect Core §2)."""
    row = exchanged.row
    signer = keys.signer(row.application.algorithm, at=at)
    claims: dict[str, object] = {
        "iss": issuer,
        "sub": subject_of(row, locksmith=locksmith),
        "aud": row.application.client_id,
        "iat": int(at.timestamp()),
        "exp": int((at + LIFETIME).timestamp()),
        "auth_time": int(row.authenticated_at.timestamp()),
        "acr": name_of_level(row.level),
        "amr": list(dict.fromkeys(word for means in row.means.split("+") for word in _AMR.get(means, ()))),
        "at_hash": _half_hash(exchanged.access_token),
    }
    if row.nonce:
        claims["nonce"] = row.nonce
    header: Mapping[str, str] = {"alg": signer.algorithm, "kid": signer.name, "typ": "JWT"}
    return jwt.encode(dict(header), claims, signer.key, algorithms=[signer.algorithm])


def _half_hash(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode("ascii")
