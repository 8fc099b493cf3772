"""Versions of a period that the counter makes itself, without a declaration, under the locks of whoever else changes periods."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from domain.environments import Environment
from registers.student_days.contingent_rules import read_rules
from registers.student_days.holdings import hold_off_merging, lock_holdings
from registers.student_days.ledger import version_of
from registers.student_days.models import Period, PeriodState, VersionReason
from registers.student_days.reach import Reach
from registers.student_days.records import PeriodRecord


def hold_periods(periods: QuerySet[Period]) -> list[PeriodRecord]:
    """Return those of the periods that live, as they are once nobody else can change them; in the running transaction.

    The lock is that of declarations: the contingent of a student, the row of another worker's person (decisions 0003, 0024).
    """
    hold_off_merging()
    found = dict(periods.values_list("pk", "environment"))
    if not found:
        return []
    environment = Environment(next(iter(found.values())))
    reach = Reach(frozenset(), dict.fromkeys(found, ()))
    held = lock_holdings(reach, environment=environment, rules=read_rules(environment)).periods
    return [record for number, record in sorted(held.items()) if number in found and record.lives]


def hold_living(number: int, *, environment: Environment) -> PeriodRecord | None:
    """Return the living period of that number, held as `hold_periods` does; None when there is none."""
    return next(iter(hold_periods(Period.objects.filter(pk=number, environment=environment))), None)


def write_version(
    record: PeriodRecord,
    *,
    reason: VersionReason,
    at: datetime,
    state: PeriodState | None = None,
    **changed: bool | int,
) -> None:
    """Write the next version of a period that is held, in `state` or as it was, and `changed` columns of its row."""
    after = replace(
        record, version=record.version + 1, last_changed_at=at, state=record.state if state is None else state
    )
    period = Period.objects.filter(pk=after.number)
    period.update(version=after.version, last_changed_at=at, state=after.state, **changed)
    environment = period.values_list("environment", flat=True).get()
    version_of(after, reason=reason, environment=environment, received_at=at, filed_at=at).save(force_insert=True)
