"""Decide a daily registration: made (status 0), changed (1) or withdrawn (3) (student declarations §1.2, §3.6)."""

from dataclasses import replace
from datetime import date

from domain.contingent import is_late
from domain.findings import Finding
from domain.student_declarations import DailyRegistration, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.daily_records import RegistrationRecord, registration_facts
from registers.student_days.decisions.addressing import find_numbered, own_period
from registers.student_days.decisions.daily_bounds import is_within
from registers.student_days.decisions.outcomes import Decision, Surroundings, blocking, refuse
from registers.student_days.reach import NO_END
from registers.student_days.records import PeriodRecord

_WITHDRAW = "3"


def decide_registration(form: JudgedForm, action: DailyRegistration, surroundings: Surroundings) -> Decision:
    """Make, change or withdraw a registration, or say why not."""
    match action.status:
        case "0":
            return _create(form, action, surroundings)
        case "1" | "3":
            return _alter(form, action, surroundings)
        case _:
            return _invalid(form, "AttestationStatus")


def _create(form: JudgedForm, action: DailyRegistration, surroundings: Surroundings) -> Decision:
    if action.registration_id is not None:
        return _invalid(form, "DailyRegistrationId")
    if action.period_id is None or action.starting_date is None:
        return _invalid(form, "DailyRegistrationDeclaration")
    period = find_numbered(form, int(action.period_id), surroundings)
    if isinstance(period, Finding):
        return refuse(form, period)
    received_at = surroundings.context.received_at
    after = RegistrationRecord(
        number=surroundings.new_registration(),
        period_id=period.number,
        starting_date=action.starting_date,
        starting_hour=action.starting_hour or "",
        ending_date=action.ending_date or action.starting_date,
        ending_hour=action.ending_hour or "",
        first_declared_at=received_at,
        last_changed_at=received_at,
    )
    return _settle(form, period, None, after, surroundings)


def _alter(form: JudgedForm, action: DailyRegistration, surroundings: Surroundings) -> Decision:
    number = int(action.registration_id) if action.registration_id is not None else None
    before = surroundings.holdings.daily.registrations.get(number) if number is not None else None
    if before is None or before.is_withdrawn or own_period(before.period_id, surroundings) is None:
        return _invalid(form, "DailyRegistrationId")
    if action.period_id is not None and int(action.period_id) != before.period_id:
        return _invalid(form, "DimonaPeriodId")
    period = find_numbered(form, before.period_id, surroundings)
    if isinstance(period, Finding):
        return refuse(form, period)
    changed = replace(before, is_withdrawn=True) if action.status == _WITHDRAW else _changed(before, action)
    if changed == before:
        return refuse(form, blocking(RegisterAnomaly.REGISTRATION_SAME, form, tag="DailyRegistrationDeclaration"))
    after = replace(changed, version=before.version + 1, last_changed_at=surroundings.context.received_at)
    return _settle(form, period, before, after, surroundings)


def _changed(before: RegistrationRecord, action: DailyRegistration) -> RegistrationRecord:
    """Return the registration as the form wants it; what it does not give stays, and an end moves with its day."""
    starting_date = action.starting_date or before.starting_date
    moved = starting_date - before.starting_date
    return replace(
        before,
        starting_date=starting_date,
        starting_hour=action.starting_hour or before.starting_hour,
        ending_date=action.ending_date or _moved(before.ending_date, days=moved.days),
        ending_hour=action.ending_hour or before.ending_hour,
    )


def _moved(day: date, *, days: int) -> date:
    """Return the day that many days later; the last one of the calendar where there is none."""
    return date.fromordinal(min(day.toordinal() + days, NO_END.toordinal()))


def _settle(
    form: JudgedForm,
    period: PeriodRecord,
    before: RegistrationRecord | None,
    after: RegistrationRecord,
    surroundings: Surroundings,
) -> Decision:
    obstacle = None if after.is_withdrawn else _obstacle(form, period, after, surroundings)
    if obstacle is not None:
        return refuse(form, obstacle)
    surroundings.holdings.daily.put(after)
    late = is_late(surroundings.context.received_at, after.starting_date)
    return Decision(
        form, form.findings, registration_before=before, registration=after, registered_in=period, is_late=late
    )


def _obstacle(
    form: JudgedForm, period: PeriodRecord, after: RegistrationRecord, surroundings: Surroundings
) -> Finding | None:
    first, last = after.span
    if after.ending_date < after.starting_date:
        return blocking(RegisterAnomaly.END_BEFORE_START, form, tag="EndingDate")
    if last <= first:
        return blocking(RegisterAnomaly.ENDING_HOUR_BEFORE_START, form, tag="EndingHour")
    if not is_within(after, period):
        return blocking(RegisterAnomaly.REGISTRATION_OUTSIDE, form, tag="DailyRegistrationDeclaration")
    for other in surroundings.holdings.daily.of_period(period.number):
        if other.number != after.number and after.overlaps(other):
            finding = blocking(RegisterAnomaly.REGISTRATION_OVERLAPS, form, tag="DailyRegistrationDeclaration")
            return replace(finding, registration=registration_facts(other))
    return None


def _invalid(form: JudgedForm, tag: str) -> Decision:
    return refuse(form, blocking(RegisterAnomaly.REGISTRATION_INVALID, form, tag=tag))
