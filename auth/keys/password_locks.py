"""The lock of a password after five failures in a row: made, told, seen, and lifted before its 15 minutes are over (§3.3).

It is told by a timer: an answer that wrote a letter would take longer where a name is somebody's. A temporary password locks
like an own one. It is no block: whoever blocked a login or an account takes that away himself.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from auth.limits import limits
from auth.models import DigitalKey, DigitalKeyState, TemporaryCredential
from auth.notices import Notice, tell
from auth.persons import Addressees
from domain.assurance import Means
from evidence.audit import append_event

_AT_ONCE = 500


def claim_try(password: DigitalKey | TemporaryCredential | None, *, at: datetime) -> bool:
    """Count one failure before it may happen; False while the password is locked. No password counts as open."""
    most, lock_for = limits().keys.password_failures, limits().keys.password_lock
    rows: QuerySet[DigitalKey] | QuerySet[TemporaryCredential]
    if isinstance(password, TemporaryCredential):
        rows, count = TemporaryCredential.objects.filter(pk=password.pk), "wrong_passwords"
    else:
        rows, count = DigitalKey.objects.filter(pk=password.pk if password else 0), "misses"
    is_unlocked = Q(locked_until__isnull=True)
    locks = is_unlocked & Q(**{f"{count}__gte": most - 1})
    changes = {
        count: Case(When(is_unlocked, then=F(count) + 1), default=1),
        "locked_until": Case(When(locks, then=at + lock_for), default=None),
        "lock_to_tell": Case(When(locks, then=at + lock_for), default=F("lock_to_tell")),
    }
    return bool(rows.filter(is_unlocked | Q(locked_until__lte=at)).update(**changes)) or password is None


def locks_to_tell() -> tuple[DigitalKey | TemporaryCredential, ...]:
    """Return the passwords whose locks were made since the last look, of each kind the oldest and at most 500."""
    kinds = (DigitalKey.objects.all(), TemporaryCredential.objects.all())
    to_tell = (rows.filter(lock_to_tell__isnull=False).select_related("login").order_by("pk") for rows in kinds)
    return tuple(password for rows in to_tell for password in rows[:_AT_ONCE])


def tell_of_lock(password: DigitalKey | TemporaryCredential, *, persons: Addressees) -> bool:
    """Record the lock and write to its owner, both as of when it was made; False where somebody did since it was read."""
    until = password.lock_to_tell
    if until is None:
        return False
    locked_at = until - limits().keys.password_lock
    with transaction.atomic():
        if not type(password).objects.filter(pk=password.pk, lock_to_tell=until).update(lock_to_tell=None):
            return False
        append_event(
            "account:login:locked", at=locked_at, actor="platform", login=password.login_id, until=until.isoformat()
        )
        row = "temporary" if isinstance(password, TemporaryCredential) else "key"
        tell(
            Notice.PASSWORD_LOCKED,
            password.login,
            means=Means.PASSWORD,
            occasion=f"{row}:{password.pk}:locked:{int(until.timestamp())}",
            persons=persons,
            at=locked_at,
        )
    return True


def forget_failures(password: DigitalKey | TemporaryCredential) -> None:
    """Begin the count anew after the right password."""
    if isinstance(password, TemporaryCredential):
        TemporaryCredential.objects.filter(pk=password.pk).update(wrong_passwords=0, locked_until=None)
    else:
        DigitalKey.objects.filter(pk=password.pk).update(misses=0, locked_until=None)


def locked_until(person_id: int, *, at: datetime) -> datetime | None:
    """Return when the person's password, own or temporary, may be tried again, or None while it is open."""
    locks = (rows.filter(login__person_id=person_id).values_list("locked_until", flat=True) for rows in _locked(at))
    return max((until for found in locks for until in found if until is not None), default=None)


def lift_lock(login_id: int, *, actor: str, at: datetime) -> bool:
    """Let the password of a login be tried again at once; False where it is not locked. A block stays."""
    keys, codes = _locked(at)
    lifted = keys.filter(login_id=login_id).update(misses=0, locked_until=None)
    lifted += codes.filter(login_id=login_id).update(wrong_passwords=0, locked_until=None)
    if not lifted:
        return False
    append_event("account:login:unlocked", at=at, actor=actor, login=login_id)
    return True


class PasswordLocks:
    """Lifts locks for access managers, whose power over the user is looked at by who calls."""

    def __init__(self, *, actor: str) -> None:
        self._actor = actor

    def lift_for_person(self, person_id: int, at: datetime) -> bool:
        """Lift the lock of the person's password; False where there is none."""
        for rows in _locked(at):
            login_id = rows.filter(login__person_id=person_id).values_list("login_id", flat=True).first()
            if login_id is not None:
                return lift_lock(login_id, actor=self._actor, at=at)
        return False


def _locked(at: datetime) -> tuple[QuerySet[DigitalKey], QuerySet[TemporaryCredential]]:
    return (
        DigitalKey.objects.filter(means=Means.PASSWORD, state=DigitalKeyState.ACTIVE, locked_until__gt=at),
        TemporaryCredential.objects.filter(ended_at__isnull=True, locked_until__gt=at),
    )
