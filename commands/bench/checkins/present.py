"""Bring people to work today, through the register's own intake: open spells, of which some wait for an OUT too long."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from commands.bench.checkins.people import Person, enter_workers
from domain.checkins.items import Capture, Employer, PresenceEvent, Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant, Registered
from domain.checkins.vocabulary import CaptureMethod, ClockingChannel, EventType
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
_A_CALL = 200


def bring_to_work(own: Sequence[Person], *, events: int, sender: str, aliases: "Aliases", at: datetime) -> list[Person]:
    """Check people of one company in who are new, and return them; one in twenty came 17 hours ago and never went."""
    count = max(events // EVENTS_FOR_ONE_AT_WORK, _FEWEST)
    workers = enter_workers(_FIRST_PLACE, count, aliases=aliases, at=at)
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
    _check_in(late, sender=sender, aliases=aliases, at=at - _LATE)
    _check_in([one for place, one in enumerate(people) if place % _LATE_SHARE], sender=sender, aliases=aliases, at=at)
    return people


def _check_in(people: Sequence[Person], *, sender: str, aliases: "Aliases", at: datetime) -> None:
    """Bring an IN of each, as a program over REST does; ValueError when one is not registered."""
    from registers.checkins.intake import take_items  # noqa: PLC0415 - Django is set up by then

    limits = CheckInLimits()
    waiting = iter(people)
    while some := list(islice(waiting, _A_CALL)):
        by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender=sender, enterprise_number=some[0].company)
        items = [_event(one, at=at) for one in some]
        outcomes = take_items(items, by=by, received_at=at, at=at, aliases=aliases, limits=limits)
        if not all(isinstance(outcome, Registered) for outcome in outcomes):
            raise ValueError("an event of the bench was not registered")


def _event(person: Person, *, at: datetime) -> PresenceEvent:
    return PresenceEvent(
        at=at - timedelta(minutes=1),
        type=EventType.IN,
        worker=Worker(person.number),
        employer=Employer(enterprise_number=person.company),
        work_place_id=person.work_place,
        capture=Capture(CaptureMethod.QR, "bench"),
        reference=f"IN-{person.person_id}",
    )
