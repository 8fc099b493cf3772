"""The eleven questions of the specification's §5.2, each by the function that pages, REST, the intake or a DAG ask it with."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from commands.authority import utc_now
from commands.bench.checkins.people import Person, company_number
from commands.demo.installation import OWN_COMPANY
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits
from domain.checkins.searches import DayPeriod, Direction, FoundPage, SearchCriteria, SortedBy
from domain.checkins.vocabulary import PresenceStatus
from domain.environments import Environment

if TYPE_CHECKING:
    from registers.persons.aliases import Aliases

_SECOND = 1000.0
_MINUTES = 5 * 60 * _SECOND
_MINUTES_OF_A_VALIDATION = 15 * 60 * _SECOND
"""For a quarter of the register (decision 0081)."""
_PRODUCTION = Environment.PRODUCTION
_EMPLOYER = PresenceAsker(PresenceAskerKind.EMPLOYER, OWN_COMPANY, "bench", companies=frozenset({OWN_COMPANY}))
_SENDER = PresenceAsker(PresenceAskerKind.SENDER, "100202", "bench", companies=frozenset({OWN_COMPANY}))
_INSPECTOR = PresenceAsker(PresenceAskerKind.INSPECTOR, "bench", "bench")
_SENDER_FILLED = "100123"
"""Who sent what the register was filled with: all of it."""
_SHOWN = 200
"""How many of its staff an employer's page lists."""
_LINES = 50
_DOWNLOADED = 500
_BY_DAY, _ORDERS = SortedBy.REGISTRATION_DATE, list(SortedBy)


@dataclass(frozen=True, slots=True)
class Question:
    """One of the eleven: what it is, how many milliseconds it may take, and how it is asked the n-th time.

    `warm_up` rounds come before those that count.
    """

    name: str
    goal_ms: float
    ask: Callable[[int], object]
    rounds: int
    warm_up: int = 1


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom the questions are about: people of the sender's own company, those who are at work, and the last 31 days."""

    own: Sequence[Person]
    present: Sequence[Person]
    aliases: "Aliases"
    rounds: int
    today: date
    large: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        own: Sequence[Person],
        present: Sequence[Person],
        *,
        aliases: "Aliases",
        rounds: int,
        large: tuple[str, ...] = (),
    ) -> Self:
        """Return what is asked today; `large` are other places where as many people are as at that of the first one present."""
        return cls(own, present, aliases, rounds, brussels_date(utc_now()), (present[0].work_place, *large))

    @property
    def month(self) -> DayPeriod:
        """As many days as a search may cover, today the last."""
        return DayPeriod(self.today - timedelta(days=30), self.today)

    def worker(self, count: int) -> Person:
        """Return somebody with a past, another one each time."""
        return self.own[count * 37 % len(self.own)]

    def place(self, count: int) -> str:
        """Return a work place where somebody is now: every other time one of those where most are, in turn."""
        if count % 2:
            return self.large[count // 2 % len(self.large)]
        return self.present[count * 37 % len(self.present)].work_place


def questions(asking: Asking) -> Iterator[Question]:
    """Yield all of them but `anew_for_the_largest`; those that change something come last."""
    yield from on_site_questions(asking)
    yield from _of_the_intake(asking)
    yield from _of_searches(asking)
    yield from _of_one(asking)
    yield from _of_batches(asking)


def on_site_questions(asking: Asking) -> Iterator[Question]:
    """Yield who is on site now: by name for an evacuation and at the gate, in numbers for a client, and one's own staff."""
    from registers.checkins.on_site import (  # noqa: PLC0415 - Django is set up by then
        count_on_site,
        list_on_site,
        list_staff_on_site,
    )

    def by_name(count: int) -> object:
        return list_on_site(asking.place(count), environment=_PRODUCTION, asker=_INSPECTOR, at=utc_now())

    def in_numbers(count: int) -> object:
        return count_on_site(asking.place(count), environment=_PRODUCTION, at=utc_now())

    def staff(_count: int) -> object:
        return list_staff_on_site(OWN_COMPANY, environment=_PRODUCTION, asker=_EMPLOYER, at=utc_now(), most=_SHOWN)

    yield Question("1 on site now, by name", 200, by_name, asking.rounds)
    yield Question("1 on site now, in numbers", 200, in_numbers, asking.rounds)
    yield Question("1 own staff on site now", 200, staff, asking.rounds)


def _of_the_intake(asking: Asking) -> Iterator[Question]:
    from registers.checkins.event_reading import Concerned, read_around  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.references import read_references  # noqa: PLC0415

    def repeated(count: int) -> object:
        person = asking.present[count * 41 % len(asking.present)]
        return read_references({f"IN-{person.person_id}"}, bringer="100202", environment=_PRODUCTION)

    def around(count: int) -> object:
        concerned = {asking.worker(count).person_id: Concerned([utc_now()], {asking.today})}
        return read_around(concerned, environment=_PRODUCTION, limits=CheckInLimits().days)

    yield Question("3 repeated reference", 5, repeated, asking.rounds)
    yield Question("4 last events of a person", 5, around, asking.rounds)


def _of_searches(asking: Asking) -> Iterator[Question]:
    """Yield searches as REST asks them, by receipt number, and as pages do, the newest day first."""
    from registers.checkins.searching import find_records, search  # noqa: PLC0415 - Django is set up by then

    def over_rest(criteria: SearchCriteria, page: FoundPage) -> object:
        return search(criteria, page, asker=_SENDER, aliases=asking.aliases, at=utc_now())

    def on_a_page(
        criteria: SearchCriteria,
        asker: PresenceAsker,
        first_row: int = 0,
        size: int = _LINES,
        order: SortedBy = _BY_DAY,
    ) -> object:
        page = FoundPage(first_row, size, sorted_by=order, direction=Direction.DESCENDING)
        return find_records(criteria, page, asker=asker, aliases=asking.aliases, at=utc_now())

    month, rounds = (asking.month,), asking.rounds

    def today_of(count: int) -> object:
        person, today = asking.present[count % len(asking.present)], DayPeriod(asking.today, asking.today)
        criteria = SearchCriteria((today,), inss=person.number, work_place_id=person.work_place)
        return over_rest(criteria, FoundPage())

    staff, seen = SearchCriteria(month, enterprise_number=OWN_COMPANY), SearchCriteria(month)

    def of_staff(first_row: int, size: int = _LINES) -> object:
        return on_a_page(seen, _EMPLOYER, first_row, size, SortedBy.INSTANT)

    def place(count: int) -> SearchCriteria:
        return SearchCriteria(month, work_place_id=asking.worker(count).work_place, enterprise_number=OWN_COMPANY)

    yield Question("2 is somebody registered today", 100, today_of, rounds)
    yield Question("5 staff, 31 days, REST", _SECOND, lambda n: over_rest(staff, FoundPage(n % 9 * _LINES)), rounds)
    yield Question("5 staff, 31 days, page", _SECOND, lambda n: of_staff(n % 9 * _LINES), rounds)
    yield Question("5 staff, 31 days, download", _SECOND, lambda _: of_staff(0, _DOWNLOADED), rounds)
    yield Question(
        "5 staff, 31 days, any order",
        _SECOND,
        lambda n: on_a_page(seen, _EMPLOYER, order=_ORDERS[n % len(_ORDERS)]),
        rounds,
    )
    yield Question("6 work place, 31 days, REST", _SECOND, lambda n: over_rest(place(n), FoundPage()), rounds)
    yield Question("6 work place, 31 days, page", _SECOND, lambda n: on_a_page(place(n), _INSPECTOR), rounds)
    yield Question(
        "7 status, remark, creation, REST", 2 * _SECOND, lambda n: over_rest(_failed(n, month), FoundPage()), rounds
    )
    yield Question(
        "7 status, remark, creation, page", 2 * _SECOND, lambda n: on_a_page(_failed(n, month), _INSPECTOR), rounds
    )
    yield Question(
        "7 sender, a day of creation, page", 2 * _SECOND, lambda n: on_a_page(_sent(n, month), _INSPECTOR), rounds
    )


def _failed(count: int, month: tuple[DayPeriod]) -> SearchCriteria:
    """Return what failed among what was made in three weeks of the month, every other time of one company alone."""
    made = utc_now() - timedelta(days=count % 7)
    return SearchCriteria(
        month,
        enterprise_number=OWN_COMPANY if count % 2 else None,
        statuses=(PresenceStatus.FAILED,),
        remarks=(Remark.DIMONA_NOT_OK,),
        created_from=made - timedelta(days=21),
        created_until=made,
    )


def _sent(count: int, month: tuple[DayPeriod]) -> SearchCriteria:
    """Return what the sender of all sent on a day of the last week."""
    made = utc_now() - timedelta(days=count % 7)
    return SearchCriteria(month, sender=_SENDER_FILLED, created_from=made - timedelta(days=1), created_until=made)


def _of_one(asking: Asking) -> Iterator[Question]:
    from registers.checkins.reading import own_records, read_one  # noqa: PLC0415 - Django is set up by then

    numbers = _numbers(asking)

    def one(count: int) -> object:
        return read_one(numbers[count % len(numbers)], asker=_INSPECTOR, aliases=asking.aliases, at=utc_now())

    def years(count: int) -> object:
        person_id = asking.worker(count // 4).person_id
        asker = PresenceAsker(PresenceAskerKind.WORKER, "bench", "bench", person_id=person_id)
        keys[person_id] = own_records(
            first=asking.today - timedelta(days=7 * 365),
            last=asking.today + timedelta(days=1),
            asker=asker,
            environment=_PRODUCTION,
            at=utc_now(),
            after=keys.get(person_id, ""),
        ).next_key
        return keys

    keys: dict[int, str] = {}
    yield Question("8 one with its history", 100, one, asking.rounds)
    yield Question("10 own seven years", _SECOND, years, asking.rounds)


def _of_batches(asking: Asking) -> Iterator[Question]:
    """Yield what DAGs ask, as they ask it; the check-outs that are missing are there to be found once."""
    from registers.checkins.correction_lists import waiting_corrections  # noqa: PLC0415
    from registers.checkins.evidence_of_corrections import expire_drafts  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.missing_outs import flag_missing_outs  # noqa: PLC0415
    from registers.checkins.sources import sources_of  # noqa: PLC0415
    from registers.checkins.validating import Validation, ask_again  # noqa: PLC0415

    def missing(_count: int) -> object:
        return flag_missing_outs(environment=_PRODUCTION, limits=CheckInLimits(), at=utc_now())

    def again(count: int, **whose: Collection[Any]) -> object:
        person = asking.worker(count)
        about = whose or {"work_places": [person.work_place], "person_ids": [person.person_id]}
        ask_again(environment=_PRODUCTION, at=utc_now(), **about)
        return Validation(sources_of(_PRODUCTION), _PRODUCTION, utc_now()).of_requests()

    def of_a_company(count: int) -> object:
        return again(count, employers=[company_number(1 + count)])

    yield Question("9 open spells of too many hours", _MINUTES, missing, 1, warm_up=0)
    yield Question("9 drafts without their evidence", _MINUTES, lambda _: expire_drafts(at=utc_now()), 1, warm_up=0)
    yield Question("9 corrections nearing day 30", _MINUTES, lambda _: waiting_corrections(_PRODUCTION), 3)
    yield Question("11 anew: a work place, a person", _MINUTES, again, 3)
    yield Question("11 anew: a company", _MINUTES, of_a_company, 3)


def anew_for_the_largest() -> Iterator[Question]:
    """Yield the validation of all that failed, and of 60 days, of a company that employs a quarter of all; asked once, last.

    It writes on hundreds of thousands of rows, of which nothing else is to be measured.
    """
    from registers.checkins.sources import sources_of  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.validating import Validation, ask_again  # noqa: PLC0415

    def again(_count: int) -> object:
        ask_again(environment=_PRODUCTION, at=utc_now(), employers=[OWN_COMPANY])
        return Validation(sources_of(_PRODUCTION), _PRODUCTION, utc_now()).of_requests()

    yield Question("11 anew: the largest company", _MINUTES_OF_A_VALIDATION, again, 1, warm_up=0)


def _numbers(asking: Asking) -> list[int]:
    """Return receipt numbers that there are, to be asked for one by one."""
    from registers.checkins.searching import find_records  # noqa: PLC0415 - Django is set up by then

    criteria = SearchCriteria((asking.month,), enterprise_number=OWN_COMPANY)
    found = find_records(criteria, FoundPage(0, 500), asker=_EMPLOYER, aliases=asking.aliases, at=utc_now())
    return [record.number for record in found.records]
