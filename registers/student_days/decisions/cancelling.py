"""Decide the withdrawal of a period: DimonaCancel (student declarations §3.2, §3.4)."""

from dataclasses import replace

from domain.contingent import is_late
from domain.findings import Finding
from domain.student_declarations import DimonaCancel, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking
from registers.student_days.models import PeriodState, VersionReason
from registers.student_days.records import PeriodRecord

_REFUSING_STATES = {
    PeriodState.CANCELLED: RegisterAnomaly.PERIOD_CANCELLED,
    PeriodState.LOCKED: RegisterAnomaly.PERIOD_LOCKED,
    PeriodState.BLOCKED: RegisterAnomaly.PERIOD_BLOCKED,
}


def decide_cancel(form: JudgedForm, action: DimonaCancel, surroundings: Surroundings) -> Decision:
    """Withdraw a period and free what it was granted, or say why not."""
    holdings, context = surroundings.holdings, surroundings.context
    before = holdings.periods.get(int(action.period_id))
    obstacle = _obstacle(form, action, before, surroundings)
    if before is None or obstacle is not None:
        return Decision(form, (*form.findings, *((obstacle,) if obstacle else ())))
    after = replace(
        before,
        granted=0,
        state=PeriodState.CANCELLED,
        version=before.version + 1,
        last_changed_at=context.received_at,
    )
    holdings.account_of(before).granted -= before.granted
    holdings.put(after)
    return Decision(
        form,
        form.findings,
        before=before,
        after=after,
        reason=VersionReason.CANCELLED,
        change=-before.granted,
        is_late=is_late(context.received_at, before.starting_date),
    )


def _obstacle(
    form: JudgedForm, action: DimonaCancel, period: PeriodRecord | None, surroundings: Surroundings
) -> Finding | None:
    if period is None:
        return blocking(RegisterAnomaly.PERIOD_UNKNOWN, form, tag="DimonaPeriodId")
    if period.employer_id not in surroundings.covered:
        return blocking(RegisterAnomaly.NO_MANDATE, form, tag="DimonaPeriodId")
    employer = surroundings.employers.get(action.employer) if action.employer else None
    if action.employer is not None and (employer is None or employer.entity_id != period.employer_id):
        return blocking(RegisterAnomaly.PERIOD_OF_OTHER_EMPLOYER, form, tag="EmployerId")
    if action.insz is not None and surroundings.people.get(action.insz) != period.person_id:
        return blocking(RegisterAnomaly.PERIOD_OF_OTHER_WORKER, form, tag="INSS")
    code = _REFUSING_STATES.get(period.state)
    return None if code is None else blocking(code, form, tag="DimonaPeriodId")
