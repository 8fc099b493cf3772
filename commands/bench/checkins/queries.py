"""Ask the register the eleven questions of the specification's §5.2, and hold the slowest of each hundred against its goal."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from commands.authority import utc_now
from commands.bench.checkins.people import Person
from commands.bench.checkins.single import percentile
from commands.demo.installation import OWN_COMPANY
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits
from domain.checkins.searches import DayPeriod, FoundPage, SearchCriteria
from domain.checkins.vocabulary import PresenceStatus
from domain.environments import Environment

if TYPE_CHECKING:
    from registers.persons.aliases import Aliases

_MILLISECONDS = 1000
_SECOND = 1000.0
_MINUTES = 5 * 60 * _SECOND
_PRODUCTION = Environment.PRODUCTION
_SLOWEST = 95
_EMPLOYER = PresenceAsker(PresenceAskerKind.EMPLOYER, OWN_COMPANY, "bench", companies=frozenset({OWN_COMPANY}))
_INSPECTOR = PresenceAsker(PresenceAskerKind.INSPECTOR, "bench", "bench")


@dataclass(frozen=True, slots=True)
class Question:
    """One of the eleven: what it is, how many milliseconds it may take, and how it is asked the n-th time."""

    name: str
    goal_ms: float
    ask: Callable[[int], object]
    rounds: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How long a question took: the median and one in twenty, in milliseconds, and its goal."""

    name: str
    p50_ms: float
    p95_ms: float
    goal_ms: float

    @property
    def is_over(self) -> bool:
        """Whether it takes longer than it may."""
        return self.p95_ms > self.goal_ms


def ask_all(people: Sequence[Person], *, aliases: "Aliases", rounds: int) -> list[Asked]:
    """Return how long each question takes once the register was asked it before."""
    return [_measure(question) for question in _questions(people, aliases=aliases, rounds=rounds)]


def measure_on_site(people: Sequence[Person], *, rounds: int) -> float:
    """Return the milliseconds within which 99 of 100 live lists are there."""
    from registers.checkins.on_site import list_on_site  # noqa: PLC0415 - Django is set up by then

    def ask(count: int) -> object:
        place = people[count * 37 % len(people)].work_place
        return list_on_site(place, environment=_PRODUCTION, asker=_INSPECTOR, at=utc_now())

    return percentile(_times(ask, 5 * rounds), 99)


def _measure(question: Question) -> Asked:
    times = _times(question.ask, question.rounds)
    return Asked(question.name, percentile(times, 50), percentile(times, _SLOWEST), question.goal_ms)


def _times(ask: Callable[[int], object], rounds: int) -> list[float]:
    """Return the milliseconds of each round, in order; the first is for getting warm."""
    times = []
    for count in range(rounds + 1):
        began = time.perf_counter()
        ask(count)
        times.append((time.perf_counter() - began) * _MILLISECONDS)
    return sorted(times[1:])


def _questions(people: Sequence[Person], *, aliases: "Aliases", rounds: int) -> Iterator[Question]:
    own = [person for person in people if person.company == OWN_COMPANY]
    today = brussels_date(utc_now())
    month = DayPeriod(today - timedelta(days=31), today - timedelta(days=1))
    yield from _of_the_intake(people, today, rounds)
    yield from _of_lists(own, month, aliases, rounds)
    yield from _of_batches(own)


def _of_the_intake(people: Sequence[Person], today: date, rounds: int) -> Iterator[Question]:
    from registers.checkins.event_reading import Concerned, read_around  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.on_site import list_on_site  # noqa: PLC0415
    from registers.checkins.references import read_references  # noqa: PLC0415

    def on_site(count: int) -> object:
        place = people[count * 37 % len(people)].work_place
        return list_on_site(place, environment=_PRODUCTION, asker=_INSPECTOR, at=utc_now())

    def repeated(count: int) -> object:
        return read_references({f"R{count}"}, bringer="100202", environment=_PRODUCTION)

    def around(count: int) -> object:
        person = people[count * 41 % len(people)].person_id
        return read_around({person: Concerned([utc_now()], {today})}, limits=CheckInLimits().days)

    yield Question("1 on site now", 200, on_site, rounds)
    yield Question("3 repeated reference", 5, repeated, rounds)
    yield Question("3, 4 last events of a person", 5, around, rounds)


def _of_lists(own: Sequence[Person], month: DayPeriod, aliases: "Aliases", rounds: int) -> Iterator[Question]:
    from registers.checkins.reading import own_registrations, read_one  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.searching import search  # noqa: PLC0415

    def find(criteria: SearchCriteria, asker: PresenceAsker, page: FoundPage) -> object:
        return search(criteria, page, asker=asker, aliases=aliases, at=utc_now())

    def today_of(count: int) -> object:
        day = DayPeriod(month.last + timedelta(days=1), month.last + timedelta(days=1))
        person = own[count % len(own)]
        return find(SearchCriteria((day,), inss=person.number, work_place_id=person.work_place), _EMPLOYER, FoundPage())

    def staff(count: int) -> object:
        return find(SearchCriteria((month,), enterprise_number=OWN_COMPANY), _EMPLOYER, FoundPage(count % 9 * 50, 50))

    def site(count: int) -> object:
        place = own[count % len(own)].work_place
        criteria = SearchCriteria((month,), work_place_id=place, enterprise_number=OWN_COMPANY)
        return find(criteria, _INSPECTOR, FoundPage(0, 50))

    def failed(count: int) -> object:
        made = utc_now() - timedelta(days=count % 7)
        criteria = SearchCriteria(
            (month,),
            statuses=(PresenceStatus.FAILED,),
            remarks=(Remark.DIMONA_NOT_OK,),
            created_from=made - timedelta(days=21),
            created_until=made,
        )
        return find(criteria, _EMPLOYER, FoundPage(0, 50))

    numbers = _numbers(aliases, month)

    def one(count: int) -> object:
        return read_one(numbers[count % len(numbers)], asker=_INSPECTOR, aliases=aliases, at=utc_now())

    def years(count: int) -> object:
        person = own[count % len(own)]
        asker = PresenceAsker(PresenceAskerKind.WORKER, "bench", "bench", person_id=person.person_id)
        first = month.last - timedelta(days=7 * 365)
        return own_registrations(first=first, last=month.last, asker=asker, aliases=aliases, at=utc_now())

    yield Question("2 is somebody registered today", 100, today_of, rounds)
    yield Question("5 staff of an employer, 31 days", _SECOND, staff, rounds)
    yield Question("6 work place, 31 days, by employer", _SECOND, site, rounds)
    yield Question("7 status, remark, creation", 2 * _SECOND, failed, rounds)
    yield Question("8 one with its history", 100, one, rounds)
    yield Question("10 own seven years", _SECOND, years, rounds)


def _of_batches(own: Sequence[Person]) -> Iterator[Question]:
    from registers.checkins.missing_outs import flag_missing_outs  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.validating import ask_again, validate_again  # noqa: PLC0415

    def missing(_count: int) -> object:
        return flag_missing_outs(environment=_PRODUCTION, limits=CheckInLimits(), at=utc_now())

    def again(count: int) -> object:
        person = own[count % len(own)]
        ask_again(
            environment=_PRODUCTION,
            at=utc_now(),
            work_places=[person.work_place],
            person_ids=[person.person_id],
        )
        return validate_again((), environment=_PRODUCTION, at=utc_now())

    yield Question("9 open spells of too many hours", _MINUTES, missing, 3)
    yield Question("11 validate again what failed", _MINUTES, again, 3)


def _numbers(aliases: "Aliases", month: DayPeriod) -> list[int]:
    """Return receipt numbers that there are, to be asked for one by one."""
    from registers.checkins.searching import search  # noqa: PLC0415 - Django is set up by then

    criteria = SearchCriteria((month,), enterprise_number=OWN_COMPANY)
    found = search(criteria, FoundPage(0, 500), asker=_EMPLOYER, aliases=aliases, at=utc_now())
    return [seen.registration.id for seen in found.registrations]
