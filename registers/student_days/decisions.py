"""Decide what one form does to the register, given what the register holds; writes nothing.

Forms are decided in the order in which they stand in the file, each seeing what those before it did.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.contingent import Grant, grant_late, grant_on_time, is_late
from domain.findings import Exceeding, Finding, PeriodFacts, QuotaUnit, Severity
from domain.student_declarations import DimonaCancel, DimonaIn, JudgedForm
from registers.access.employers import EmployerStanding
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.models import Period, PeriodState, QuotaAccount, QuotaReason


@dataclass(slots=True)
class Decision:
    """What becomes of one form; `before` and `period` tell the change, `reason` and `change` the ledger entry."""

    form: JudgedForm
    findings: tuple[Finding, ...]
    period: Period | None = None
    before: PeriodFacts | None = None
    account: QuotaAccount | None = None
    reason: QuotaReason | None = None
    change: int = 0
    is_late: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the form is filed."""
        return not any(finding.is_blocking for finding in self.findings)


@dataclass(slots=True)
class Holdings:
    """What the register holds of everyone a set of forms touches, locked; changed by each decision."""

    accounts: dict[tuple[int, int], QuotaAccount] = field(default_factory=dict)
    periods: dict[str, Period] = field(default_factory=dict)
    living: dict[tuple[int, int], list[Period]] = field(default_factory=dict)

    def add(self, period: Period) -> None:
        """Hold one more period."""
        self.periods[period.number] = period
        self.living.setdefault((period.person_id, period.employer_id), []).append(period)

    def living_periods(self, person_id: int, employer_id: int) -> list[Period]:
        """Return the periods of that person and employer that count."""
        periods = self.living.get((person_id, employer_id), ())
        return [period for period in periods if period.state != PeriodState.CANCELLED]


def facts(period: Period) -> PeriodFacts:
    """Return the period as an answer shows it."""
    hours = period.unit == QuotaUnit.HOURS
    return PeriodFacts(
        period_id=period.number,
        starting_date=period.starting_date,
        ending_date=period.ending_date,
        planned_hours=period.planned if hours else None,
        planned_days=None if hours else period.planned,
        joint_commission=period.joint_commission,
        worker_type=period.worker_type,
        is_locked=period.state == PeriodState.LOCKED,
        is_cancelled=period.state == PeriodState.CANCELLED,
        is_late=period.is_late,
        using_employer=period.using_employer,
        last_changed_at=period.last_changed_at,
    )


def blocking(code: RegisterAnomaly, form: JudgedForm, *, tag: str, conflicting: tuple[Period, ...] = ()) -> Finding:
    """Return the finding that refuses `form` for `code`."""
    return Finding(
        code=code,
        severity=Severity.BLOCKING,
        detail=code.sentence,
        tag=tag,
        location=form.location,
        conflicting=tuple(facts(period) for period in conflicting),
    )


def decide_in(
    form: JudgedForm,
    action: DimonaIn,
    *,
    candidate: Period,
    account: QuotaAccount,
    holdings: Holdings,
    received_at: datetime,
    late_also_369: bool,
) -> Decision:
    """Reserve the planned amount for a new period, or say why not (student declarations §3.2, §3.4).

    `candidate` carries everything but its grant; it is held by `holdings` afterwards when it is accepted.
    """
    conflict = _conflict(form, candidate, holdings.living_periods(candidate.person_id, candidate.employer_id))
    if conflict is not None:
        return Decision(form, (*form.findings, conflict))
    late = is_late(received_at, action.starting_date)
    grant = (
        grant_late(candidate.planned)
        if late
        else grant_on_time(candidate.planned, limit=account.limit, others=account.granted)
    )
    candidate.granted, candidate.is_late = grant.granted, late
    account.granted += grant.granted
    holdings.add(candidate)
    return Decision(
        form,
        (*form.findings, *_remarks(form, grant, late=late, unit=QuotaUnit(account.unit), late_also_369=late_also_369)),
        period=candidate,
        account=account,
        reason=QuotaReason.LATE if late else QuotaReason.GRANTED,
        change=grant.granted,
        is_late=late,
    )


def _conflict(form: JudgedForm, candidate: Period, others: list[Period]) -> Finding | None:
    same_kind = [
        other
        for other in others
        if (other.worker_type, other.using_employer) == (candidate.worker_type, candidate.using_employer)
        and other.starting_date <= candidate.ending_date
        and candidate.starting_date <= other.ending_date
    ]
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


def _remarks(form: JudgedForm, grant: Grant, *, late: bool, unit: QuotaUnit, late_also_369: bool) -> Iterator[Finding]:
    if late:
        yield _remark(RegisterAnomaly.LATE, form, tag="DimonaIn")
    if grant.exceeding and (late_also_369 or not late):
        exceeding = Exceeding(grant.exceeding, unit)
        yield _remark(RegisterAnomaly.CONTINGENT_EXCEEDED, form, tag="NaturalPerson", exceeding=exceeding)


def _remark(code: RegisterAnomaly, form: JudgedForm, *, tag: str, exceeding: Exceeding | None = None) -> Finding:
    return Finding(
        code=code,
        severity=Severity.NON_PERCENTAGE,
        detail=code.sentence,
        tag=tag,
        location=form.location,
        exceeding=exceeding,
    )


def decide_cancel(
    form: JudgedForm,
    action: DimonaCancel,
    *,
    holdings: Holdings,
    employer: EmployerStanding | None,
    covered: frozenset[int],
    person_id: int | None,
    received_at: datetime,
) -> Decision:
    """Withdraw a period and free what it was granted, or say why not (student declarations §3.2, §3.4).

    `employer` and `person_id` are what the form names itself, None where it names nobody or somebody unknown.
    """
    period = holdings.periods.get(action.period_id)
    obstacle = _obstacle(form, action, period, employer=employer, covered=covered, person_id=person_id)
    if obstacle is not None or period is None:
        return Decision(form, (*form.findings, *((obstacle,) if obstacle else ())))
    before = facts(period)
    account = holdings.accounts[period.person_id, period.starting_date.year]
    freed = period.granted
    account.granted -= freed
    period.granted, period.state = 0, PeriodState.CANCELLED
    return Decision(
        form,
        form.findings,
        period=period,
        before=before,
        account=account,
        reason=QuotaReason.CANCELLED,
        change=-freed,
        is_late=is_late(received_at, period.starting_date),
    )


def _obstacle(
    form: JudgedForm,
    action: DimonaCancel,
    period: Period | None,
    *,
    employer: EmployerStanding | None,
    covered: frozenset[int],
    person_id: int | None,
) -> Finding | None:
    if period is None:
        return blocking(RegisterAnomaly.PERIOD_UNKNOWN, form, tag="DimonaPeriodId")
    if period.employer_id not in covered:
        return blocking(RegisterAnomaly.NO_MANDATE, form, tag="DimonaPeriodId")
    if action.employer is not None and (employer is None or employer.entity_id != period.employer_id):
        return blocking(RegisterAnomaly.PERIOD_OF_OTHER_EMPLOYER, form, tag="EmployerId")
    if action.insz is not None and person_id != period.person_id:
        return blocking(RegisterAnomaly.PERIOD_OF_OTHER_WORKER, form, tag="INSS")
    code = _REFUSING_STATES.get(PeriodState(period.state))
    return None if code is None else blocking(code, form, tag="DimonaPeriodId")


_REFUSING_STATES = {
    PeriodState.CANCELLED: RegisterAnomaly.PERIOD_CANCELLED,
    PeriodState.LOCKED: RegisterAnomaly.PERIOD_LOCKED,
    PeriodState.BLOCKED: RegisterAnomaly.PERIOD_BLOCKED,
}


def account_year(starting_date: date) -> int:
    """Return the year whose contingent a period uses: that of its first day, since none crosses a quarter."""
    return starting_date.year
