"""Make the spells of a person anew from all events: the projection is never the truth (check-in declarations §5.1)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from domain.checkins.asking import SpellStanding
from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits
from domain.environments import Environment
from registers.checkins.event_reading import PersonHistory, folded_events
from registers.checkins.missing_outs import as_time_made_it
from registers.checkins.models import Spell, SpellState
from registers.checkins.projecting import write_folds
from registers.checkins.records import read_records, remarks_of
from registers.checkins.windows import SpellKey, key_of
from registers.checkins.worker_days import FOLDED_REMARKS, FoldedSpell


def rebuild_person(person_id: int, *, environment: Environment, limits: CheckInLimits, at: datetime) -> bool:
    """Put the spells that all events make in the place of those that stand; return whether anything became otherwise.

    The person is locked. What says again what another registration says makes no spell, and keeps no remark that its place
    in a day gave it. A missing OUT of which somebody was told is not told of again. To have the sources asked again is the
    caller's.
    """
    records = read_records("person_id = %s::bigint AND kind = 'EVENT'", [person_id], environment=environment)
    history = PersonHistory(records, folded_events(records))
    made = as_time_made_it(history, limits=limits, at=at)
    folded = {event.number for event in history.bearing}
    unfolded = {
        record.number: frozenset[Remark]()
        for record in records
        if record.is_newest and record.number not in folded and FOLDED_REMARKS & {*remarks_of(record.remarks)}
    }
    made = replace(made, remarked=made.remarked | unfolded)
    standing = Spell.objects.filter(person_id=person_id)
    if not made.remarked and _as_folded(standing) == {key_of(spell): spell for spell in made.written}:
        return False
    told = dict(standing.filter(told_at__isnull=False).values_list("last_in", "told_at"))
    standing.delete()
    write_folds({person_id: made}, {person_id: history}, environment=environment, at=at)
    for last_in, told_at in told.items():
        standing.filter(last_in=last_in, state=SpellState.MISSING_OUT).update(told_at=told_at)
    return True


def _as_folded(standing: Iterable[Spell]) -> dict[SpellKey, FoldedSpell]:
    """Return the rows as the fold makes them, by their keys."""
    return {
        (row.work_date, row.first_in): FoldedSpell(
            row.employer,
            row.work_place,
            row.started_at,
            row.last_in_at,
            row.first_in,
            row.last_in,
            ended_at=row.ended_at,
            standing=SpellStanding(row.state),
            breaks=tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in row.breaks),
            again=row.again,
        )
        for row in standing
    }
