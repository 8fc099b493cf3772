"""Say what would be remarked of an event if its correction were accepted: whether it closes what it is meant to close."""

from datetime import UTC, datetime

from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.event_reading import Concerned, clocking_of, read_around
from registers.checkins.models import Correction
from registers.checkins.records import read_newest
from registers.checkins.windows import change
from registers.checkins.worker_days import Clocking


def foreseen_remarks(row: Correction, *, limits: CheckInLimits, at: datetime) -> frozenset[Remark]:
    """Return what the fold would remark of it, as the person's other events are now; two queries at most, nobody is held."""
    environment = Environment(row.environment)
    old = None if row.target is None else read_newest([row.target], environment=environment).get(row.target)
    replaced = [] if old is None or old.event_at is None else [clocking_of(old)]
    instant = row.corrected_at or (replaced[0].at if replaced else None)
    if instant is None:
        return frozenset()
    concerned = {row.person_id: Concerned(instants=[instant, *(one.at for one in replaced)])}
    bearing = read_around(concerned, environment=environment, limits=limits.days)[row.person_id].bearing
    number = replaced[0].number if replaced else max((one.number for one in bearing), default=0) + 1
    place = row.corrected_work_place or row.work_place
    event = Clocking(instant.astimezone(UTC), number, EventType(row.event_type), row.employer, place)
    removed = [one.number for one in replaced]
    return change(bearing, added=[event], removed=removed, limits=limits.days, at=at).after.remarks_of(number)
