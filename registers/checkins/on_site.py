"""Tell who is at a work place now, as `whereabouts` finds them; with names for nobody, by person (§3, §5.2)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from domain.brussels import brussels_date
from domain.checkins.asking import (
    OnSiteFor,
    PersonOnSite,
    PresenceAsker,
    PresenceQuestion,
    SiteCount,
    SiteNumbers,
    SiteStanding,
    StaffOnSite,
)
from domain.checkins.limits import DayLimits
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.looks import note_presence_look
from registers.checkins.whereabouts import HERE, OF_COMPANY

USUAL = DayLimits()
"""What the settings say, unless they say otherwise."""
_LONGEST_OPEN = timedelta(days=2)
"""No spell is open for longer after its last IN: one without an OUT is flagged long before."""
_LONGEST_THERE = timedelta(days=31)
"""Nobody works longer with short breaks alone: who does it for days may be found in one month more, not in all of them."""
_STANDINGS = {str(standing): standing for standing in SiteStanding}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Line(NamedTuple):
    """What one company says of somebody at a work place."""

    person_id: int
    since: datetime | None
    standing: SiteStanding
    of: OnSiteFor


@transaction.atomic(savepoint=False)
def list_on_site(
    work_place: str, *, environment: Environment, asker: PresenceAsker, at: datetime, limits: DayLimits = USUAL
) -> Sequence[PersonOnSite]:
    """Return who is there at `at`, each once; the look at each is recorded.

    Whether one may ask is the caller's to know: the company that answers for the live list, an inspector, or an employer,
    who is shown its own staff alone. In a transaction of the caller it needs no savepoint: nobody goes on when it fails.
    """
    present = _once(_read(work_place, environment=environment, at=at, limits=limits))
    note_presence_look(
        PresenceQuestion.ON_SITE,
        [one.person_id for one in present],
        environment=environment,
        asker=asker,
        at=at,
        about=work_place,
    )
    return present


@dataclass(frozen=True, slots=True)
class StaffNow:
    """Those of an employer's staff who are at a work place now and are shown; how many people there are, at the place asked for.

    `everywhere` is how many there are at any place.
    """

    people: Sequence[StaffOnSite]
    present: int
    everywhere: int


@transaction.atomic
def list_staff_on_site(
    employer: str,
    *,
    environment: Environment,
    asker: PresenceAsker,
    at: datetime,
    most: int,
    first_row: int = 0,
    work_place: str = "",
    limits: DayLimits = USUAL,
) -> StaffNow:
    """Return who of an employer's staff is at any work place at `at`, or at that one, the longest first, `most` of them.

    In pages of `most`, a first row behind the last page is taken for its first row.
    Its staff are also those who were registered for it for a firm abroad or by a Limosa number alone. The look at each of these is
    recorded; whoever is counted alone is not looked at. Whether one may ask is the caller's to know.
    """
    with open_prepared() as cursor:
        values = _values(environment, at=at, limits=limits)
        cursor.execute(
            OF_COMPANY,
            {**values, "company": employer, "place": work_place, "first_row": first_row, "most": most},
        )
        rows = cursor.fetchall()
    shown = [
        StaffOnSite(person, since, SiteStanding(standing), number, tuple(places))
        for person, since, standing, number, places, *_ in rows
        if person is not None
    ]
    note_presence_look(
        PresenceQuestion.ON_SITE,
        [one.person_id for one in shown],
        environment=environment,
        asker=asker,
        at=at,
        about=employer,
    )
    *_, everywhere, present = rows[0]
    return StaffNow(shown, present, everywhere)


def count_on_site(work_place: str, *, environment: Environment, at: datetime, limits: DayLimits = USUAL) -> SiteNumbers:
    """Return how many `list_on_site` would list at `at`, in all and of each company; no person can be told from it."""
    lines = _read(work_place, environment=environment, at=at, limits=limits)
    people = _once(lines)
    counts = Counter(one.company for person in people for one in person.of)
    return SiteNumbers(
        len(people),
        sum(one.standing is SiteStanding.ON_BREAK for one in people),
        tuple(SiteCount(company, counts[company]) for company in sorted(counts)),
    )


def _read(work_place: str, *, environment: Environment, at: datetime, limits: DayLimits) -> list[_Line]:
    """Return what is said of everybody there, in order."""
    with open_prepared() as cursor:  # planning it takes longer than asking it
        cursor.execute(HERE, {**_values(environment, at=at, limits=limits), "place": work_place})
        return [
            _Line(
                person,
                None if since is None else _EPOCH + timedelta(microseconds=since),
                _STANDINGS[standing],
                OnSiteFor(employer, brought_for, number),
            )
            for person, since, standing, employer, brought_for, number in cursor.fetchall()
        ]


def _values(environment: Environment, *, at: datetime, limits: DayLimits) -> Mapping[str, str | date | datetime]:
    day, open_since = brussels_date(at), at - _LONGEST_OPEN
    return {
        "environment": str(environment),
        "day": day,
        "there_since": day - _LONGEST_THERE,
        "said_since": brussels_date(open_since),
        "open_since": open_since,
        "waited_since": at - limits.longest_open,
        "break_since": at - limits.longest_break,
    }


def _once(lines: Iterable[_Line]) -> list[PersonOnSite]:
    """Put what several companies say of one person together; people come in the order of their first lines."""
    by_person: dict[int, list[_Line]] = {}
    for line in lines:
        by_person.setdefault(line.person_id, []).append(line)
    return [
        PersonOnSite(person, own[0].since, own[0].standing, _each_company(own)) for person, own in by_person.items()
    ]


def _each_company(lines: Sequence[_Line]) -> tuple[OnSiteFor, ...]:
    if len(lines) == 1:
        return (lines[0].of,)
    of: dict[str, OnSiteFor] = {}
    for line in lines:
        of.setdefault(line.of.company, line.of)
    return tuple(of.values())
