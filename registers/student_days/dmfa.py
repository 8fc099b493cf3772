"""What the quarterly declaration does to periods, so that a later confrontation needs no migration (§3.5)."""

from datetime import datetime

from django.db.models import QuerySet

from domain.quarters import Quarter
from registers.student_days.models import Period, PeriodState


def lock_by_dmfa(quarter: Quarter, *, employer_id: int, person_id: int, at: datetime) -> int:
    """Let the employer change no period of the worker that starts in the quarter; return how many were not locked yet.

    From then on changes come by the quarterly declaration only: a form that names such a period gets 00913-362.
    """
    periods = _periods_of(quarter, employer_id=employer_id, person_id=person_id)
    return periods.filter(locked_by_dmfa=False).update(locked_by_dmfa=True, last_changed_at=at)


def locked_by_dmfa(quarter: Quarter, *, employer_id: int, person_id: int) -> bool:
    """Whether the quarterly declaration has locked what that worker did for the employer in the quarter."""
    return _periods_of(quarter, employer_id=employer_id, person_id=person_id).filter(locked_by_dmfa=True).exists()


def note_actual_amount(number: int, amount: int, *, at: datetime) -> None:
    """Note what was really worked in a living period, in its unit; Period.DoesNotExist when there is none of that number.

    Grants stay: releasing and correcting them is the confrontation's business.
    """
    changed = (
        Period.objects.exclude(state=PeriodState.CANCELLED).filter(pk=number).update(actual=amount, last_changed_at=at)
    )
    if not changed:
        raise Period.DoesNotExist


def _periods_of(quarter: Quarter, *, employer_id: int, person_id: int) -> QuerySet[Period]:
    return Period.objects.exclude(state=PeriodState.CANCELLED).filter(
        employer_id=employer_id,
        person_id=person_id,
        starting_date__gte=quarter.first_day,
        starting_date__lt=quarter.shifted(1).first_day,
    )
