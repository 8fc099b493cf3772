"""Find the periods of a person by the indexes that there are: one of living periods, one of cancelled ones."""

from datetime import date

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, When

from domain.environments import Environment
from domain.student_day_questions import EmployerSeen
from domain.student_declarations import STUDENT
from registers.student_days.models import Period, PeriodState, PeriodVersion

EMPLOYER = ("employer__name", "employer__nsso_number", "employer__company_number")
"""The columns that `employer_seen` takes."""


def periods_of_year(person_id: int, year: int, *, environment: Environment) -> QuerySet[Period]:
    """Return the periods with a contingent that use that of `year`; the state is the caller's to choose."""
    return Period.objects.filter(
        environment=environment,
        person_id=person_id,
        worker_type=STUDENT,
        starting_date__gte=date(year, 1, 1),
        starting_date__lte=date(year, 12, 31),
    )


def with_freed(periods: QuerySet[Period]) -> QuerySet[Period]:
    """Return the periods with `freed`: what the cancellation gave back, which is in the version that it made."""
    cancellation = PeriodVersion.objects.filter(period=OuterRef("pk"), number=OuterRef("version"))
    given_back = Subquery(cancellation.values(freed=-F("change")), output_field=IntegerField())
    return periods.annotate(
        freed=Case(When(state=PeriodState.CANCELLED, then=given_back), default=0, output_field=IntegerField())
    )


def living_and_cancelled(periods: QuerySet[Period], *columns: str) -> "QuerySet[Period, tuple[object, ...]]":
    """Return the columns of all the periods, as one query of two halves that each use an index of their own."""
    living = periods.exclude(state=PeriodState.CANCELLED).values_list(*columns)
    cancelled = periods.filter(state=PeriodState.CANCELLED).values_list(*columns)
    return living.union(cancelled, all=True)


def employer_seen(name: str, nsso_number: str, company_number: str) -> EmployerSeen:
    """Return an employer as answers name it."""
    return EmployerSeen(name, nsso_number or company_number, company_number)


def exceeding_of(planned: int | None, granted: int, neutralised: int, *, state: str) -> int:
    """Return what a period plans outside the contingent: nothing when it has none, or was cancelled."""
    return 0 if planned is None or state == PeriodState.CANCELLED else planned - granted - neutralised
