"""Decide the change of a period: DimonaUpdate (student declarations §1.3, §3.1, §3.2, §3.4)."""

from collections.abc import Iterator
from dataclasses import replace

from domain.contingent import Grant
from domain.findings import Exceeding, Finding, QuotaUnit
from domain.student_declarations import DimonaUpdate, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.addressing import find_period
from registers.student_days.decisions.admissibility import find_doubts, find_faults
from registers.student_days.decisions.daily_bounds import withdraw_those_outside
from registers.student_days.decisions.deadlines import is_late_change
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse, remark
from registers.student_days.decisions.overlaps import find_conflict
from registers.student_days.decisions.reserving import reserve_again
from registers.student_days.models import PeriodState, VersionReason
from registers.student_days.reach import NO_END
from registers.student_days.records import PeriodRecord


def decide_update(form: JudgedForm, action: DimonaUpdate, surroundings: Surroundings) -> Decision:
    """Change dates, hours of the day or what is planned, and test the contingent again, or say why not.

    A grant is never lowered by what others were granted; a period that was declared late stays without one. Daily
    registrations on days that are no longer of the period are withdrawn.
    """
    before = find_period(form, action, surroundings)
    if isinstance(before, Finding):
        return refuse(form, before)
    changed = _changed(before, action)
    faults = tuple(find_faults(form, action, before, changed))
    if faults:
        return refuse(form, *faults)
    obstacle = _obstacle(form, before, changed, surroundings)
    if obstacle is not None:
        return refuse(form, obstacle)
    received_at = surroundings.context.received_at
    grant = reserve_again(before, changed, holdings=surroundings.holdings, rules=surroundings.rules)
    after = replace(
        changed,
        granted=grant.granted,
        neutralised=grant.neutralised,
        version=before.version + 1,
        last_changed_at=received_at,
    )
    surroundings.holdings.exchange(before, after)
    late = is_late_change(
        received_at,
        starts=(before.starting_date, after.starting_date),
        ends=(before.ending_date, after.ending_date),
    )
    return Decision(
        form,
        (*form.findings, *_remarks(form, after, grant, surroundings, late=late)),
        before=before,
        after=after,
        reason=VersionReason.UPDATED,
        change=after.granted - before.granted,
        is_late=late,
        withdrawn=withdraw_those_outside(after, surroundings.holdings.daily, received_at=received_at),
    )


def _changed(before: PeriodRecord, action: DimonaUpdate) -> PeriodRecord:
    """Return the period as the form wants it, its grant not yet tested; the date 9999-12-31 opens it again."""
    reopens = action.ending_date == NO_END
    ending_date = before.ending_date if action.ending_date is None else action.ending_date
    unit, planned = _plan(before, action)
    moves_end = action.ending_date is not None and action.ending_date != before.ending_date
    return replace(
        before,
        starting_date=action.starting_date or before.starting_date,
        starting_hour=action.starting_hour or before.starting_hour,
        ending_date=None if reopens else ending_date,
        ending_hour=action.ending_hour or ("" if moves_end else before.ending_hour),
        unit=unit,
        planned=planned or before.planned,
        state=PeriodState.ACTIVE if reopens else before.state,
    )


def _plan(before: PeriodRecord, action: DimonaUpdate) -> tuple[QuotaUnit | None, int | None]:
    """Return the unit of the period, or of what it plans for the first time, and the amount given in it, if any."""
    unit = before.unit
    if unit is None and action.planned_hours is not None:
        unit = QuotaUnit.HOURS
    elif unit is None and action.planned_days is not None:
        unit = QuotaUnit.DAYS
    return unit, action.planned_days if unit is QuotaUnit.DAYS else action.planned_hours


def _obstacle(
    form: JudgedForm, before: PeriodRecord, changed: PeriodRecord, surroundings: Surroundings
) -> Finding | None:
    if changed == before:
        return blocking(RegisterAnomaly.NO_DIFFERENCE, form, tag="DimonaUpdate")
    others = surroundings.holdings.living_periods(changed.person_id, changed.employer_id)
    conflict = find_conflict(changed, others, users_apart=surroundings.context.users_apart)
    if conflict is None:
        return None
    code = RegisterAnomaly.UPDATE_DUPLICATES if conflict.identical else RegisterAnomaly.UPDATE_OVERLAPS
    conflicting = conflict.identical or conflict.overlapping
    return blocking(code, form, tag="DimonaUpdate", conflicting=conflicting)


def _remarks(
    form: JudgedForm, after: PeriodRecord, grant: Grant, surroundings: Surroundings, *, late: bool
) -> Iterator[Finding]:
    yield from find_doubts(form, after)
    if late:
        yield remark(RegisterAnomaly.UPDATE_LATE, form, tag="DimonaUpdate")
    tells_excess = after.has_contingent and (surroundings.context.late_also_369 or not after.is_late)
    if tells_excess and grant.exceeding and after.unit is not None:
        exceeding = Exceeding(grant.exceeding, after.unit)
        yield remark(RegisterAnomaly.CONTINGENT_EXCEEDED, form, tag="DimonaUpdate", exceeding=exceeding)
