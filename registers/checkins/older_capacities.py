"""Derive the capacities of registrations that were validated before any was derived, day by day and the newest first.

A mark for each environment says from which day on it is done; the migration that sets it knows why there is something to
do. Without a mark nothing is left.
"""

from datetime import UTC, date, datetime

from django.db import transaction

from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.capacities import enter_capacities
from registers.checkins.models import SourceMark
from registers.checkins.records import SELECTED, record_of

CAPACITIES = "capacities"
_DAY_BEFORE = """
    SELECT registration_date FROM checkins_presence WHERE registration_date < %s::date
    ORDER BY registration_date DESC LIMIT 1
"""
_UNDERIVED = f"""
    SELECT {SELECTED} FROM checkins_presence
    WHERE environment = %s::varchar AND registration_date = %s::date AND number > %s::bigint AND next_date IS NULL
        AND status IN ('VALIDATED', 'FAILED') AND capacity = '' AND derived_capacity = ''
    ORDER BY number LIMIT %s
"""  # noqa: S608 - our own names
_ROWS_A_RUN = 20_000
_ROWS_AT_ONCE = 1000


def derive_older(
    *, environment: Environment, rows_a_run: int = _ROWS_A_RUN, rows_at_once: int = _ROWS_AT_ONCE
) -> int | None:
    """Go back from the mark by whole days, until as many rows as a run may have were asked about; return how many.

    None where nothing is left to go back to. Each part commits for itself: whatever stops a run, the next one begins with
    the day that this one did not end, and what is derived by then is asked about no more.
    """
    mark = SourceMark.objects.filter(environment=environment, source=CAPACITIES).first()
    if mark is None:
        return None
    asked, day = 0, mark.seen_until.astimezone(UTC).date()
    while asked < rows_a_run:
        before = _day_before(day)
        if before is None:
            mark.delete()
            return asked
        asked, day = asked + _derive_day(before, environment=environment, rows_at_once=rows_at_once), before
        mark.seen_until = datetime(day.year, day.month, day.day, tzinfo=UTC)
        mark.save(update_fields=["seen_until"])
    return asked


def _day_before(day: date) -> date | None:
    with open_prepared() as cursor:
        cursor.execute(_DAY_BEFORE, [day])
        row = cursor.fetchone()
        return None if row is None else row[0]


def _derive_day(day: date, *, environment: Environment, rows_at_once: int) -> int:
    asked, last = 0, 0
    while True:
        with transaction.atomic():
            with open_prepared() as cursor:
                cursor.execute(_UNDERIVED, [str(environment), day, last, rows_at_once])
                records = [record_of(row) for row in cursor.fetchall()]
            enter_capacities(records, environment=environment)
        asked += len(records)
        if len(records) < rows_at_once:
            return asked
        last = records[-1].number
