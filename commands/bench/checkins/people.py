"""The people, work places and companies of a full register: who works where, for whom, by which number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from commands.bench.national_numbers import national_number
from commands.demo.installation import OWN_COMPANY
from domain.checkins.items import Worker

if TYPE_CHECKING:
    from registers.persons.aliases import Alias, Aliases

EVENTS_OF_A_PERSON = 1_000
"""Two a working day, for the days that the register spans."""

POINT = (Decimal("50.8466"), Decimal("4.3528"))
"""Latitude and longitude of every work place, and of who checks in there: how far these are apart is computed each time."""
FEWEST = 400
_OWN_SHARE = 4
_COMPANIES = 400
_PLACES_FOR = 20
_AT_ONCE = 5_000
_FIRST_PLACE = 24_000_000
_FIRST_NEW_PLACE = 28_000_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who clocks in and out: his number, and the ids under which the register knows him."""

    number: str
    person_id: int
    identifier_id: int
    company: str
    work_place: str


def enter_people(events: int, *, aliases: "Aliases", at: datetime) -> Sequence[Person]:
    """Register as many persons as have that many events, a quarter of them with the sender's own company."""
    count = max(events // EVENTS_OF_A_PERSON, FEWEST)
    places = max(count // _PLACES_FOR, 1)
    return [
        Person(
            number=worker.inss or "",
            person_id=alias.person_id,
            identifier_id=alias.identifier_id,
            company=OWN_COMPANY if place % _OWN_SHARE == 0 else company_number(place % _COMPANIES),
            work_place=work_place_number(place % places),
        )
        for place, (worker, alias) in enumerate(enter_workers(_FIRST_PLACE, count, aliases=aliases, at=at).items())
    ]


def enter_workers(first: int, count: int, *, aliases: "Aliases", at: datetime) -> "dict[Worker, Alias]":
    """Register as many persons as asked for, those at the places from `first` on, and return them in their order."""
    workers = [Worker(national_number(first + place, born_from_2000=False)) for place in range(count)]
    found: dict[Worker, Alias] = {}
    for begin in range(0, count, _AT_ONCE):
        found |= aliases.find_or_create(workers[begin : begin + _AT_ONCE], at=at)
    return {worker: found[worker] for worker in workers}


def enter_crowd(own: Sequence[Person], *, count: int, aliases: "Aliases", at: datetime) -> Sequence[Person]:
    """Return as many people of one company as asked for: `own`, and others at the same places who come for the first time."""
    workers = enter_workers(_FIRST_NEW_PLACE, count - len(own), aliases=aliases, at=at)
    others = (
        replace(
            own[place % len(own)],
            number=worker.inss or "",
            person_id=alias.person_id,
            identifier_id=alias.identifier_id,
        )
        for place, (worker, alias) in enumerate(workers.items())
    )
    return [*own, *others][:count]


def enter_work_places(people: Sequence[Person], *, at: datetime, sector: str = "CLEANING") -> int:
    """Declare the places where they work, all of one sector and at the point at which they check in; return how many."""
    from registers.checkins.models import WorkPlace  # noqa: PLC0415 - Django is set up by then

    latitude, longitude = POINT
    places = [
        WorkPlace(
            environment="R",
            number=number,
            sector=sector,
            name=f"Site {number}",
            declarant=OWN_COMPANY,
            latitude=latitude,
            longitude=longitude,
            valid_from=date(2020, 1, 1),
            changed_at=at,
        )
        for number in sorted({person.work_place for person in people})
    ]
    WorkPlace.objects.bulk_create(places, batch_size=_AT_ONCE)
    return len(places)


def company_number(count: int) -> str:
    """Return the company number with that place among those of the bench."""
    stem = 4_500_000 + count
    return f"{stem:08d}{97 - stem % 97:02d}"


def work_place_number(count: int) -> str:
    """Return the number of the declaration of works with that place among those of the bench."""
    return f"1Y1{count:09d}Z"
