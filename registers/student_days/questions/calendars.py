"""Tell a student's periods of a year, with their employers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.namesakes import with_namesakes
from domain.student_day_questions import Asker, Balance, Calendar, PeriodSeen
from registers.student_days.models import QuotaAccount
from registers.student_days.question_tables import Question
from registers.student_days.questions.balances import balance_of
from registers.student_days.questions.consultations import note_look
from registers.student_days.questions.periods import (
    EMPLOYER,
    employer_seen,
    exceeding_of,
    living_and_cancelled,
    periods_of_year,
    with_freed,
)

PERIOD_COLUMNS = (
    *("id", "using_employer", "starting_date", "ending_date", "unit", "planned", "granted", "neutralised", "actual"),
    *("is_late", "state", "version", "last_changed_at", "freed"),
)
"""The columns that `period_seen` takes, before those of the employer; `with_freed` adds the last."""


def read_calendar(
    person_id: int | None, year: int, *, environment: Environment, asker: Asker, at: datetime
) -> Calendar:
    """Return the periods that use the contingent of the year, cancelled ones included, and the years there are.

    Two queries and the log's (student declarations §4.1). Raises ValueError without a reason.
    """
    with transaction.atomic():
        note_look(Question.CALENDAR, [person_id], environment=environment, asker=asker, at=at, about=str(year))
        return calendar_of(person_id, year, environment=environment)


def read_year(
    person_id: int | None, year: int, *, environment: Environment, asker: Asker, at: datetime
) -> tuple[Balance, Calendar]:
    """Return what remains of a year together with its periods, of one moment. Three queries and the log's.

    Raises ValueError for a year before the first limit, and without a reason.
    """
    with transaction.atomic():
        note_look(Question.CALENDAR, [person_id], environment=environment, asker=asker, at=at, about=str(year))
        balance = balance_of(person_id, year, environment=environment, at=at)
        return balance, calendar_of(person_id, year, environment=environment)


def calendar_of(person_id: int | None, year: int, *, environment: Environment) -> Calendar:
    """Return the calendar for a reader that notes the look itself; two queries, none for nobody."""
    if person_id is None:
        return Calendar(year, periods=(), years=())
    rows = living_and_cancelled(
        with_freed(periods_of_year(person_id, year, environment=environment)), *PERIOD_COLUMNS, *EMPLOYER
    ).order_by("starting_date", "id")
    periods = _with_namesakes([period_seen(row) for row in rows])
    accounts = QuotaAccount.objects.filter(person_id=person_id, environment=environment)
    return Calendar(year, periods, tuple(accounts.order_by("-year").values_list("year", flat=True)))


def period_seen(row: tuple[Any, ...]) -> PeriodSeen:
    """Return a period as its student sees it, from the values of PERIOD_COLUMNS and EMPLOYER."""
    number, using_employer, starts, ends, unit, planned, granted, neutralised, *others = row
    actual, is_late, state, version, last_changed_at, freed, *employer = others
    return PeriodSeen(
        number=f"{number:012d}",
        employer=employer_seen(*employer),
        using_employer=using_employer,
        starting_date=starts,
        ending_date=ends,
        unit=QuotaUnit(unit),
        planned=planned,
        granted=granted,
        exceeding=exceeding_of(planned, granted, neutralised, state=state),
        actual=actual,
        is_late=is_late,
        state=state,
        version=version,
        last_changed_at=last_changed_at,
        neutralised=neutralised,
        freed=freed,
    )


def _with_namesakes(periods: Sequence[PeriodSeen]) -> tuple[PeriodSeen, ...]:
    """Return the periods with employers that are told apart where they have one name."""
    alike = with_namesakes({period.employer: period.employer.name for period in periods})
    return tuple(
        replace(period, employer=replace(period.employer, has_namesake=True)) if period.employer in alike else period
        for period in periods
    )
