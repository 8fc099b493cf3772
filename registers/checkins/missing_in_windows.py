"""Until when the check-in that is missing before a check-out is told or asked for, on either side of midnight (§2.2, §2.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from domain.brussels import brussels_date, end_of_day
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.correction_windows import first_day_of_in
from registers.checkins.event_reading import Concerned, read_around
from registers.checkins.models import Presence
from registers.checkins.places import read_places
from registers.checkins.sector_rules import SectorRules
from registers.checkins.within_spells import begun_before
from registers.checkins.worker_days import Clocking

_MINUTE = timedelta(minutes=1)
"""What people name; two events of one minute are told apart by it."""


@dataclass(frozen=True, slots=True)
class InWindow:
    """Until when it is asked for where it was on the day of the check-out, and where on the day before; None where it was none of that."""

    until: date
    before: date | None

    @property
    def last(self) -> date:
        """The last day on which any is asked for."""
        return self.until if self.before is None else max(self.until, self.before)


def lacks_its_check_in(row: Presence) -> bool:
    """Whether it is a check-out of which it is told that no check-in waited for it."""
    return row.event_type == EventType.OUT and Remark.OUT_WITHOUT_IN.name in row.remarks


def read_in_window(left: Presence, *, rules: SectorRules, limits: DayLimits, at: datetime) -> InWindow:
    """Return it for the check-in before an event, in the sector by which a request is judged that is made now; two queries.

    A missing check-in is of the sector in which its work place is now, for it begins its own spell; one that ends a break
    of the sector in which the spell began. Where a day has both, the longer one is told.
    """
    if left.event_at is None:
        return InWindow(rules.last_day_to_correct(left), None)
    environment, left_at = Environment(left.environment), left.event_at.astimezone(UTC)
    earliest = left_at - limits.longest_open
    concerned = {left.person_id: Concerned(instants=[earliest, left_at])}
    history = read_around(concerned, environment=environment, limits=limits)[left.person_id]
    others = [one for one in history.bearing if one.number != left.number]
    place = read_places({left.work_place}, environment=environment).get(left.work_place)
    own = Clocking(left_at, left.number, EventType(left.event_type), left.employer, left.work_place)
    ends = dict[date, date]()
    for came in _instants([one.at for one in others], earliest, left_at):
        event = Clocking(came, 0, EventType.IN, *own.spot)
        begun = begun_before(event, [*others, own], history.records, limits=limits, at=at)
        sector = begun.sector if begun is not None else None if place is None else place.sector
        day = brussels_date(came)
        ends[day] = max(ends.get(day, day), rules.last_day_in(str(sector or ""), day))
    day, first = brussels_date(left_at), first_day_of_in(left_at, limits=limits)
    return InWindow(ends.get(day, ends[first]), ends[first] if first < day else None)


def _instants(others: Iterable[datetime], earliest: datetime, left_at: datetime) -> set[datetime]:
    """Return at which instants the answer may change: just before the check-out and before midnight, and just after any other event."""
    midnight = end_of_day(brussels_date(earliest)).astimezone(UTC)
    named = {earliest, left_at - _MINUTE, midnight - _MINUTE, *(other + _MINUTE for other in others)}
    return {one for one in named if earliest <= one < left_at}
