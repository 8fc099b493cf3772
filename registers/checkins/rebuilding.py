"""Make the spells of a person anew from all events: the projection is never the truth (check-in declarations §5.1)."""

from datetime import datetime

from domain.checkins.limits import CheckInLimits
from domain.checkins.vocabulary import PresenceKind
from domain.environments import Environment
from registers.checkins.event_reading import PersonHistory, clocking_of
from registers.checkins.missing_outs import as_time_made_it
from registers.checkins.models import Spell, SpellState
from registers.checkins.projecting import write_changes
from registers.checkins.records import read_records


def rebuild_person(person_id: int, *, environment: Environment, limits: CheckInLimits, at: datetime) -> int:
    """Put the spells that all events make in the place of those that stand; return how many. The person is locked.

    A missing OUT of which somebody was told is not told of again.
    """
    where = "person_id = %s::bigint AND kind = 'EVENT' AND next_date IS NULL"
    records = read_records(where, [person_id], environment=environment)
    events = sorted(clocking_of(record) for record in records if record.kind == PresenceKind.EVENT)
    history = PersonHistory(records, events)
    made = as_time_made_it(history, limits=limits, at=at)
    standing = Spell.objects.filter(person_id=person_id)
    told = dict(standing.filter(told_at__isnull=False).values_list("last_in", "told_at"))
    standing.delete()
    write_changes({person_id: made}, {person_id: history}, environment=environment)
    for last_in, told_at in told.items():
        standing.filter(last_in=last_in, state=SpellState.MISSING_OUT).update(told_at=told_at)
    return len(made.written)
