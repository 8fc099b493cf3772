"""What a Dimona form says, once its structure is known to be sound (student declarations §1.2)."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.findings import Finding, Location

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
class Address:
    """An address as written; `country` is the number of the country."""

    street: str
    house_number: str
    post_box: str | None
    zip_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class PlaceOfWork:
    """Where a student works when that is not the head office, as written."""

    denomination: str | None
    address: Address | None


@dataclass(frozen=True, slots=True)
class ControlCards:
    """The numbers of the two control cards C3.2A of the construction sector, as written."""

    first_month: str
    next_month: str


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
    place_of_work: PlaceOfWork | None = None
    cards: ControlCards | None = None


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

    `index` counts from 1 in document order, through all payloads of a set; `position` counts within the payload, and
    `line` is where the form starts there, None when that was not noted. `header` is None only when the form has no
    readable header; `action` is None when the form's structure is unsound or it holds none; then `findings` says why.
    """

    index: int
    header: FormHeader | None
    references: tuple[Reference, ...]
    employer: EmployerId | None
    insz: str | None
    action: DimonaAction | None
    findings: tuple[Finding, ...]
    position: int = 0
    line: int | None = None

    @property
    def location(self) -> Location | None:
        """Where the form stands in its payload, for findings that no single element of it caused."""
        return None if self.line is None else Location(line=self.line, indexes=f"1,{self.position}")

    @property
    def is_blocked(self) -> bool:
        """Whether a finding refuses this form already."""
        return any(finding.is_blocking for finding in self.findings)
