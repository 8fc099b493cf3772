"""Decide the withdrawal of a period: DimonaCancel (student declarations §3.2, §3.4)."""

from dataclasses import replace

from domain.contingent import is_late
from domain.findings import Finding
from domain.student_declarations import DimonaCancel, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.addressing import find_period
from registers.student_days.decisions.daily_bounds import withdraw_those_outside
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse
from registers.student_days.models import PeriodState, VersionReason


def decide_cancel(form: JudgedForm, action: DimonaCancel, surroundings: Surroundings) -> Decision:
    """Withdraw a period and free what it was granted, or say why not.

    After the first day that is late, and refused where the context says so. Its daily registrations are withdrawn with it.
    """
    holdings, context = surroundings.holdings, surroundings.context
    before = find_period(form, action, surroundings)
    if isinstance(before, Finding):
        return refuse(form, before)
    late = is_late(context.received_at, before.starting_date)
    if late and not context.late_cancels:
        return refuse(form, blocking(RegisterAnomaly.CANCEL_LATE, form, tag="DimonaCancel"))
    after = replace(
        before,
        granted=0,
        neutralised=0,
        state=PeriodState.CANCELLED,
        version=before.version + 1,
        last_changed_at=context.received_at,
    )
    holdings.exchange(before, after)
    return Decision(
        form,
        form.findings,
        before=before,
        after=after,
        reason=VersionReason.CANCELLED,
        change=-before.granted,
        is_late=late,
        withdrawn=withdraw_those_outside(after, holdings.daily, received_at=context.received_at),
    )
