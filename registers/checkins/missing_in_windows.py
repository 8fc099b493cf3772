"""Until when the check-in that is missing before a check-out is told or asked for, on either side of midnight (§2.2, §2.6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.brussels import brussels_date, end_of_day
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.event_reading import Concerned, read_around
from registers.checkins.missing_beside import Beside, clocking_of_row
from registers.checkins.models import Presence
from registers.checkins.places import read_places
from registers.checkins.sector_rules import SectorRules
from registers.checkins.within_spells import begun_before
from registers.checkins.worker_days import Clocking

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class InWindow:
    """Until when it is asked for where it was on the day of the check-out, and where before that day; None where it was none of that."""

    until: date | None
    before: date | None

    @property
    def last(self) -> date:
        """The last day on which any is asked for."""
        return max(day for day in (self.until, self.before) if day is not None)

    def is_of(self, last: date) -> bool:
        """Whether that day is the last one for each of both."""
        return {self.until, self.before} <= {last, None}


def lacks_its_check_in(row: Presence) -> bool:
    """Whether it is a check-out of which it is told that no check-in waited for it."""
    return row.event_type == EventType.OUT and Remark.OUT_WITHOUT_IN.name in row.remarks


def read_in_window(left: Presence, *, rules: SectorRules, limits: DayLimits, at: datetime) -> InWindow | None:
    """Return it for the check-in before a check-out, in the sector by which a request is judged that is made now; two queries.

    A missing check-in is of the sector in which its work place is now, for it begins its own spell; one that ends a break
    of the sector in which the spell began. Where a day has both, the longer one is told. None where it was at no instant,
    for what is registered beside the check-out.
    """
    environment, own = Environment(left.environment), clocking_of_row(left)
    concerned = {left.person_id: Concerned(instants=[own.at - limits.longest_open, own.at])}
    history = read_around(concerned, environment=environment, limits=limits)[left.person_id]
    minutes = Beside.among(history.bearing, own, limits=limits, at=at).minutes_of_check_in()
    if minutes is None:
        return None
    place = read_places({left.work_place}, environment=environment).get(left.work_place)

    def last_day(came: datetime) -> date:
        event = Clocking(came, 0, EventType.IN, *own.spot)
        begun = begun_before(event, history.bearing, history.records, limits=limits, at=at)
        sector = begun.sector if begun is not None else None if place is None else place.sector
        return rules.last_day_in(str(sector or ""), brussels_date(came))

    midnight = end_of_day(brussels_date(own.at) - timedelta(days=1))
    same, before = _instants(*minutes, midnight=midnight)
    return InWindow(max(map(last_day, same), default=None), max(map(last_day, before), default=None))


def _instants(first: datetime, last: datetime, *, midnight: datetime) -> tuple[set[datetime], set[datetime]]:
    """Return the ends of those minutes from midnight on, and of those before it; empty for none.

    Nothing else has to be looked at: no event of the spot lies between, so that a check-in goes on with a spell there up to
    some instant, and begins its own from then on.
    """
    same = {max(first, midnight), last} if midnight <= last else set[datetime]()
    before = {first, min(last, midnight - _MINUTE)} if first < midnight else set[datetime]()
    return same, before
