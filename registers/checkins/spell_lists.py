"""Lists of spells of work: of an employer, of a work place or of a person, over some days, page by page (§5.2)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from domain.checkins.asking import PresenceAsker, PresenceQuestion, SpellSeen, SpellStanding
from domain.environments import Environment
from registers.checkins.looks import note_presence_look

MOST_LISTED = 500
_SELECT = """
    SELECT person_id, employer, work_place, work_date, started_at, ended_at, state, breaks::text, first_in, last_in
    FROM checkins_spell WHERE {where} AND environment = %s AND work_date BETWEEN %s AND %s {after}
    ORDER BY work_date, started_at, person_id LIMIT %s
"""
_AFTER = "AND (work_date, started_at, person_id) > (%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class SpellsOf:
    """Whose spells: what is given must hold, and at least one is; days in Brussels, both included."""

    first: date
    last: date
    employer: str | None = None
    work_place: str | None = None
    person_id: int | None = None
    standing: SpellStanding | None = None


@transaction.atomic
def list_spells(
    wanted: SpellsOf,
    *,
    environment: Environment,
    asker: PresenceAsker,
    at: datetime,
    after: SpellSeen | None = None,
    size: int = 50,
) -> Sequence[SpellSeen]:
    """Return spells in the order of their beginning, those after a known one; 500 at most. The look is recorded.

    Whether one may ask is the caller's to know. ValueError when nothing says whose.
    """
    parts: list[str] = []
    values: list[Any] = []
    for column, value in (
        ("employer", wanted.employer),
        ("work_place", wanted.work_place),
        ("person_id", wanted.person_id),
    ):
        if value is not None:
            parts.append(f"{column} = %s")
            values.append(value)
    if not parts:
        message = "a list of spells is of an employer, a work place or a person"
        raise ValueError(message)
    if wanted.standing is not None:
        parts.append("state = %s")
        values.append(str(wanted.standing))
    values += [str(environment), wanted.first, wanted.last]
    if after is not None:
        values += [after.work_date, after.started_at, after.person_id]
    statement = _SELECT.format(where=" AND ".join(parts), after=_AFTER if after is not None else "")
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, min(size, MOST_LISTED)])
        spells = [spell_seen(row) for row in cursor.fetchall()]
    question = PresenceQuestion.MISSING_OUT if wanted.standing is SpellStanding.MISSING_OUT else PresenceQuestion.PERIOD
    note_presence_look(
        question,
        [one.person_id for one in spells],
        environment=environment,
        asker=asker,
        at=at,
        about=wanted.work_place or wanted.employer or "",
    )
    return spells


def spell_seen(row: Sequence[Any]) -> SpellSeen:
    """Return a row that was selected as this module selects it."""
    person, employer, place, day, start, end, state, breaks, first_in, last_in = row
    return SpellSeen(
        person_id=person,
        employer=employer,
        work_place_id=place,
        work_date=day,
        started_at=start,
        ended_at=end,
        standing=SpellStanding(state),
        breaks=tuple((datetime.fromisoformat(out), datetime.fromisoformat(back)) for out, back in json.loads(breaks)),
        first_in=first_in,
        last_in=last_in,
    )
