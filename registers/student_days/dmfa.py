"""What the quarterly declaration does to periods, so that a later confrontation needs no migration (§3.5).

Each change is a version of its period and an audit event.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from domain.environments import Environment
from domain.quarters import Quarter
from evidence.audit import append_event
from registers.student_days.counter_versions import hold_living, hold_periods, write_version
from registers.student_days.models import Period, PeriodState, VersionReason


def lock_by_dmfa(quarter: Quarter, *, employer_id: int, person_id: int, actor: str, at: datetime) -> int:
    """Let the employer change no period of the worker that starts in the quarter; return how many were not locked yet.

    From then on changes come by the quarterly declaration only: a form that names such a period gets 00913-362.
    """
    with transaction.atomic():
        open_ones = _periods_of(quarter, employer_id=employer_id, person_id=person_id).filter(locked_by_dmfa=False)
        records = [
            record
            for record in hold_periods(open_ones)
            if not record.locked_by_dmfa and Quarter.of(record.starting_date) == quarter
        ]
        for record in records:
            write_version(record, reason=VersionReason.DMFA, at=at, locked_by_dmfa=True)
        if records:
            append_event(
                "period:dmfa-locked",
                at=at,
                actor=actor,
                quarter=str(quarter),
                employer=employer_id,
                periods=[f"{record.number:012d}" for record in records],
            )
    return len(records)


def locked_by_dmfa(quarter: Quarter, *, employer_id: int, person_id: int) -> bool:
    """Whether the quarterly declaration has locked what that worker did for the employer in the quarter."""
    return _periods_of(quarter, employer_id=employer_id, person_id=person_id).filter(locked_by_dmfa=True).exists()


def note_actual_amount(number: int, amount: int, *, environment: Environment, actor: str, at: datetime) -> None:
    """Note what was really worked in a living period, in its unit; Period.DoesNotExist when there is none of that number.

    Grants stay: releasing and correcting them is the confrontation's business.
    """
    with transaction.atomic():
        living = hold_living(number, environment=environment)
        if living is None:
            raise Period.DoesNotExist
        write_version(living, reason=VersionReason.DMFA, at=at, actual=amount)
        append_event("period:actual-noted", at=at, actor=actor, period=number, amount=amount)


def _periods_of(quarter: Quarter, *, employer_id: int, person_id: int) -> QuerySet[Period]:
    return Period.objects.exclude(state=PeriodState.CANCELLED).filter(
        employer_id=employer_id,
        person_id=person_id,
        starting_date__gte=quarter.first_day,
        starting_date__lt=quarter.shifted(1).first_day,
    )
