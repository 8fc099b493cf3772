"""End what ran out, and delete what signing in need not remember any more."""

from datetime import datetime

from auth.keys.temporary_passwords import expire_temporary_passwords
from auth.models import KeyEnrolment
from auth.openid.matching import forget_old_identities
from auth.sessions import SessionStore
from auth.throttles import purge_attempts
from auth.transactions import purge


def purge_signing_in(*, now: datetime) -> int:
    """End stays, temporary passwords, links and waiting that are over; delete old attempts; return how many rows were deleted."""
    SessionStore.clear_expired()
    expire_temporary_passwords(now=now)
    forget_old_identities(now=now)
    KeyEnrolment.objects.filter(ended_at__isnull=True, expires_at__lte=now).update(ended_at=now)
    return purge(now=now) + purge_attempts(now=now)
