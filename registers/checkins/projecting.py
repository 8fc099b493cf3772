"""Keep the spells and the remarks of events as the fold has them, in the transaction of what changed.

Who sent an event by file is told of its new remarks (FO.CIAV). Sources are asked again about events whose day became another,
unless whoever writes asks for the whole person.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from domain.checkins.codes import Remark
from domain.environments import Environment
from evidence.insertions import Insertion
from evidence.prepared import open_prepared
from registers.checkins.event_reading import PersonHistory
from registers.checkins.records import PresenceRecord, remarks_text
from registers.checkins.windows import Change, SpellKey
from registers.checkins.worker_days import FOLDED_REMARKS, FoldedSpell

_SPELLS = Insertion.into(
    "checkins_spell",
    {
        "environment": "text",
        "person_id": "bigint",
        "work_date": "date",
        "employer": "text",
        "work_place": "text",
        "started_at": "timestamptz",
        "last_in_at": "timestamptz",
        "ended_at": "timestamptz",
        "state": "text",
        "breaks": "jsonb",
        "first_in": "bigint",
        "last_in": "bigint",
        "again": "bigint",
    },
    ending="""
        ON CONFLICT (person_id, work_date, first_in) DO UPDATE SET
            employer = excluded.employer, work_place = excluded.work_place, started_at = excluded.started_at,
            last_in_at = excluded.last_in_at, ended_at = excluded.ended_at, state = excluded.state,
            breaks = excluded.breaks, last_in = excluded.last_in, again = excluded.again,
            told_at = CASE WHEN checkins_spell.last_in = excluded.last_in THEN checkins_spell.told_at END
    """,
)
_DROP_SPELLS = """
    DELETE FROM checkins_spell USING unnest(%s::bigint[], %s::date[], %s::bigint[]) AS gone (person_id, work_date, first_in)
    WHERE checkins_spell.person_id = gone.person_id AND checkins_spell.work_date = gone.work_date
        AND checkins_spell.first_in = gone.first_in
"""
_ASKED_AGAIN = Insertion.into(
    "checkins_revalidationrequest",
    {"environment": "text", "person_id": "bigint", "work_place": "text", "employer": "text", "asked_at": "timestamptz"},
)
_REMARK = """
    WITH remarked AS (
        UPDATE checkins_presence SET remarks = string_to_array(fresh.remarks, chr(32)) || ARRAY(
                SELECT said::text FROM unnest(checkins_presence.remarks) AS said WHERE said <> ALL (%s::text[])
            ), remarked_at = greatest(%s::timestamptz, created_at, validated_at + interval '1 millisecond',
                remarked_at + interval '1 millisecond')
        FROM unnest(%s::bigint[], %s::integer[], %s::date[], %s::text[]) AS fresh (number, version, day, remarks)
        WHERE checkins_presence.number = fresh.number AND checkins_presence.version = fresh.version
            AND checkins_presence.registration_date = fresh.day
        RETURNING checkins_presence.*
    )
    INSERT INTO checkins_validitynotice (environment, sender, number, registration_date, status, remarks, at)
    SELECT environment, sender, number, registration_date, status, remarks, remarked_at
    FROM remarked WHERE channel = 'BATCH' AND sender <> ''
"""
"""Put other folded remarks in the place of those that stand; the rest of the row is as whoever wrote last left it.

Senders of files hold for true what has the latest instant, so it lies behind all that they were told before.
"""


def write_changes(
    changes: Mapping[int, Change], histories: Mapping[int, PersonHistory], *, environment: Environment, at: datetime
) -> None:
    """Write what changed as `write_folds` does, and ask the sources again about whose events are of another day by it."""
    write_folds(changes, histories, environment=environment, at=at)
    moved = [person for person, one in changes.items() if one.is_of_another_day]
    _ASKED_AGAIN.add([(str(environment), person, "", "", at) for person in moved])


def write_folds(
    changes: Mapping[int, Change], histories: Mapping[int, PersonHistory], *, environment: Environment, at: datetime
) -> None:
    """Write what changed in the spells of persons, and in the remarks of their events that stood before; nothing is read."""
    _drop_spells([(person, key) for person, one in changes.items() for key in one.gone])
    _SPELLS.add([_row(person, spell, environment) for person, one in changes.items() for spell in one.written])
    remarked = [said for person, one in changes.items() for said in _remarked(one, histories[person])]
    _write_remarks(remarked, at=at)


def _remarked(one: Change, history: PersonHistory) -> Iterator[tuple[PresenceRecord, frozenset[Remark]]]:
    """Yield the events that stood before, of which something else is remarked."""
    for number, remarks in one.remarked.items():
        record = history.record_of(number)
        if record is not None:
            yield record, remarks


def _row(person: int, spell: FoldedSpell, environment: Environment) -> Sequence[object]:
    return (
        *(str(environment), person, spell.work_date, spell.employer, spell.work_place),
        *(spell.started_at, spell.last_in_at, spell.ended_at, str(spell.standing)),
        *(_breaks_text(spell), spell.first_in, spell.last_in, spell.again),
    )


def _drop_spells(rows: Sequence[tuple[int, SpellKey]]) -> None:
    if not rows:
        return
    with open_prepared() as cursor:
        cursor.execute(
            _DROP_SPELLS,
            [[person for person, _ in rows], [day for _, (day, _) in rows], [first for _, (_, first) in rows]],
        )


def _write_remarks(rows: Sequence[tuple[PresenceRecord, Collection[Remark]]], *, at: datetime) -> None:
    """Write the folded remarks of versions, and the notices of them."""
    if not rows:
        return
    with open_prepared() as cursor:
        cursor.execute(
            _REMARK,
            [
                [remark.name for remark in FOLDED_REMARKS],
                at,
                [record.number for record, _ in rows],
                [record.version for record, _ in rows],
                [record.registration_date for record, _ in rows],
                [remarks_text(remark.name for remark in remarks) for _, remarks in rows],
            ],
        )


def _breaks_text(spell: FoldedSpell) -> str:
    return json.dumps([[_iso(start), _iso(end)] for start, end in spell.breaks])


def _iso(instant: datetime) -> str:
    return instant.isoformat()
