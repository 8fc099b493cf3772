"""Say for which day sources are asked about an event: that of its spell, which began before midnight (§2.2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.records import PresenceRecord

LONGEST_SPELL = timedelta(days=31)
"""How far back the first IN of a spell is looked for: whoever takes short breaks alone works on, in this fold, for days."""
_BEGUN_BEFORE = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::date[], %s::timestamptz[])
            AS asked (number, person_id, employer, work_place, day, at)
    ), nights AS MATERIALIZED (
        SELECT person_id, employer, work_place, work_date, started_at, state = 'OPEN' AS is_open,
            coalesce(ended_at, last_in_at) AS last_at
        FROM checkins_spell
        WHERE person_id = ANY(ARRAY(SELECT DISTINCT person_id FROM asked)) AND environment = %s::varchar
            AND work_date BETWEEN %s::date AND %s::date
            AND (state = 'OPEN'
                OR coalesce(ended_at, last_in_at) >= (work_date + 1)::timestamp AT TIME ZONE 'Europe/Brussels')
    )
    SELECT asked.number, max(night.work_date)
    FROM nights AS night JOIN asked USING (person_id, employer, work_place)
    WHERE night.work_date BETWEEN asked.day - %s::integer AND asked.day - 1 AND night.started_at <= asked.at
        AND (night.is_open OR asked.at <= night.last_at)
    GROUP BY asked.number
"""
"""What a spell that ended on its own day has to do with, is of that day: of months of them, the few nights alone are compared."""


def on_work_dates(records: Sequence[PresenceRecord], *, environment: Environment) -> list[PresenceRecord]:
    """Return the records in their order, each event of a spell that began on an earlier day with that day.

    So an OUT after midnight needs no employment of the next day. One query, or none.
    """
    found = _begun_before(
        [
            (one.number, one.person_id, one.employer, one.work_place, one.registration_date, one.event_at)
            for one in records
            if one.event_at is not None
        ],
        environment=environment,
    )
    return [replace(one, work_date=found[one.number]) if one.number in found else one for one in records]


def _begun_before(events: Sequence[tuple[object, ...]], *, environment: Environment) -> dict[int, date]:
    if not events:
        return {}
    columns = [list(column) for column in zip(*events, strict=True)]
    days = columns[4]
    with open_prepared() as cursor:
        cursor.execute(
            _BEGUN_BEFORE,
            [*columns, str(environment), min(days) - LONGEST_SPELL, max(days), LONGEST_SPELL.days],
        )
        return dict(cursor.fetchall())
