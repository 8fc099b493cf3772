"""Say for which day sources are asked about an event: that of its spell, which began before midnight (§2.2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.records import PresenceRecord

_LONGEST_SPELL = timedelta(days=31)
"""How far back the first IN of a spell is looked for: whoever takes short breaks alone works on, in this fold, for days."""
_BEGUN_BEFORE = """
    SELECT asked.number, max(spell.work_date)
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::date[], %s::timestamptz[])
        AS asked (number, person_id, employer, work_place, day, at)
    JOIN checkins_spell spell ON spell.person_id = asked.person_id AND spell.work_date < asked.day
        AND spell.work_date BETWEEN %s::date AND %s::date
        AND spell.employer = asked.employer AND spell.work_place = asked.work_place AND spell.started_at <= asked.at
        AND (spell.state = 'OPEN' OR asked.at <= coalesce(spell.ended_at, spell.last_in_at))
    WHERE spell.environment = %s::varchar
    GROUP BY asked.number
"""


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
        cursor.execute(_BEGUN_BEFORE, [*columns, min(days) - _LONGEST_SPELL, max(days), str(environment)])
        return dict(cursor.fetchall())
