"""What becomes of a form, and what every decision needs to know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from domain.contingent import ContingentRules
from domain.findings import Exceeding, Finding, Location, Severity
from domain.person_names import KnownName
from domain.student_declarations import EmployerId, JudgedForm
from registers.access.employers import EmployerStanding
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.context import FilingContext
from registers.student_days.daily_records import RegistrationRecord
from registers.student_days.decisions.declared_values import declared_value
from registers.student_days.models import VersionReason
from registers.student_days.records import Holdings, PeriodRecord, facts


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one form.

    `before` and `after` are the states of the period it changed: no `before` for a new one, neither for a form that
    changes none. `change` is what is granted more than before, `reason` why. A daily registration changes no period:
    `registration` is its newest state, `registration_before` that before, `registered_in` its period; `withdrawn` are
    the newest states of those that went with their period. A form that `waits` is decided once its worker is identified.
    """

    form: JudgedForm
    findings: tuple[Finding, ...]
    before: PeriodRecord | None = None
    after: PeriodRecord | None = None
    reason: VersionReason | None = None
    change: int = 0
    is_late: bool = False
    registration_before: RegistrationRecord | None = None
    registration: RegistrationRecord | None = None
    registered_in: PeriodRecord | None = None
    withdrawn: tuple[RegistrationRecord, ...] = ()
    waits: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the form is filed."""
        return not any(finding.is_blocking for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the register knows of everyone whom a set of forms names.

    `covered` are the entities that the sender declares for, `employers` what is known of the numbers that forms name,
    `people` the persons by national number, `names` how those are known of whom a form tells a name; `new_number` draws the number of a new period,
    `new_registration` that of a new daily registration, `rules` are the
    limits and neutralised days in force.
    """

    context: FilingContext
    covered: frozenset[int]
    employers: Mapping[EmployerId, EmployerStanding]
    people: Mapping[str, int]
    holdings: Holdings
    new_number: Callable[[], int]
    new_registration: Callable[[], int]
    names: Mapping[int, KnownName] = field(default_factory=dict)
    rules: ContingentRules = field(default_factory=ContingentRules)


def refuse(form: JudgedForm, *findings: Finding) -> Decision:
    """Return the decision that nothing is filed, for `findings` beside those that the form has already."""
    return Decision(form, (*form.findings, *findings))


def blocking(
    code: RegisterAnomaly, form: JudgedForm, *, tag: str, conflicting: tuple[PeriodRecord, ...] = ()
) -> Finding:
    """Return the finding that refuses `form` for `code`."""
    return Finding(
        code=code,
        severity=Severity.BLOCKING,
        detail=code.sentence,
        tag=tag,
        value=declared_value(form, tag),
        location=form.place_of(tag),
        conflicting=tuple(facts(period) for period in conflicting),
    )


def remark(code: RegisterAnomaly, form: JudgedForm, *, tag: str, exceeding: Exceeding | None = None) -> Finding:
    """Return the finding that tells `code` about a form that is filed all the same."""
    finding = remark_at(code, form.place_of(tag), tag=tag, exceeding=exceeding)
    return replace(finding, value=declared_value(form, tag))


def warning(code: RegisterAnomaly, form: JudgedForm, *, tag: str) -> Finding:
    """Return the finding that the register notes of a form, which is filed all the same; no notification tells it."""
    return replace(remark(code, form, tag=tag), severity=Severity.WARNING)


def remark_at(
    code: RegisterAnomaly, location: Location | None, *, tag: str, exceeding: Exceeding | None = None
) -> Finding:
    """Return the finding that tells `code` about the form at `location`, which is filed all the same."""
    return Finding(
        code=code,
        severity=Severity.NON_PERCENTAGE,
        detail=code.sentence,
        tag=tag,
        location=location,
        exceeding=exceeding,
    )
