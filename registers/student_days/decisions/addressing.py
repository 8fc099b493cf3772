"""Find the period that a form names by its number, or say why the form may not touch it (student declarations §3.2)."""

from typing import TypeAlias

from domain.findings import Finding
from domain.student_declarations import DimonaCancel, DimonaOut, DimonaUpdate, EmployerId, JudgedForm
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import Surroundings, blocking
from registers.student_days.models import PeriodState
from registers.student_days.records import PeriodRecord

NamingAction: TypeAlias = DimonaOut | DimonaUpdate | DimonaCancel


def find_period(form: JudgedForm, action: NamingAction, surroundings: Surroundings) -> PeriodRecord | Finding:
    """Return the period named, in a state that its employer may change, or the finding that refuses the form."""
    period = _find(form, int(action.period_id), surroundings)
    if isinstance(period, Finding):
        return period
    if action.employer is not None:
        employer = surroundings.employers.get(action.employer)
        if employer is None or employer.entity_id != period.employer_id:
            return _other_employer(form, action.employer)
    if action.insz is not None and surroundings.people.get(action.insz) != period.person_id:
        return blocking(RegisterAnomaly.PERIOD_OF_OTHER_WORKER, form, tag="INSS")
    return _changeable(form, period)


def find_numbered(form: JudgedForm, number: int, surroundings: Surroundings) -> PeriodRecord | Finding:
    """Return the period of that number for a form that names neither employer nor worker, or the finding that refuses it."""
    period = _find(form, number, surroundings)
    return period if isinstance(period, Finding) else _changeable(form, period)


def own_period(number: int, surroundings: Surroundings) -> PeriodRecord | None:
    """Return the period of that number, None for one of an employer for whom the sender does not declare (decision 0058)."""
    period = surroundings.holdings.periods.get(number)
    return period if period is not None and period.employer_id in surroundings.covered else None


def _find(form: JudgedForm, number: int, surroundings: Surroundings) -> PeriodRecord | Finding:
    return own_period(number, surroundings) or blocking(RegisterAnomaly.PERIOD_UNKNOWN, form, tag="DimonaPeriodId")


def _changeable(form: JudgedForm, period: PeriodRecord) -> PeriodRecord | Finding:
    code = _refusing_state(period)
    return period if code is None else blocking(code, form, tag="DimonaPeriodId")


def _refusing_state(period: PeriodRecord) -> RegisterAnomaly | None:
    if period.state is PeriodState.CANCELLED:
        return RegisterAnomaly.PERIOD_CANCELLED
    if period.is_locked:
        return RegisterAnomaly.PERIOD_LOCKED
    return RegisterAnomaly.PERIOD_BLOCKED if period.state is PeriodState.BLOCKED else None


def _other_employer(form: JudgedForm, employer: EmployerId) -> Finding:
    """Return the finding in the zone of the one number given, or in the block where there are several."""
    given = [
        (code, tag)
        for code, tag, number in (
            (RegisterAnomaly.PERIOD_OF_OTHER_REGISTRATION, "NOSSRegistrationNbr", employer.nsso),
            (RegisterAnomaly.PERIOD_OF_OTHER_PROVISIONAL, "ProvisionalNSSONbr", employer.provisional_nsso),
            (RegisterAnomaly.PERIOD_OF_OTHER_COMPANY, "CompanyID", employer.company),
        )
        if number is not None
    ]
    code, tag = given[0] if len(given) == 1 else (RegisterAnomaly.PERIOD_OF_OTHER_EMPLOYER, "EmployerId")
    return blocking(code, form, tag=tag)
