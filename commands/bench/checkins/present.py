"""Bring people to work today, through the register's own intake: open spells, of which some wait for an OUT too long, breaks, days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from commands.bench.checkins.people import (
    Person,
    company_number,
    enter_work_places,
    enter_workers,
    work_place_number,
)
from domain.checkins.items import Capture, DayPresence, Employer, PresenceEvent, Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant, Registered
from domain.checkins.vocabulary import CaptureMethod, ClockingChannel, EventReason, EventType
from domain.environments import Environment

if TYPE_CHECKING:
    from registers.persons.aliases import Aliases

EVENTS_FOR_ONE_AT_WORK = 4_000
"""Of 20 million events, 5,000 people are at work."""
_FEWEST = 100
_FIRST_PLACE = 20_000_000
_LARGE_PLACE_SHARE = 5
_AT_LARGE_PLACE = 2
"""Two fifths of them at one place: 2,000 of 5,000."""
_LATE_SHARE = 20
_LATE = timedelta(hours=17)
_BREAK_SHARE = 5
_BEFORE_BREAK = timedelta(minutes=30)
_FIRST_ON_BREAK, _FIRST_FOR_THE_DAY = 32_000_000, 36_000_000
_PLACE_ON_BREAK, _PLACE_FOR_THE_DAY = 900_000_001, 900_000_002
_A_CALL = 200


def bring_to_work(own: Sequence[Person], *, events: int, sender: str, aliases: "Aliases", at: datetime) -> list[Person]:
    """Check people of one company in who are new, and return them; one in twenty came 17 hours ago and never went.

    Of those at smaller places one in five went for a break since.
    """
    workers = enter_workers(_FIRST_PLACE, _count(events), aliases=aliases, at=at)
    people = [
        replace(
            own[0 if place % _LARGE_PLACE_SHARE < _AT_LARGE_PLACE else place % len(own)],
            number=worker.inss or "",
            person_id=alias.person_id,
            identifier_id=alias.identifier_id,
        )
        for place, (worker, alias) in enumerate(workers.items())
    ]
    late = people[::_LATE_SHARE]
    early = [one for place, one in enumerate(people) if place % _LATE_SHARE]
    elsewhere = [one for one in early if one.work_place != people[0].work_place]
    on_break = elsewhere[::_BREAK_SHARE]
    resting = set(on_break)
    told = _Telling(sender, aliases)
    told.check_in(late, at=at - _LATE)
    told.check_in(on_break, at=at - _BEFORE_BREAK)
    told.check_in([one for one in early if one not in resting], at=at)
    told.go_for_a_break(on_break, at=at)
    return people


def fill_large_places(*, events: int, sender: str, aliases: "Aliases", at: datetime) -> tuple[str, str]:
    """Fill two more places with as many people as the largest has; return their numbers.

    At the one everybody is on a break, as at noon; at the other, of construction, everybody is for the day. They are of two
    other companies.
    """
    told = _Telling(sender, aliases)
    resting = _newcomers(_FIRST_ON_BREAK, _PLACE_ON_BREAK, events=events, aliases=aliases, at=at)
    enter_work_places(resting, at=at)
    told.check_in(resting, at=at - _BEFORE_BREAK)
    told.go_for_a_break(resting, at=at)
    building = _newcomers(_FIRST_FOR_THE_DAY, _PLACE_FOR_THE_DAY, events=events, aliases=aliases, at=at)
    enter_work_places(building, at=at, sector="CONSTRUCTION")
    told.register_days(building, at=at)
    return work_place_number(_PLACE_ON_BREAK), work_place_number(_PLACE_FOR_THE_DAY)


def _count(events: int) -> int:
    return max(events // EVENTS_FOR_ONE_AT_WORK, _FEWEST)


def _newcomers(first: int, place: int, *, events: int, aliases: "Aliases", at: datetime) -> list[Person]:
    count = _count(events) * _AT_LARGE_PLACE // _LARGE_PLACE_SHARE
    return [
        Person(
            worker.inss or "",
            alias.person_id,
            alias.identifier_id,
            company_number(place % 10),
            work_place_number(place),
        )
        for worker, alias in enter_workers(first, count, aliases=aliases, at=at).items()
    ]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a program sends over REST, a call at a time; ValueError when an item is not registered."""

    sender: str
    aliases: "Aliases"

    def check_in(self, people: Sequence[Person], *, at: datetime) -> None:
        self._take(people, lambda one: _event(one, EventType.IN, EventReason.WORK, at=at), at=at)

    def go_for_a_break(self, people: Sequence[Person], *, at: datetime) -> None:
        self._take(people, lambda one: _event(one, EventType.OUT, EventReason.BREAK, at=at), at=at)

    def register_days(self, people: Sequence[Person], *, at: datetime) -> None:
        self._take(people, _day, at=at)

    def _take(
        self, people: Sequence[Person], item_of: Callable[[Person], DayPresence | PresenceEvent], *, at: datetime
    ) -> None:
        from registers.checkins.intake import take_items  # noqa: PLC0415 - Django is set up by then

        limits = CheckInLimits()
        waiting = iter(people)
        while some := list(islice(waiting, _A_CALL)):
            by = Declarant(
                Environment.PRODUCTION, ClockingChannel.REST, sender=self.sender, enterprise_number=some[0].company
            )
            items = [item_of(one) for one in some]
            outcomes = take_items(items, by=by, received_at=at, at=at, aliases=self.aliases, limits=limits)
            if not all(isinstance(outcome, Registered) for outcome in outcomes):
                raise ValueError("an item of the bench was not registered")


def _event(person: Person, way: EventType, reason: EventReason, *, at: datetime) -> PresenceEvent:
    return PresenceEvent(
        at=at - timedelta(minutes=1),
        type=way,
        worker=Worker(person.number),
        employer=Employer(enterprise_number=person.company),
        work_place_id=person.work_place,
        reason=reason,
        capture=Capture(CaptureMethod.QR, "bench"),
        reference=f"{way}-{person.person_id}",
    )


def _day(person: Person) -> DayPresence:
    return DayPresence(
        worker=Worker(person.number),
        employer=Employer(enterprise_number=person.company),
        work_place_id=person.work_place,
        reference=f"DAY-{person.person_id}",
    )
