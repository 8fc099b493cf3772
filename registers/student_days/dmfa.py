"""What the quarterly declaration does to periods, so that a later confrontation needs no migration (§3.5).

Each change is a version of its period and an audit event, made under the locks of whoever else changes periods: the
contingent of a student, the row of another worker's person (decisions 0003, 0024).
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from domain.environments import Environment
from domain.quarters import Quarter
from evidence.audit import append_event
from registers.student_days.contingent_rules import read_rules
from registers.student_days.holdings import hold_off_merging, lock_holdings
from registers.student_days.ledger import version_of
from registers.student_days.models import Period, PeriodState, VersionReason
from registers.student_days.reach import Reach
from registers.student_days.records import PeriodRecord


def lock_by_dmfa(quarter: Quarter, *, employer_id: int, person_id: int, actor: str, at: datetime) -> int:
    """Let the employer change no period of the worker that starts in the quarter; return how many were not locked yet.

    From then on changes come by the quarterly declaration only: a form that names such a period gets 00913-362.
    """
    with transaction.atomic():
        hold_off_merging()
        held = _lock(_periods_of(quarter, employer_id=employer_id, person_id=person_id).filter(locked_by_dmfa=False))
        records = [
            record
            for record in held
            if record.employer_id == employer_id
            and record.lives
            and not record.locked_by_dmfa
            and Quarter.of(record.starting_date) == quarter
        ]
        for record in records:
            _write_version(record, at=at, locked_by_dmfa=True)
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


def note_actual_amount(number: int, amount: int, *, actor: str, at: datetime) -> None:
    """Note what was really worked in a living period, in its unit; Period.DoesNotExist when there is none of that number.

    Grants stay: releasing and correcting them is the confrontation's business.
    """
    with transaction.atomic():
        hold_off_merging()
        living = [
            record for record in _lock(Period.objects.filter(pk=number)) if record.number == number and record.lives
        ]
        if not living:
            raise Period.DoesNotExist
        _write_version(living[0], at=at, actual=amount)
        append_event("period:actual-noted", at=at, actor=actor, period=number, amount=amount)


def _lock(periods: QuerySet[Period]) -> list[PeriodRecord]:
    """Return the periods, and others of their person and years, as they are once nobody else can change them."""
    found = dict(periods.values_list("pk", "environment"))
    if not found:
        return []
    environment = Environment(next(iter(found.values())))
    reach = Reach(frozenset(), dict.fromkeys(found, ()))
    return list(lock_holdings(reach, environment=environment, rules=read_rules(environment)).periods.values())


def _write_version(record: PeriodRecord, *, at: datetime, **changed: bool | int) -> None:
    after = replace(record, version=record.version + 1, last_changed_at=at)
    period = Period.objects.filter(pk=after.number)
    period.update(version=after.version, last_changed_at=at, **changed)
    environment = period.values_list("environment", flat=True).get()
    version = version_of(after, reason=VersionReason.DMFA, environment=environment, received_at=at, filed_at=at)
    version.save(force_insert=True)


def _periods_of(quarter: Quarter, *, employer_id: int, person_id: int) -> QuerySet[Period]:
    return Period.objects.exclude(state=PeriodState.CANCELLED).filter(
        employer_id=employer_id,
        person_id=person_id,
        starting_date__gte=quarter.first_day,
        starting_date__lt=quarter.shifted(1).first_day,
    )
