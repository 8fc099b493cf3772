"""Forget what was written about check-ins beside them: reports, requests, means, and notices that were told (§3)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from evidence.audit import append_event

ACTOR = "check-in register"
TOLD_KEPT = timedelta(days=90)
"""For how long a notice that was told, and a request for a validation that was done, can still be looked up."""
OLD = "DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT old.ctid FROM {table} old WHERE {condition} LIMIT %s))"
"""Deletes what is old in batches: a row that somebody changes meanwhile is another version, and stays."""

_REPORTS = OLD.format(table="checkins_errorreport", condition="old.registration_date < %s")
_EVIDENCE = OLD.format(
    table="checkins_correctionevidence",
    condition="""(old.stored_at IS NULL OR old.erased_at IS NOT NULL) AND EXISTS (
        SELECT FROM checkins_correction correction WHERE correction.id = old.correction_id
            AND correction.registration_date < %s AND correction.decided_at IS NOT NULL)""",
)
_CORRECTIONS = OLD.format(
    table="checkins_correction",
    condition="""old.registration_date < %s AND old.decided_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM checkins_correctionevidence evidence WHERE evidence.correction_id = old.id)""",
)
_MEANS = OLD.format(
    table="checkins_meansrecord",
    condition="LEAST(old.valid_until, (old.replaced_at AT TIME ZONE 'Europe/Brussels')::date) < %s",
)
_TOLD = OLD.format(table="checkins_validitynotice", condition="old.told_at < %s")
_DONE = OLD.format(table="checkins_revalidationrequest", condition="old.done_at < %s")


def forget_papers(*, before: date, at: datetime, rows_at_once: int) -> int:
    """Forget what concerns days before that one, and what was told or done 90 days ago; return how many rows.

    A request for a correction stays until it is decided and the bytes of its evidence are erased; means stay while they hold,
    and what was replaced for as long from that day on.
    """
    told = at - TOLD_KEPT
    steps: tuple[tuple[str, date | datetime], ...] = (
        (_REPORTS, before),
        (_EVIDENCE, before),
        (_CORRECTIONS, before),
        (_MEANS, before),
        (_TOLD, told),
        (_DONE, told),
    )
    return sum(
        delete_old(statement, [value], what="papers", at=at, rows_at_once=rows_at_once) for statement, value in steps
    )


def delete_old(statement: str, values: list[Any], *, what: str, at: datetime, rows_at_once: int) -> int:
    """Delete in batches until less than a whole batch is left; return how many rows.

    Each batch is a transaction of its own, with the event that says how many of `what` it deleted.
    """
    deleted = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [*values, rows_at_once])
            count = int(cursor.rowcount)
            if count:
                append_event("presence:forgotten", at=at, actor=ACTOR, **{what: count})
        deleted += count
        if count < rows_at_once:
            return deleted
