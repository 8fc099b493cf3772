"""What is searched among registrations, as a word that an address can carry; neither a number nor a person is read in it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Self

from django.core import signing

from domain.brussels import BRUSSELS
from domain.checkins.codes import Remark
from domain.checkins.searches import DayPeriod, Direction, FoundPage, SearchCriteria, SortedBy
from domain.checkins.vocabulary import EventType, PresenceKind, PresenceStatus, Sector
from portal.pages.checkins.sealed_ids import open_id, seal_id

WITH_SUBCONTRACTORS = "all"
_INSTANT = timedelta(microseconds=1)
_SALT = "portal.pages.checkins.search.4"
"""Another one whenever a word says something else than before: an old address then is none of ours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched: periods of days in Brussels, both ends included; what is empty means any.

    `statuses` and `remarks` are their names in the register, `company` a company number or a foreign VAT number, `what` a day
    presence or a type of event. A worker is named by the person's id.
    """

    periods: tuple[DayPeriod, ...]
    place: str = ""
    company: str = ""
    what: str = ""
    statuses: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    sector: str = ""
    created_first: date | None = None
    created_last: date | None = None
    person_id: int | None = None
    sort: str = str(SortedBy.REGISTRATION_DATE)
    direction: str = str(Direction.DESCENDING)
    staff: str = ""

    @classmethod
    def on(cls, day: date, *, sort: SortedBy = SortedBy.REGISTRATION_DATE) -> Self:
        """Return the search that a page begins with: everything of a day."""
        return cls((DayPeriod(day, day),), sort=str(sort))

    @property
    def word(self) -> str:
        """The search as a signed word, in which the person is sealed: nobody reads there whether a number is known."""
        return signing.dumps(_written(self), salt=_SALT, compress=True)

    @classmethod
    def read(cls, word: str) -> Self | None:
        """Return what a word says; None for what we did not write."""
        try:
            told = signing.loads(word, salt=_SALT)
        except signing.BadSignature:
            return None
        periods = tuple(
            DayPeriod(date.fromisoformat(first), date.fromisoformat(last)) for first, last in told["periods"]
        )
        created = {name: date.fromisoformat(told[name]) for name in ("created_first", "created_last") if name in told}
        lists = {name: tuple(told[name]) for name in ("statuses", "remarks") if name in told}
        person = {"person_id": open_id(told["person_id"])} if "person_id" in told else {}
        if None in person.values():
            return None  # of nobody any more, it would be of everybody
        return cls(**{**told, **created, **lists, **person, "periods": periods})

    @property
    def first(self) -> date:
        """The first of all days."""
        return min(period.first for period in self.periods)

    @property
    def last(self) -> date:
        """The last of all days."""
        return max(period.last for period in self.periods)

    @property
    def has_more(self) -> bool:
        """Whether anything is wanted besides days, work place, company, states and the worker."""
        return any((self.what, self.sector, self.created_first, self.created_last, self.staff))

    @property
    def is_of_one_worker(self) -> bool:
        """Whether it is of one worker alone, known or not."""
        return self.person_id is not None

    def of_person(self, person_id: int | None) -> Self:
        """Return the same search for one person; for anybody where it is None."""
        return replace(self, person_id=person_id)

    def as_initial(self) -> dict[str, object]:
        """Return what a form begins with; the worker is told as a seal alone, by which the next search stays his."""
        told: dict[str, object] = {name: getattr(self, name) for name in self.__slots__ if name not in _NOT_SHOWN}
        for place, period in enumerate(self.periods):
            told |= {day_field("first", place): period.first, day_field("last", place): period.last}
        return told if self.person_id is None else {**told, "worker": [seal_id(self.person_id)]}

    def created(self) -> tuple[datetime | None, datetime | None]:
        """Return the instants (UTC) between which it was received: the first included, the second not."""
        first = _midnight(self.created_first) if self.created_first else None
        return first, _midnight(self.created_last + timedelta(days=1)) if self.created_last else None

    def criteria(self) -> SearchCriteria:
        """Return the search as the register is asked it."""
        first, until = self.created()
        return SearchCriteria(
            periods=self.periods,
            enterprise_number=self.company or None,
            person_id=self.person_id,
            work_place_id=self.place or None,
            statuses=tuple(PresenceStatus[name] for name in self.statuses),
            remarks=tuple(Remark[name] for name in self.remarks),
            sector=Sector(self.sector) if self.sector else None,
            kind=PresenceKind.DAY if self.what == PresenceKind.DAY else None,
            event_type=EventType(self.what) if self.what in set(EventType) else None,
            created_from=first,
            created_until=None if until is None else until - _INSTANT,
        )

    @property
    def is_of_own_staff(self) -> bool:
        """Whether subcontractors' staff is left out."""
        return self.staff != WITH_SUBCONTRACTORS

    def part(self, first_row: int, size: int, *, after: str = "") -> FoundPage:
        """Return which part of what is found is shown, in the order that is wanted; with a key what comes after it.

        A part behind the last one is the last one.
        """
        sort, direction = SortedBy(self.sort), Direction(self.direction)
        return FoundPage(first_row, size, after, sorted_by=sort, direction=direction, ends_with_last=True)


_NOT_SHOWN = frozenset({"person_id", "periods"})


def day_field(end: str, place: int) -> str:
    """Return how a form names the first or last day of its period at that place, counted from 0."""
    return f"{end}_{place + 1}" if place else end


def _written(wanted: Wanted) -> dict[str, object]:
    told: dict[str, object] = {
        name: value for name in wanted.__slots__ if (value := getattr(wanted, name)) not in ("", None, ())
    }
    told["periods"] = [(str(period.first), str(period.last)) for period in wanted.periods]
    for name in ("created_first", "created_last"):
        if name in told:
            told[name] = str(told[name])
    if wanted.person_id is not None:
        told["person_id"] = seal_id(wanted.person_id)
    return told


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BRUSSELS).astimezone(UTC)
