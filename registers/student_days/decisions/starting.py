"""Decide the start of an employment: DimonaIn (student declarations §3.2, §3.4)."""

from collections.abc import Iterator
from dataclasses import replace

from domain.contingent import Grant, grant_late, grant_on_time, is_late, limit_of
from domain.findings import Exceeding, Finding, QuotaUnit
from domain.student_declarations import DimonaIn, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse, remark
from registers.student_days.models import VersionReason
from registers.student_days.records import PeriodRecord


def decide_in(form: JudgedForm, action: DimonaIn, surroundings: Surroundings) -> Decision:
    """Reserve the planned amount for a new period, or say why not.

    The new period is held by the surroundings afterwards when it is accepted.
    """
    holdings, context = surroundings.holdings, surroundings.context
    candidate = _candidate(action, surroundings)
    conflict = _conflict(form, candidate, holdings.living_periods(candidate.person_id, candidate.employer_id))
    if conflict is not None:
        return refuse(form, conflict)
    account, planned = holdings.account_of(candidate), candidate.planned or 0
    late = is_late(context.received_at, action.starting_date)
    grant = grant_late(planned) if late else grant_on_time(planned, limit=account.limit, others=account.granted)
    period = replace(candidate, granted=grant.granted, is_late=late)
    account.granted += grant.granted
    holdings.put(period)
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


def _conflict(form: JudgedForm, candidate: PeriodRecord, others: list[PeriodRecord]) -> Finding | None:
    same_kind = [other for other in others if _is_same_kind(candidate, other) and _overlap(candidate, other)]
    if not same_kind:
        return None
    identical = tuple(
        other
        for other in same_kind
        if (other.starting_date, other.ending_date, other.joint_commission)
        == (candidate.starting_date, candidate.ending_date, candidate.joint_commission)
    )
    if identical:
        return blocking(RegisterAnomaly.DUPLICATE_PERIOD, form, tag="DimonaIn", conflicting=identical)
    return blocking(RegisterAnomaly.OVERLAPPING_PERIOD, form, tag="DimonaIn", conflicting=tuple(same_kind))


def _is_same_kind(one: PeriodRecord, other: PeriodRecord) -> bool:
    return (one.worker_type, one.using_employer) == (other.worker_type, other.using_employer)


def _overlap(one: PeriodRecord, other: PeriodRecord) -> bool:
    """Whether a day belongs to both; a period without an end goes on for ever."""
    return (other.ending_date is None or one.starting_date <= other.ending_date) and (
        one.ending_date is None or other.starting_date <= one.ending_date
    )


def _remarks(form: JudgedForm, grant: Grant, *, late: bool, unit: QuotaUnit, late_also_369: bool) -> Iterator[Finding]:
    if late:
        yield remark(RegisterAnomaly.LATE, form, tag="DimonaIn")
    if grant.exceeding and (late_also_369 or not late):
        exceeding = Exceeding(grant.exceeding, unit)
        yield remark(RegisterAnomaly.CONTINGENT_EXCEEDED, form, tag="NaturalPerson", exceeding=exceeding)
