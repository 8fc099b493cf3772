"""Codes that stand for a signed-in stay: made for one request, exchanged once within a minute by the same application.

A code that comes a second time ends what came of the first (RFC 6749 §4.1.2).
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from auth.models import Application, Session, SignInCode
from auth.provider.faults import ExchangeRefused, OAuthError
from auth.provider.requests import Authorization
from auth.session_life import actor_of, is_alive
from evidence.audit import append_event

CODE_LIFETIME = timedelta(seconds=60)
TOKEN_LIFETIME = timedelta(minutes=5)
KEPT = timedelta(days=1)
_BYTES = 32
_LONGEST = 200

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What a code stood for, and the token that was given for it (`access_token`, once)."""

    row: SignInCode
    access_token: str = field(repr=False)


def issue_code(wanted: Authorization, stay: Session, *, randomness: Randomness, at: datetime) -> str:
    """Return a code for the stay; who calls has seen that the stay is sure and fresh enough.

    LookupError for a stay of nobody.
    """
    if stay.login_id is None:
        raise LookupError("nobody is signed in")
    code = _random_text(randomness)
    SignInCode.objects.create(
        application=wanted.application,
        stay=stay,
        login_id=stay.login_id,
        code_hash=_hash(code),
        redirect_uri=wanted.redirect_uri,
        challenge=wanted.challenge,
        nonce=wanted.nonce,
        scopes=" ".join(wanted.scopes),
        level=stay.level_for(None),
        means=stay.means,
        authenticated_at=stay.authenticated_at or at,
        issued_at=at,
        expires_at=at + CODE_LIFETIME,
    )
    append_event(
        "application:signed-in",
        at=at,
        actor=actor_of(stay),
        session=stay.pk,
        application=wanted.application.client_id,
        level=int(stay.level_for(None)),
    )
    return code


def exchange_code(
    code: str,
    *,
    application: Application,
    redirect_uri: str,
    verifier: str,
    randomness: Randomness,
    at: datetime,
) -> Exchanged:
    """Use up a code and return what it stood for; ExchangeRefused (invalid_grant) otherwise.

    A wrong address or verifier uses it up, too: whoever has the code without them stole it. Its stay is held meanwhile, so
    that whoever ends it and this exchange see each other.
    """
    with transaction.atomic():
        found = SignInCode.objects.select_for_update(of=("self", "stay"), no_key=True).select_related("stay", "login")
        row = found.filter(code_hash=_hash(code[:_LONGEST]), application=application).first()
        if row is None:
            fault = "no such code of this application"
        elif row.used_at is not None:
            SignInCode.objects.filter(pk=row.pk).update(token_hash=None, token_ends_at=None)
            fault = "used before"
        else:
            row.used_at = at
            fault = _fault_of(row, redirect_uri=redirect_uri, verifier=verifier, at=at)
            token = "" if fault else _random_text(randomness)
            row.token_hash, row.token_ends_at = (_hash(token), at + TOKEN_LIFETIME) if token else (None, None)
            row.save(update_fields=["used_at", "token_hash", "token_ends_at"])
            if not fault:
                return Exchanged(row, token)
        append_event("application:code:refused", at=at, actor="nobody", application=application.client_id, reason=fault)
    raise ExchangeRefused(OAuthError.INVALID_GRANT, fault)


def find_by_token(token: str, *, at: datetime) -> SignInCode:
    """Return what an access token stands for while its stay lasts; ExchangeRefused (invalid_token) otherwise."""
    found = SignInCode.objects.select_related("application", "stay", "login")
    row = found.filter(
        token_hash=_hash(token[:_LONGEST]), token_ends_at__gt=at, application__withdrawn_at__isnull=True
    ).first()
    if row is None or not is_alive(row.stay, at=at):
        raise ExchangeRefused(OAuthError.INVALID_TOKEN, "no such token, or over")
    return row


def purge_codes(*, now: datetime) -> int:
    """Delete codes of yesterday; return how many rows went."""
    return SignInCode.objects.filter(issued_at__lt=now - KEPT).delete()[0]


def _fault_of(row: SignInCode, *, redirect_uri: str, verifier: str, at: datetime) -> str:
    """Return what is wrong with an exchange, nothing where it is right."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode("ascii")
    if row.expires_at <= at:
        return "expired"
    if redirect_uri != row.redirect_uri:
        return "another address"
    if not hmac.compare_digest(digest, row.challenge):
        return "another verifier"
    if not is_alive(row.stay, at=at):
        return "the stay is over"
    return ""


def _random_text(randomness: Randomness) -> str:
    return base64.urlsafe_b64encode(randomness(_BYTES)).rstrip(b"=").decode("ascii")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
