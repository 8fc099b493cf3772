"""Set aside registrations at which their validation fails, so that the others go on, and come back to them every hour."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.models import UnjudgedPresence

_TRIED_AGAIN_AFTER = timedelta(hours=1)
_FORGET_OTHERS = """
    DELETE FROM checkins_unjudgedpresence aside WHERE environment = %s::varchar AND NOT EXISTS (
        SELECT FROM checkins_presence presence
        WHERE presence.number = aside.number AND presence.registration_date = aside.registration_date
            AND presence.next_date IS NULL AND (presence.status IN ('REGISTERED', 'FAILED')
                OR presence.status = 'VALIDATED' AND presence.registration_date >= %s::date)
    )
"""
"""What was cancelled, corrected or forgotten meanwhile, and what was right so long ago that it is not validated anew."""
_ASK_FOR_DUE = """
    WITH due AS (
        UPDATE checkins_unjudgedpresence SET retry_at = %s::timestamptz
        WHERE environment = %s::varchar AND retry_at <= %s::timestamptz
        RETURNING number, registration_date
    ), asked AS (
        INSERT INTO checkins_revalidationrequest (environment, person_id, work_place, employer, asked_at)
        SELECT DISTINCT presence.environment, presence.person_id, '', '', %s::timestamptz
        FROM due JOIN checkins_presence presence USING (number, registration_date)
        WHERE presence.next_date IS NULL AND presence.status <> 'REGISTERED'
    )
    SELECT number FROM due
"""


class RowKey(NamedTuple):
    """A registration, whose it is, and its day."""

    number: int
    person_id: int
    day: date


class Aside(NamedTuple):
    """Which registrations a validation leaves alone, and to which it comes back."""

    left: frozenset[int] = frozenset()
    due: frozenset[int] = frozenset()


def come_back(*, environment: Environment, first_validated: date, at: datetime) -> Aside:
    """Return what is set aside, and have what is due of it validated once more, whatever its state; one query for nothing.

    The others that were right before `first_validated` are forgotten, as those are that nobody judges any more.
    """
    aside = UnjudgedPresence.objects.filter(environment=environment)
    if not aside.exists():
        return Aside()
    with transaction.atomic(), open_prepared() as cursor:
        cursor.execute(_FORGET_OTHERS, [str(environment), first_validated])
        cursor.execute(_ASK_FOR_DUE, [at + _TRIED_AGAIN_AFTER, str(environment), at, at])
        due = frozenset(number for (number,) in cursor.fetchall())
    return Aside(frozenset(aside.values_list("number", flat=True)) - due, due)


def set_aside(keys: Sequence[RowKey], *, environment: Environment, at: datetime) -> None:
    """Set them aside; what was before keeps since when."""
    UnjudgedPresence.objects.bulk_create(
        [
            UnjudgedPresence(
                environment=environment,
                number=one.number,
                registration_date=one.day,
                since=at,
                retry_at=at + _TRIED_AGAIN_AFTER,
            )
            for one in keys
        ],
        update_conflicts=True,
        unique_fields=["environment", "number"],
        update_fields=["registration_date", "retry_at"],
    )


def take_back(numbers: Collection[int], *, environment: Environment) -> None:
    """Forget that they were set aside: they are judged."""
    UnjudgedPresence.objects.filter(environment=environment, number__in=numbers).delete()
