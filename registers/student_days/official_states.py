"""What an agent of the counter does to a period: fix it, stop it, and give it back to its employer (student declarations §3.2)."""

from datetime import datetime

from django.db import transaction

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from registers.student_days.counter_versions import hold_living, write_version
from registers.student_days.models import PeriodState, PeriodVersion, VersionReason
from registers.student_days.records import PeriodRecord

OFFICIAL = frozenset({PeriodState.LOCKED, PeriodState.BLOCKED})
"""States in which its employer changes, ends and cancels a period no more: 00913-362 and -357."""


def set_official_state(
    number: int, state: PeriodState, *, environment: Environment, actor: str, reason: str, at: datetime
) -> None:
    """Bring a living period into one of the states `OFFICIAL`; what it grants stays.

    Raises ConfigurationRefusedError where there is no such living period, and where it is in one of them already.
    """
    with transaction.atomic():
        record = _hold(number, environment)
        if record.state in OFFICIAL:
            raise ConfigurationRefusedError(
                f"Period {number:012d} is {record.state} already.", next_step="Give it back to its employer first."
            )
        _move(record, state, actor=actor, reason=reason, at=at)


def give_back(
    number: int, state: PeriodState, *, environment: Environment, actor: str, reason: str, at: datetime
) -> PeriodState:
    """Bring a period that is in that one of the states `OFFICIAL` back into the one before; return which that is.

    Raises ConfigurationRefusedError where there is no such living period, and where it is in another state.
    """
    with transaction.atomic():
        record = _hold(number, environment)
        if record.state is not state:
            raise ConfigurationRefusedError(
                f"Period {number:012d} is {record.state}, not {state}.", next_step="There is nothing to take back."
            )
        versions = PeriodVersion.objects.filter(period_id=number).exclude(state__in=OFFICIAL).order_by("-number")
        before = PeriodState(versions.values_list("state", flat=True)[0])
        _move(record, before, actor=actor, reason=reason, at=at)
        return before


def _hold(number: int, environment: Environment) -> PeriodRecord:
    record = hold_living(number, environment=environment)
    if record is None:
        raise ConfigurationRefusedError(
            f"No living period has the number {number:012d}.", next_step="Look it up with `guichet student consult`."
        )
    return record


def _move(record: PeriodRecord, state: PeriodState, *, actor: str, reason: str, at: datetime) -> None:
    write_version(record, reason=VersionReason.OFFICIAL, at=at, state=state)
    append_event(
        "period:official-state",
        at=at,
        actor=actor,
        period=f"{record.number:012d}",
        before=str(record.state),
        after=str(state),
        reason=reason,
    )
