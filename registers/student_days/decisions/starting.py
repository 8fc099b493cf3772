"""Decide the start of an employment: DimonaIn (student declarations §3.2, §3.4)."""

from collections.abc import Iterator
from dataclasses import replace

from domain.contingent import Grant, grant_late, grant_on_time, is_late, limit_of
from domain.findings import Exceeding, Finding, QuotaUnit
from domain.student_declarations import DimonaIn, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse, remark
from registers.student_days.decisions.overlaps import Conflict, find_conflict
from registers.student_days.models import VersionReason
from registers.student_days.records import PeriodRecord


def decide_in(form: JudgedForm, action: DimonaIn, surroundings: Surroundings) -> Decision:
    """Reserve the planned amount for a new period, or say why not.

    The new period is held by the surroundings afterwards when it is accepted.
    """
    holdings, context = surroundings.holdings, surroundings.context
    candidate = _candidate(action, surroundings)
    others = holdings.living_periods(candidate.person_id, candidate.employer_id)
    conflict = find_conflict(candidate, others, users_apart=context.users_apart)
    if conflict is not None:
        return refuse(form, _refusal(form, conflict))
    account, planned = holdings.account_of(candidate), candidate.planned or 0
    late = is_late(context.received_at, action.starting_date)
    grant = grant_late(planned) if late else grant_on_time(planned, limit=account.limit, others=account.granted)
    period = replace(candidate, granted=grant.granted, is_late=late)
    holdings.exchange(None, period)
    remarks = _remarks(form, grant, late=late, unit=account.unit, late_also_369=context.late_also_369)
    return Decision(
        form,
        (*form.findings, *remarks),
        after=period,
        reason=VersionReason.LATE if late else VersionReason.GRANTED,
        change=grant.granted,
        is_late=late,
    )


def _candidate(action: DimonaIn, surroundings: Surroundings) -> PeriodRecord:
    """Return the period that the action would open, not granted anything yet."""
    context = surroundings.context
    unit = limit_of(action.starting_date.year).unit
    planned = action.planned_hours if unit is QuotaUnit.HOURS else action.planned_days
    if action.insz is None or action.employer is None or action.ending_date is None or planned is None:
        message = "a new period needs a worker, an employer, a last day and a planned amount"
        raise ValueError(message)
    return PeriodRecord(
        number=surroundings.new_number(),
        person_id=surroundings.people[action.insz],
        employer_id=surroundings.employers[action.employer].entity_id,
        joint_commission=action.joint_commission or "XXX",
        worker_type=action.worker_type or "",
        using_employer=action.using_employer or "",
        starting_date=action.starting_date,
        ending_date=action.ending_date,
        unit=unit,
        planned=planned,
        first_declared_at=context.received_at,
        last_changed_at=context.received_at,
    )


def _refusal(form: JudgedForm, conflict: Conflict) -> Finding:
    if conflict.identical:
        return blocking(RegisterAnomaly.DUPLICATE_PERIOD, form, tag="DimonaIn", conflicting=conflict.identical)
    return blocking(RegisterAnomaly.OVERLAPPING_PERIOD, form, tag="DimonaIn", conflicting=conflict.overlapping)


def _remarks(form: JudgedForm, grant: Grant, *, late: bool, unit: QuotaUnit, late_also_369: bool) -> Iterator[Finding]:
    if late:
        yield remark(RegisterAnomaly.LATE, form, tag="DimonaIn")
    if grant.exceeding and (late_also_369 or not late):
        exceeding = Exceeding(grant.exceeding, unit)
        yield remark(RegisterAnomaly.CONTINGENT_EXCEEDED, form, tag="NaturalPerson", exceeding=exceeding)
