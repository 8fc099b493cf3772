"""What a Dimona form says, once its structure is known to be sound (student declarations §1.2)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from domain.findings import Finding, Location

STUDENT = "STU"
TEMPORARY_WORK_COMMISSION = "322"
DECLARED_COMMISSIONS = frozenset({"124", "140", "144", "145", "149", "302", "320", "322"})
"""Joint commissions that a declaration names; it writes XXX for all others."""

_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)
_TEN_DIGITS = re.compile(r"\d{10}", re.ASCII)


class FormHeader(NamedTuple):
    """The five fields that open every form, as written; a notification echoes them unchanged.

    A tuple, like `Reference`: every form of a large file has them, and they travel between processes.
    """

    identification: str
    creation_date: str
    creation_hour: str
    attestation_status: str
    type_form: str


class Reference(NamedTuple):
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

    @property
    def is_well_formed(self) -> bool:
        """Whether each number that is given has as many digits as such a number has."""
        given = (self.nsso, _NINE_DIGITS), (self.provisional_nsso, _TEN_DIGITS), (self.company, _TEN_DIGITS)
        return all(not number or digits.fullmatch(number) for number, digits in given)


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
class UserFirm:
    """What a start says of the using employer, as written; its company number in ten digits."""

    joint_commission: str | None
    name: str | None
    company: str | None
    address: Address | None


@dataclass(frozen=True, slots=True)
class ControlCards:
    """The numbers of the two control cards C3.2A of the construction sector, as written."""

    first_month: str
    next_month: str


@dataclass(frozen=True, slots=True)
class SmallStatutes:
    """The information about a small statute, as written."""

    employment_nature: str
    activity_with_risk: str | None
    worker_status: str


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What a form says of a person, as written, None for what is empty; a birth date may end in -00-00 or -00."""

    name: str | None = None
    first_name: str | None = None
    initial: str | None = None
    birth_date: str | None = None
    birth_place: str | None = None
    birth_country: str | None = None
    sex: str | None = None
    street: str | None = None
    house_number: str | None = None
    post_box: str | None = None
    zip_code: str | None = None
    city: str | None = None
    country: str | None = None
    nationality: str | None = None


@dataclass(frozen=True, slots=True)
class DimonaIn:
    """The start of an employment; planned hours are whole, each started hour counting as one.

    `using_employer` is the number or else the name of the using employer, `user_firm` all that is said of it.
    `starting_hour` and `ending_hour` are times of the day as HHMM, `sub_entity` is in ten digits. `person` is what the
    form says of the worker beside the national number, which is None where nobody knows it.
    """

    starting_date: date
    ending_date: date | None
    planned_hours: int | None
    planned_days: int | None
    employer: EmployerId | None
    insz: str | None
    joint_commission: str | None
    worker_type: str | None
    using_employer: str | None = None
    user_firm: UserFirm | None = None
    place_of_work: PlaceOfWork | None = None
    cards: ControlCards | None = None
    starting_hour: str | None = None
    ending_hour: str | None = None
    sub_entity: str | None = None
    small_statutes: SmallStatutes | None = None
    person: PersonDetails | None = None


@dataclass(frozen=True, slots=True)
class DimonaOut:
    """The end of an employment."""

    period_id: str
    ending_date: date
    insz: str | None
    employer: EmployerId | None


@dataclass(frozen=True, slots=True)
class DimonaUpdate:
    """A change of a period; what is None stays as it is."""

    period_id: str
    starting_date: date | None
    starting_hour: str | None
    ending_date: date | None
    ending_hour: str | None
    planned_hours: int | None
    planned_days: int | None
    insz: str | None
    employer: EmployerId | None


@dataclass(frozen=True, slots=True)
class DimonaCancel:
    """The withdrawal of a period."""

    period_id: str
    insz: str | None
    employer: EmployerId | None


@dataclass(frozen=True, slots=True)
class DailyRegistration:
    """The presence of a worker on one day of a period: created (status 0), changed (1) or withdrawn (3).

    `registration_id` numbers one that exists, `period_id` the period of a new one.
    """

    status: str
    registration_id: str | None
    period_id: str | None
    starting_date: date | None
    starting_hour: str | None
    ending_date: date | None
    ending_hour: str | None


DimonaAction: TypeAlias = DimonaIn | DimonaOut | DimonaUpdate | DimonaCancel | DailyRegistration


@dataclass(frozen=True, slots=True)
class JudgedForm:
    """One form after the rules that need no register.

    `index` counts from 1 in document order, through all payloads of a set; `position` counts within the payload, and
    `line` is where the form starts there, None when that was not noted; `column` and `places`, where elements of it start,
    by their names, are known only of a form that was looked at a second time. `header` is None only when the form has no
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
    column: int | None = None
    places: tuple[tuple[str, Location], ...] = ()

    @property
    def location(self) -> Location | None:
        """Where the form stands in its payload, for findings that no single element of it caused."""
        return None if self.line is None else Location(self.line, self.column, f"1,{self.position}")

    def place_of(self, tag: str) -> Location | None:
        """Return where the element of that name stands or, as long as that is not known, the form."""
        return next((place for name, place in self.places if name == tag), self.location)

    @property
    def is_blocked(self) -> bool:
        """Whether a finding refuses this form already."""
        return any(finding.is_blocking for finding in self.findings)
