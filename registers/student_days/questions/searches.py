"""Find periods for an operator, page by page: by person, by employer, or by when their declarations were received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db import transaction
from django.db.models import Q, QuerySet

from domain.brussels import BRUSSELS
from domain.environments import Environment
from domain.student_day_questions import Asker, EmployerSeen
from registers.access.models import Entity, RegistrationNumber
from registers.student_days.models import Declaration, Period
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look
from registers.student_days.questions.periods import EMPLOYER, employer_seen, living_and_cancelled

_COMPANY_DIGITS = 10
_PERIOD = (
    "first_declared_at",
    "id",
    "person_id",
    "starting_date",
    "ending_date",
    "planned",
    "granted",
    "is_late",
    "state",
)
_DECLARATION = ("received_at", "id", "ticket", "action", "accepted", "codes", "period_id", "period__person_id")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the instant and the key of its last row."""

    at: datetime
    key: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the place that `str` wrote; ValueError when it is none."""
        at, _, key = text.partition("/")
        place = cls(datetime.fromisoformat(at), int(key))
        if place.at.tzinfo is None:
            message = f"{text!r} is no place in a list"
            raise ValueError(message)
        return place

    def __str__(self) -> str:
        """Return the place in one word."""
        return f"{self.at.isoformat()}/{self.key}"


@dataclass(frozen=True, slots=True)
class Page:
    """At most `size` rows after the place `after`."""

    size: int = 50
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Reception:
    """Brussels days of reception, both included; None has no bound."""

    first: date | None = None
    last: date | None = None

    def within(self, field: str) -> Q:
        """Return the condition that the instant in `field` lies on these days."""
        condition = Q()
        if self.first is not None:
            condition &= Q(**{f"{field}__gte": datetime.combine(self.first, time(), BRUSSELS)})
        if self.last is not None:
            condition &= Q(**{f"{field}__lt": datetime.combine(self.last + timedelta(days=1), time(), BRUSSELS)})
        return condition


@dataclass(frozen=True, slots=True)
class PeriodFound:
    """A period in a list; the person by the opaque id alone."""

    number: str
    person_id: int
    employer: EmployerSeen
    starting_date: date
    ending_date: date | None
    planned: int | None
    granted: int
    is_late: bool
    state: str
    first_declared_at: datetime


@dataclass(frozen=True, slots=True)
class DeclarationFound:
    """A declaration in a list; `period` is the one made, changed or, where it was refused, named."""

    ticket: str
    action: str
    is_accepted: bool
    codes: tuple[str, ...]
    period: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class PeriodsFound:
    """A page of periods, by when they were first declared; `following` is where the next page starts."""

    rows: tuple[PeriodFound, ...]
    following: Place | None


@dataclass(frozen=True, slots=True)
class DeclarationsFound:
    """A page of declarations, by reception; `following` is where the next page starts."""

    rows: tuple[DeclarationFound, ...]
    following: Place | None


def find_employer(number: str, *, environment: Environment) -> int | None:
    """Return the entity with that registration or company number, present or former, the newest that had it; or None."""
    had = RegistrationNumber.objects.filter(environment=environment, number=number).values("entity_id")
    named = Q(nsso_number=number) | Q(pk__in=had) | Q(company_number=number.zfill(_COMPANY_DIGITS))
    found = Entity.objects.filter(named, environment=environment).order_by("-valid_from", "-pk").values_list("pk")
    return next((pk for (pk,) in found[:1]), None)


def find_period(number: int, *, environment: Environment, asker: Asker, at: datetime) -> PeriodsFound:
    """Return the period of that number, or none. One query and the log's."""
    with transaction.atomic():
        rows = list(Period.objects.filter(pk=number, environment=environment).values_list(*_PERIOD, *EMPLOYER))
        found = _periods(rows, Page())
        person = found.rows[0].person_id if found.rows else None
        note_look(Question.SEARCH, [person], environment=environment, asker=asker, at=at, about=f"{number:012d}")
        return found


def find_periods_of_person(
    person_id: int | None, page: Page, *, environment: Environment, asker: Asker, at: datetime
) -> PeriodsFound:
    """Return all periods of a person, cancelled ones too; none for nobody. One query and the log's."""
    with transaction.atomic():
        note_look(Question.SEARCH, [person_id], environment=environment, asker=asker, at=at)
        if person_id is None:
            return PeriodsFound((), None)
        periods = Period.objects.filter(_after(page, "first_declared_at"), environment=environment, person_id=person_id)
        rows = living_and_cancelled(periods, *_PERIOD, *EMPLOYER).order_by("first_declared_at", "id")
        return _periods(list(rows[: page.size + 1]), page)


def find_periods_of_employer(
    employer_id: int, reception: Reception, page: Page, *, environment: Environment, asker: Asker, at: datetime
) -> PeriodsFound:
    """Return the periods of an employer that were first declared on these days. One query and the log's."""
    with transaction.atomic():
        periods = Period.objects.filter(
            _after(page, "first_declared_at"),
            reception.within("first_declared_at"),
            environment=environment,
            employer_id=employer_id,
        ).order_by("first_declared_at", "id")
        found = _periods(list(periods.values_list(*_PERIOD, *EMPLOYER)[: page.size + 1]), page)
        people = {row.person_id for row in found.rows}
        note_look(Question.SEARCH, sorted(people), environment=environment, asker=asker, at=at)
        return found


def find_declarations(
    reception: Reception, page: Page, *, environment: Environment, asker: Asker, at: datetime
) -> DeclarationsFound:
    """Return the declarations that were received on these days, refused ones too. One query and the log's.

    Only the blocks of the table that hold such days are read; a page costs as much as the days do, so ask for few.
    """
    received = _received(reception, page, environment=environment)
    return _declarations(received, page, environment=environment, asker=asker, at=at)


def _declarations(
    declarations: "QuerySet[Declaration]", page: Page, *, environment: Environment, asker: Asker, at: datetime
) -> DeclarationsFound:
    with transaction.atomic():
        rows = list(declarations.values_list(*_DECLARATION)[: page.size + 1])
        shown = rows[: page.size]
        people = {row[-1] for row in shown} - {None}
        note_look(Question.SEARCH, sorted(people), environment=environment, asker=asker, at=at)
    return DeclarationsFound(tuple(map(_declaration_found, shown)), _following(rows, page))


def find_refused_of_employer(
    employer_id: int, reception: Reception, page: Page, *, environment: Environment, asker: Asker, at: datetime
) -> DeclarationsFound:
    """Return the declarations for an employer that were received on these days and refused. One query and the log's.

    Those whose sender may not declare for the employer are not kept with it, nor those that name none that is known.
    """
    refused = _received(reception, page, environment=environment).filter(employer_id=employer_id, accepted=False)
    return _declarations(refused, page, environment=environment, asker=asker, at=at)


def _received(reception: Reception, page: Page, *, environment: Environment) -> "QuerySet[Declaration]":
    return Declaration.objects.filter(
        _after(page, "received_at"), reception.within("received_at"), environment=environment
    ).order_by("received_at", "id")


def _after(page: Page, field: str) -> Q:
    """Return the condition that a row comes after the page before, so that an index leads there."""
    if page.after is None:
        return Q()
    later = Q(**{f"{field}__gt": page.after.at}) | Q(pk__gt=page.after.key)
    return Q(**{f"{field}__gte": page.after.at}) & later


def _periods(rows: Sequence[tuple[Any, ...]], page: Page) -> PeriodsFound:
    return PeriodsFound(tuple(map(_period_found, rows[: page.size])), _following(rows, page))


def _following(rows: Sequence[tuple[Any, ...]], page: Page) -> Place | None:
    """Return where the next page starts; every row begins with its instant and its key."""
    return Place(*rows[page.size - 1][:2]) if len(rows) > page.size else None


def _period_found(row: tuple[Any, ...]) -> PeriodFound:
    first_declared_at, number, person_id, starts, ends, planned, granted, is_late, state, *employer = row
    return PeriodFound(
        number=f"{number:012d}",
        person_id=person_id,
        employer=employer_seen(*employer),
        starting_date=starts,
        ending_date=ends,
        planned=planned,
        granted=granted,
        is_late=is_late,
        state=state,
        first_declared_at=first_declared_at,
    )


def _declaration_found(row: tuple[Any, ...]) -> DeclarationFound:
    received_at, _, ticket, action, is_accepted, codes, period, _ = row
    return DeclarationFound(
        ticket, action, is_accepted, tuple(codes), None if period is None else f"{period:012d}", received_at
    )
