"""Ways of signing in under way: begun once, bound to one browser, taken once, gone after minutes."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from auth.limits import limits
from auth.locksmith import Locksmith, Sealed
from auth.models import LoginTransaction, Purpose
from auth.refusals import SignInRefusal, SignInRefusedError
from domain.assurance import Means

_HANDLE_BYTES = 32
_SEAL_PURPOSE = "login-transaction"


@dataclass(frozen=True, slots=True)
class Begun:
    """A transaction that somebody takes back with its handle (43 characters, safe in an address)."""

    handle: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What was begun: by which login, if it was known, what for, and what was to be remembered."""

    pk: int
    login_id: int | None
    means: Means
    purpose: Purpose
    created_at: datetime
    content: Mapping[str, str] = field(repr=False)


def begin(  # each names one thing that the transaction is bound to
    means: Means,
    *,
    purpose: Purpose,
    browser: bytes,
    content: Mapping[str, str],
    locksmith: Locksmith,
    at: datetime,
    login_id: int | None = None,
    lifetime: timedelta | None = None,
    handle: str | None = None,
) -> Begun:
    """Remember `content` for the browser (32 bytes, the hash of its session's id) under a fresh or given handle.

    It is good for `lifetime`, or as long as an attempt to sign in.
    """
    expires_at = at + (lifetime or limits().keys.attempt)
    handle = handle or new_handle(locksmith)
    sealed = locksmith.seal(json.dumps(dict(content)).encode(), purpose=_SEAL_PURPOSE)
    LoginTransaction.objects.create(
        handle_hash=_hash(handle),
        means=means,
        purpose=purpose,
        login_id=login_id,
        browser_hash=browser,
        key_id=sealed.key_id,
        sealed=sealed.content,
        created_at=at,
        expires_at=expires_at,
    )
    return Begun(handle=handle, expires_at=expires_at)


def new_handle(locksmith: Locksmith) -> str:
    """Return 256 random bits as 43 characters that are safe in an address."""
    return base64.urlsafe_b64encode(locksmith.randomness(_HANDLE_BYTES)).rstrip(b"=").decode("ascii")


def look(handle: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> Taken:
    """Return what was begun, without using it up; SignInRefusedError when it is unknown, over, used or another's."""
    row = LoginTransaction.objects.filter(
        handle_hash=_hash(handle), browser_hash=browser, used_at__isnull=True, expires_at__gt=at
    ).first()
    if row is None:
        raise _over()
    content = locksmith.open(Sealed(row.key_id, bytes(row.sealed)), purpose=_SEAL_PURPOSE)
    return Taken(
        pk=row.pk,
        login_id=row.login_id,
        means=Means(row.means),
        purpose=Purpose(row.purpose),
        created_at=row.created_at,
        content=json.loads(content),
    )


def take(handle: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> Taken:
    """Use up what was begun and return it; of two who take it at once, one gets SignInRefusedError."""
    taken = look(handle, browser=browser, locksmith=locksmith, at=at)
    use_up(taken, at=at)
    return taken


def use_up(taken: Taken, *, at: datetime) -> None:
    """Use up what was looked at; SignInRefusedError when somebody else was first."""
    if not LoginTransaction.objects.filter(pk=taken.pk, used_at__isnull=True).update(used_at=at):
        raise _over()


def count_try(taken: Taken, *, most: int) -> None:
    """Count one try before it is made; SignInRefusedError when there were `most` already."""
    if not LoginTransaction.objects.filter(pk=taken.pk, tries__lt=most).update(tries=F("tries") + 1):
        raise _over()


def purge(*, now: datetime) -> int:
    """Delete what was over a day ago; return how many rows went."""
    with transaction.atomic():
        return LoginTransaction.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


def _hash(handle: str) -> bytes:
    return hashlib.sha256(handle.encode()).digest()


def _over() -> SignInRefusedError:
    return SignInRefusedError(
        SignInRefusal.TRANSACTION_OVER, "This attempt to sign in is over.", next_step="Start again."
    )
