"""The lock of a password after five failures in a row: seen, and lifted before its 15 minutes are over (§3.3).

It is no block: whoever blocked a login or an account takes that away himself.
"""

from datetime import datetime

from django.db.models import QuerySet

from auth.models import DigitalKey, DigitalKeyState
from domain.assurance import Means
from evidence.audit import append_event


def locked_until(person_id: int, *, at: datetime) -> datetime | None:
    """Return when the person's password may be tried again, or None while it is open."""
    return (
        _locked(at)
        .filter(login__person_id=person_id)
        .order_by("-locked_until")
        .values_list("locked_until", flat=True)
        .first()
    )


def lift_lock(login_id: int, *, actor: str, at: datetime) -> bool:
    """Let the password of a login be tried again at once; False where it is not locked. A block stays."""
    if not _locked(at).filter(login_id=login_id).update(misses=0, locked_until=None):
        return False
    append_event("account:login:unlocked", at=at, actor=actor, login=login_id)
    return True


class PasswordLocks:
    """Lifts locks for access managers, whose power over the user is looked at by who calls."""

    def __init__(self, *, actor: str) -> None:
        self._actor = actor

    def lift_for_person(self, person_id: int, at: datetime) -> bool:
        """Lift the lock of the person's password; False where there is none."""
        login_id = _locked(at).filter(login__person_id=person_id).values_list("login_id", flat=True).first()
        return login_id is not None and lift_lock(login_id, actor=self._actor, at=at)


def _locked(at: datetime) -> QuerySet[DigitalKey]:
    return DigitalKey.objects.filter(means=Means.PASSWORD, state=DigitalKeyState.ACTIVE, locked_until__gt=at)
