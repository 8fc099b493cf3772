"""What a Dimona form says, once its structure is known to be sound (student declarations §1.2)."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.findings import Finding

STUDENT = "STU"
TEMPORARY_WORK_COMMISSION = "322"


@dataclass(frozen=True, slots=True)
class FormHeader:
    """The five fields that open every form, as written; a notification echoes them unchanged."""

    identification: str
    creation_date: str
    creation_hour: str
    attestation_status: str
    type_form: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A declarant's own reference, echoed in the answer."""

    reference_type: str
    origin: str
    number: str


@dataclass(frozen=True, slots=True)
class EmployerId:
    """How a form names an employer; numbers are lexical strings, `nsso` and `company` zero-padded to 9 and 10 digits."""

    nsso: str | None = None
    provisional_nsso: str | None = None
    company: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no number is given at all."""
        return self.nsso is None and self.provisional_nsso is None and self.company is None


@dataclass(frozen=True, slots=True)
class DimonaIn:
    """The start of an employment; hours are whole, each started hour counting as one."""

    starting_date: date
    ending_date: date | None
    planned_hours: int | None
    planned_days: int | None
    employer: EmployerId | None
    insz: str | None
    joint_commission: str | None
    worker_type: str | None
    using_employer: str | None = None


@dataclass(frozen=True, slots=True)
class DimonaCancel:
    """The withdrawal of a period."""

    period_id: str
    insz: str | None
    employer: EmployerId | None


@dataclass(frozen=True, slots=True)
class OtherAction:
    """An action of the message whose structure is known but that is not handled."""

    tag: str


DimonaAction: TypeAlias = DimonaIn | DimonaCancel | OtherAction


@dataclass(frozen=True, slots=True)
class JudgedForm:
    """One form after the rules that need no register.

    `index` counts from 1 in document order. `header` is None only when the form has no readable header; `action` is
    None when the form's structure is unsound or it holds none; then `findings` says why.
    """

    index: int
    header: FormHeader | None
    references: tuple[Reference, ...]
    employer: EmployerId | None
    insz: str | None
    action: DimonaAction | None
    findings: tuple[Finding, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a finding refuses this form already."""
        return any(finding.is_blocking for finding in self.findings)
