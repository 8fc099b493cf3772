"""End what ran out, and delete what signing in need not remember any more."""

from datetime import datetime, timedelta

from auth.keys.temporary_passwords import expire_temporary_passwords
from auth.limits import limits
from auth.models import DigitalKey, DigitalKeyState, KeyEnrolment
from auth.openid.matching import forget_old_identities
from auth.provider.clients import purge_assertions
from auth.provider.codes import purge_codes
from auth.registration_questions import forget_old_questions
from auth.sessions import SessionStore, purge_sessions_of_nobody
from auth.throttles import purge_attempts
from auth.transactions import purge

_CONFIRM_WITHIN = timedelta(days=1)


def purge_signing_in(*, now: datetime) -> int:
    """End stays, temporary passwords, links and waiting that are over; delete old attempts; return how many rows were deleted."""
    SessionStore.clear_expired()
    expire_temporary_passwords(now=now)
    forget_old_identities(now=now)
    forget_old_questions(now=now)
    _forget_unconfirmed(now=now)
    _end_links(now=now)
    gone = purge(now=now) + purge_attempts(now=now) + purge_codes(now=now) + purge_assertions(now=now)
    return gone + purge_sessions_of_nobody(now=now)


def _end_links(*, now: datetime) -> None:
    """End links that ran out, once the minutes are over too that one gives which was opened just before."""
    over = KeyEnrolment.objects.filter(ended_at__isnull=True, expires_at__lte=now - limits().keys.first_keys)
    over.update(ended_at=now)


def _forget_unconfirmed(*, now: datetime) -> None:
    """End keys that were begun a day ago and never confirmed, with the secret that nobody uses."""
    begun = DigitalKey.objects.filter(state=DigitalKeyState.PENDING, created_at__lte=now - _CONFIRM_WITHIN)
    begun.update(state=DigitalKeyState.EXPIRED, ended_at=now, sealed=None)
