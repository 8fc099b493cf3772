"""Decide the end of an employment: DimonaOut (student declarations §3.1, §3.2, §6)."""

from dataclasses import replace

from domain.findings import Finding
from domain.quarters import Quarter
from domain.student_declarations import DimonaOut, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.addressing import find_period
from registers.student_days.decisions.daily_bounds import withdraw_those_outside
from registers.student_days.decisions.deadlines import is_after_end
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse
from registers.student_days.decisions.overlaps import find_conflict
from registers.student_days.models import PeriodState, VersionReason
from registers.student_days.records import PeriodRecord


def decide_out(form: JudgedForm, action: DimonaOut, surroundings: Surroundings) -> Decision:
    """Close a period on its last day, or say why not; what it was granted stays, since an end carries no hours.

    A period that has an end already gets another one, once. Daily registrations after the end are withdrawn.
    """
    before = find_period(form, action, surroundings)
    if isinstance(before, Finding):
        return refuse(form, before)
    if before.state is PeriodState.CLOSED:
        return refuse(form, blocking(RegisterAnomaly.PERIOD_CLOSED, form, tag="DimonaPeriodId"))
    received_at = surroundings.context.received_at
    after = replace(
        before,
        ending_date=action.ending_date,
        ending_hour=before.ending_hour if action.ending_date == before.ending_date else "",
        state=PeriodState.CLOSED,
        version=before.version + 1,
        last_changed_at=received_at,
    )
    obstacle = _obstacle(form, action, after, surroundings)
    if obstacle is not None:
        return refuse(form, obstacle)
    surroundings.holdings.exchange(before, after)
    return Decision(
        form,
        form.findings,
        before=before,
        after=after,
        reason=VersionReason.CLOSED,
        is_late=is_after_end(received_at, min(action.ending_date, before.ending_date or action.ending_date)),
        withdrawn=withdraw_those_outside(after, surroundings.holdings.daily, received_at=received_at),
    )


def _obstacle(form: JudgedForm, action: DimonaOut, after: PeriodRecord, surroundings: Surroundings) -> Finding | None:
    if action.ending_date < after.starting_date:
        return blocking(RegisterAnomaly.END_BEFORE_START, form, tag="EndingDate")
    if after.has_contingent and Quarter.of(action.ending_date) != Quarter.of(after.starting_date):
        return blocking(RegisterAnomaly.END_LEAVES_QUARTER, form, tag="DimonaOut")
    others = surroundings.holdings.living_periods(after.person_id, after.employer_id)
    conflict = find_conflict(after, others, users_apart=surroundings.context.users_apart)
    if conflict is None:
        return None
    return blocking(RegisterAnomaly.END_OVERLAPS, form, tag="DimonaOut", conflicting=conflict.overlapping)
