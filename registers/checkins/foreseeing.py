"""Say what would be remarked of an event if its correction were accepted: whether it closes what it is meant to close."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits, DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.event_reading import Concerned, clocking_of, read_around
from registers.checkins.models import Correction
from registers.checkins.records import PresenceRecord, read_newest
from registers.checkins.windows import change
from registers.checkins.worker_days import Clocking


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks for: the event as it would be, and the one in whose place it comes, None where it is missing."""

    request: str
    event: Clocking
    replaced: Clocking | None

    @property
    def instants(self) -> list[datetime]:
        """When something happens to the person's events."""
        return [self.event.at, *(() if self.replaced is None else (self.replaced.at,))]


def foreseen_remarks(
    row: Correction, *, beside: Iterable[Correction], limits: CheckInLimits, at: datetime
) -> Mapping[Remark, str]:
    """Return what the fold would remark of it, as the person's other events are now, and which request would end that.

    That is one of those that wait `beside` it, accepted as well: of a day of which all is missing, one asks for the check-in and
    one for the check-out. It is empty where none does. Two queries at most, nobody is held.
    """
    environment = Environment(row.environment)
    mine = _asked(
        row, None if row.target is None else read_newest([row.target], environment=environment).get(row.target)
    )
    if mine is None:
        return {}

    def is_near(instant: datetime) -> bool:
        return abs(instant - mine.event.at) <= limits.days.longest_open

    beside = list(beside)
    instants = [one.corrected_at for one in beside if one.corrected_at is not None and is_near(one.corrected_at)]
    concerned = {row.person_id: Concerned(instants=[*mine.instants, *instants])}
    history = read_around(concerned, environment=environment, limits=limits.days)[row.person_id]
    found = [_asked(one, None if one.target is None else history.record_of(one.target)) for one in beside]
    near = [one for one in found if one is not None and is_near(one.event.at)]
    bearing = history.bearing
    first, *others = _numbered([mine, *near], after=max((one.number for one in bearing), default=0))
    together = {one.request: _remarks_of_first([first, one], bearing, limits=limits.days, at=at) for one in others}
    alone = _remarks_of_first([first], bearing, limits=limits.days, at=at)
    return {remark: next((one for one, left in together.items() if remark not in left), "") for remark in alone}


def _asked(row: Correction, old: PresenceRecord | None) -> _Asked | None:
    """Return what it asks for; None where neither the request nor a registration says when that was."""
    replaced = None if old is None or old.event_at is None else clocking_of(old)
    instant = row.corrected_at or (replaced.at if replaced else None)
    if instant is None:
        return None
    number = replaced.number if replaced else 0
    place = row.corrected_work_place or row.work_place
    event = Clocking(instant.astimezone(UTC), number, EventType(row.event_type), row.employer, place)
    return _Asked(row.number, event, replaced)


def _numbered(asked: Iterable[_Asked], *, after: int) -> list[_Asked]:
    """Give events that are missing numbers which none has, as they would get."""
    return [
        one if one.replaced else replace(one, event=replace(one.event, number=number))
        for number, one in enumerate(asked, start=after + 1)
    ]


def _remarks_of_first(
    asked: Sequence[_Asked], bearing: Sequence[Clocking], *, limits: DayLimits, at: datetime
) -> frozenset[Remark]:
    """Return what would be remarked of the first if all of these were accepted."""
    removed = [one.replaced.number for one in asked if one.replaced]
    changed = change(bearing, added=[one.event for one in asked], removed=removed, limits=limits, at=at)
    return changed.after.remarks_of(asked[0].event.number)
