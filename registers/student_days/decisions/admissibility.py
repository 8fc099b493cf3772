"""Say what an update may not change in a period of its kind (student declarations §1.3, §3.2).

These are rules of presence that only the register can apply: the form does not tell whose period it names.
"""

from collections.abc import Iterator
from datetime import date

from domain.findings import Finding, QuotaUnit
from domain.quarters import Quarter
from domain.student_declarations import TEMPORARY_WORK_COMMISSION, DimonaUpdate, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import blocking, warning
from registers.student_days.reach import NO_END
from registers.student_days.records import PeriodRecord

_TYPES_WITH_END = frozenset({"STU", "EXT", "IVT"})
"""Worker types that declare start and end together (§3.1), as temporary work does."""
_TYPES_WITHOUT_HOURS = frozenset({"OTH"})
"""Worker types whose start plans no hours (§6.7)."""
_HOURS_OF_A_DAY = 24
_ENDLESS = 1_000
"""Days that no plan exceeds: it has three digits (§1.2)."""
_LAST_MOVABLE_START = date(2016, 12, 31)
"""The start of a student's period after this day is fixed (§1.3)."""


def find_faults(
    form: JudgedForm, action: DimonaUpdate, before: PeriodRecord, changed: PeriodRecord
) -> Iterator[Finding]:
    """Yield every fault of the update of `before` to `changed`, in the order of the elements."""
    yield from _faults_of_start(form, action, before)
    yield from _faults_of_end(form, action, before, changed)
    yield from _faults_of_plan(form, action, before, changed)
    if before.has_contingent:
        yield from _faults_of_student(form, action, before, changed)


def _faults_of_start(form: JudgedForm, action: DimonaUpdate, before: PeriodRecord) -> Iterator[Finding]:
    if action.starting_date is None:
        return
    if before.has_contingent and before.starting_date > _LAST_MOVABLE_START:
        yield blocking(RegisterAnomaly.START_FIXED, form, tag="StartingDate")
    elif action.starting_date > before.starting_date:
        yield blocking(RegisterAnomaly.START_POSTPONED, form, tag="StartingDate")


def _faults_of_end(
    form: JudgedForm, action: DimonaUpdate, before: PeriodRecord, changed: PeriodRecord
) -> Iterator[Finding]:
    if action.ending_date == NO_END:
        if before.worker_type in _TYPES_WITH_END or before.joint_commission == TEMPORARY_WORK_COMMISSION:
            yield blocking(RegisterAnomaly.END_NEEDED, form, tag="EndingDate")
        return
    if action.ending_date is not None and before.ending_date is None:
        yield blocking(RegisterAnomaly.CLOSED_BY_UPDATE, form, tag="EndingDate")
    if changed.ending_date is not None and changed.ending_date < changed.starting_date:
        yield blocking(RegisterAnomaly.END_BEFORE_START, form, tag="EndingDate")
    first, last = changed.span
    if changed.ending_date == changed.starting_date and last <= first:
        yield blocking(RegisterAnomaly.ENDING_HOUR_BEFORE_START, form, tag="EndingHour")


def _faults_of_plan(
    form: JudgedForm, action: DimonaUpdate, before: PeriodRecord, changed: PeriodRecord
) -> Iterator[Finding]:
    """What plans nothing yet may plan as its start might have; the unit of what is planned stays."""
    plans_no_hours = changed.unit is not QuotaUnit.HOURS or before.worker_type in _TYPES_WITHOUT_HOURS
    if action.planned_hours is not None and plans_no_hours:
        yield blocking(RegisterAnomaly.HOURS_FORBIDDEN, form, tag="PlannedHoursNbr")
    if action.planned_days is not None and changed.unit is not QuotaUnit.DAYS:
        yield blocking(RegisterAnomaly.DAYS_FORBIDDEN, form, tag="PlannedDaysNbr")
    if changed.unit is QuotaUnit.DAYS and (changed.planned or 0) > (_length(changed) or _ENDLESS):
        yield blocking(RegisterAnomaly.UPDATE_DAYS_EXCEED_PERIOD, form, tag="PlannedDaysNbr")


def find_doubts(form: JudgedForm, changed: PeriodRecord) -> Iterator[Finding]:
    """Yield what the register notes of a change that it files: hardly more hours than its days have (§3.4)."""
    if changed.unit is not QuotaUnit.HOURS or (changed.planned or 0) <= _HOURS_OF_A_DAY * (
        _length(changed) or _ENDLESS
    ):
        return
    if all(finding.code != RegisterAnomaly.MORE_HOURS_THAN_PERIOD for finding in form.findings):
        yield warning(RegisterAnomaly.MORE_HOURS_THAN_PERIOD, form, tag="PlannedHoursNbr")


def _length(period: PeriodRecord) -> int | None:
    """Return the days from start to end, both included, if both are there and in order."""
    if period.ending_date is None or period.ending_date < period.starting_date:
        return None
    return (period.ending_date - period.starting_date).days + 1


def _faults_of_student(
    form: JudgedForm, action: DimonaUpdate, before: PeriodRecord, changed: PeriodRecord
) -> Iterator[Finding]:
    if before.unit is QuotaUnit.HOURS and action.planned_hours is None:
        yield blocking(RegisterAnomaly.HOURS_ABSENT, form, tag="PlannedHoursNbr")
    if before.unit is QuotaUnit.DAYS and action.planned_days is None:
        yield blocking(RegisterAnomaly.DAYS_ABSENT, form, tag="PlannedDaysNbr")
    if action.starting_hour is not None:
        yield blocking(RegisterAnomaly.STARTING_HOUR_FORBIDDEN, form, tag="StartingHour")
    if action.ending_hour is not None:
        yield blocking(RegisterAnomaly.ENDING_HOUR_FORBIDDEN, form, tag="EndingHour")
    if changed.ending_date is None:
        return
    days = (changed.starting_date, changed.ending_date)
    if any(Quarter.of(day) != Quarter.of(before.starting_date) for day in days):
        yield blocking(RegisterAnomaly.UPDATE_LEAVES_QUARTER, form, tag="DimonaUpdate")
