"""Decide the start of an employment: DimonaIn (student declarations §3.2, §3.4)."""

from collections.abc import Iterator
from dataclasses import replace

from domain.brussels import brussels_date
from domain.contingent import ContingentRules, Grant, is_late
from domain.findings import Exceeding, Finding, QuotaUnit
from domain.quarters import Quarter
from domain.student_declarations import STUDENT, DimonaIn, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.identity import find_mismatches, is_identifiable
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse, remark
from registers.student_days.decisions.overlaps import Conflict, find_conflict
from registers.student_days.decisions.reserving import reserve
from registers.student_days.models import VersionReason
from registers.student_days.reach import NO_END
from registers.student_days.records import PeriodRecord

TOLD_OF_STARTS = (
    "EmployerId",
    "DimonaIn",
    "NaturalPerson",
    "WorkerName",
    "WorkerFirstName",
    "WorkerBirthdate",
    "WorkerSex",
)
"""Every element that a decision about a start may be about."""


def decide_in(form: JudgedForm, action: DimonaIn, surroundings: Surroundings) -> Decision:
    """Open a period and reserve what a student plans, or say why not; workers of other types have no contingent.

    The new period is held by the surroundings afterwards when it is accepted.
    """
    if action.insz is None:
        if is_identifiable(action.person):
            return Decision(form, form.findings, waits=True)
        return refuse(form, blocking(RegisterAnomaly.PERSON_UNIDENTIFIED, form, tag="NaturalPerson"))
    holdings, context = surroundings.holdings, surroundings.context
    candidate = _candidate(action, action.insz, surroundings)
    others = holdings.living_periods(candidate.person_id, candidate.employer_id)
    conflict = find_conflict(candidate, others, users_apart=context.users_apart)
    if conflict is not None:
        return refuse(form, _refusal(form, conflict))
    candidate = replace(candidate, is_late=candidate.is_late and not _is_tolerated(candidate, others, surroundings))
    grant = reserve(candidate, holdings=holdings, rules=surroundings.rules)
    period = replace(candidate, granted=grant.granted, neutralised=grant.neutralised)
    holdings.exchange(None, period)
    known = surroundings.names.get(period.person_id)
    mismatches = find_mismatches(form, action, known=known, on=brussels_date(context.received_at))
    return Decision(
        form,
        (*form.findings, *mismatches, *_remarks(form, period, grant, late_also_369=context.late_also_369)),
        after=period,
        reason=_reason(period),
        change=period.granted,
        is_late=period.is_late,
    )


def _candidate(action: DimonaIn, insz: str, surroundings: Surroundings) -> PeriodRecord:
    """Return the period that the action would open, not granted anything yet."""
    context = surroundings.context
    if action.employer is None:
        message = "a new period needs an employer"
        raise ValueError(message)
    unit, planned = _plan(action, surroundings.rules)
    return PeriodRecord(
        number=surroundings.new_number(),
        person_id=surroundings.people[insz],
        employer_id=surroundings.employers[action.employer].entity_id,
        joint_commission=action.joint_commission or "XXX",
        worker_type=action.worker_type or "",
        using_employer=action.using_employer or "",
        sub_entity=action.sub_entity or "",
        starting_date=action.starting_date,
        starting_hour=action.starting_hour or "",
        ending_date=None if action.ending_date == NO_END else action.ending_date,
        ending_hour=action.ending_hour or "",
        unit=unit,
        planned=planned,
        user_firm=action.user_firm,
        place_of_work=action.place_of_work,
        control_cards=action.cards,
        small_statutes=action.small_statutes,
        is_late=is_late(context.received_at, action.starting_date),
        first_declared_at=context.received_at,
        last_changed_at=context.received_at,
    )


def _plan(action: DimonaIn, rules: ContingentRules) -> tuple[QuotaUnit | None, int | None]:
    """Return the unit and the amount planned: a student's in the unit of the year, another worker's as given, if at all."""
    if action.worker_type != STUDENT:
        if action.planned_hours is not None:
            return QuotaUnit.HOURS, action.planned_hours
        return (None, None) if action.planned_days is None else (QuotaUnit.DAYS, action.planned_days)
    unit = rules.limit_of(action.starting_date.year).unit
    planned = action.planned_hours if unit is QuotaUnit.HOURS else action.planned_days
    if action.ending_date is None or planned is None:
        message = "a student's period needs a last day and a planned amount"
        raise ValueError(message)
    return unit, planned


def _is_tolerated(candidate: PeriodRecord, others: list[PeriodRecord], surroundings: Surroundings) -> bool:
    """Whether a late start counts as one on time, beside one of the same employer, student and quarter that was (§3.4)."""
    quarter = Quarter.of(candidate.starting_date)
    return (
        surroundings.context.late_tolerated
        and candidate.has_contingent
        and any(
            other.has_contingent and not other.is_late and Quarter.of(other.starting_date) == quarter
            for other in others
        )
    )


def _refusal(form: JudgedForm, conflict: Conflict) -> Finding:
    if conflict.identical:
        return blocking(RegisterAnomaly.DUPLICATE_PERIOD, form, tag="DimonaIn", conflicting=conflict.identical)
    return blocking(RegisterAnomaly.OVERLAPPING_PERIOD, form, tag="DimonaIn", conflicting=conflict.overlapping)


def _reason(period: PeriodRecord) -> VersionReason:
    if not period.has_contingent:
        return VersionReason.FILED
    return VersionReason.LATE if period.is_late else VersionReason.GRANTED


def _remarks(form: JudgedForm, period: PeriodRecord, grant: Grant, *, late_also_369: bool) -> Iterator[Finding]:
    if period.is_late:
        yield remark(RegisterAnomaly.LATE, form, tag="DimonaIn")
    tells_excess = period.has_contingent and (late_also_369 or not period.is_late)
    if tells_excess and grant.exceeding and period.unit is not None:
        exceeding = Exceeding(grant.exceeding, period.unit)
        yield remark(RegisterAnomaly.CONTINGENT_EXCEEDED, form, tag="NaturalPerson", exceeding=exceeding)
