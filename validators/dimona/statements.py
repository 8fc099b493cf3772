"""Read a form of sound structure into the values that the rules look at; judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from domain.identifiers import normalise_company_number
from domain.student_declarations import Address, ControlCards, EmployerId, FormHeader, PlaceOfWork, Reference
from validators.reading import BLANKS

IN = "DimonaIn"
CANCEL = "DimonaCancel"
REFERENCE = "Reference"
_PLACE = "StudentPlaceOfWork"
_CARDS = "ConstructionControlCards"
_HEADER_FIELDS = 5
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10
_PERIOD_DIGITS = 12


@dataclass(frozen=True, slots=True)
class DimonaRuleSettings:
    """What an operator may switch off.

    `check_registration_digits` looks at the check digits of registration numbers, whose rule is derived and not
    published (student declarations §2).
    """

    check_registration_digits: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """What a form says.

    `values` has every element of the action by its path below it ("EmployerId/CompanyID"), without surrounding blanks;
    a block is there with an empty value. `received_on` is the Brussels date of reception.
    """

    header: FormHeader
    references: tuple[Reference, ...]
    action: str | None
    values: Mapping[str, str]
    employer: EmployerId | None
    received_on: date
    settings: DimonaRuleSettings

    @property
    def insz_path(self) -> str:
        """Where this action has the national number."""
        return "NaturalPerson/INSS" if self.action == IN else "INSS"

    @property
    def insz(self) -> str | None:
        """The national number as written, if any."""
        return self.values.get(self.insz_path)

    @property
    def worker_type(self) -> str | None:
        """The kind of worker of an IN, if given."""
        return self.values.get("DimonaFeatures/WorkerType")

    @property
    def joint_commission(self) -> str | None:
        """The joint commission of an IN, if given."""
        return self.values.get("DimonaFeatures/JointCommissionNbr")

    @property
    def starting_date(self) -> date:
        """The first day of an IN."""
        return date.fromisoformat(self.values["StartingDate"])

    @property
    def ending_date(self) -> date | None:
        """The last day of an IN, if given."""
        text = self.values.get("EndingDate")
        return None if text is None else date.fromisoformat(text)

    def number(self, path: str) -> int | None:
        """Return the whole number at `path`, if given."""
        text = self.values.get(path)
        return None if text is None else int(text)

    @property
    def period_id(self) -> str:
        """The period number of an action that has one, in twelve digits when it is one."""
        return pad_number(self.values["DimonaPeriodId"], digits=_PERIOD_DIGITS)

    @property
    def using_employer(self) -> str | None:
        """The company number, in ten digits, or else the name of the using employer, if given; "0" is none."""
        number = self.values.get("DimonaFeatures/UsingEmployer/UsingEmployerCompanyID")
        if number not in {None, "0"}:
            return normalise_company_number(str(number))
        return self.values.get("DimonaFeatures/UsingEmployer/UsingEmployerName") or None

    @property
    def place_of_work(self) -> PlaceOfWork | None:
        """Where the student works, if that is given."""
        if _PLACE not in self.values:
            return None
        return PlaceOfWork(self.values.get(f"{_PLACE}/Denomination"), _read_address(self.values, f"{_PLACE}/Address"))

    @property
    def cards(self) -> ControlCards | None:
        """The control cards of the construction sector, if they are given."""
        if _CARDS not in self.values:
            return None
        return ControlCards(self.values[f"{_CARDS}/FirstMonthC32ANbr"], self.values[f"{_CARDS}/NextMonthC32ANbr"])


def read_statement(form: etree._Element, *, received_on: date, settings: DimonaRuleSettings) -> Statement:
    """Return what `form` says; its schema has taken it."""
    header: list[str] = []
    references: list[Reference] = []
    action: etree._Element | None = None
    for child in form:
        if len(header) < _HEADER_FIELDS:
            header.append(child.text or "")
        elif child.tag == REFERENCE:
            references.append(Reference(*[field.text or "" for field in child]))
        else:
            action = child
    values: dict[str, str] = {}
    if action is not None:
        collect_values(action, "", values)
    return Statement(
        header=FormHeader(*header),
        references=tuple(references),
        action=None if action is None else str(action.tag),
        values=values,
        employer=read_employer(values),
        received_on=received_on,
        settings=settings,
    )


def collect_values(block: etree._Element, prefix: str, values: dict[str, str]) -> None:
    """Add the text of every element below `block` to `values`, by its path after `prefix`."""
    for child in block:
        path = f"{prefix}{child.tag}"
        if len(child):
            values[path] = ""
            collect_values(child, f"{path}/", values)
        else:
            values[path] = (child.text or "").strip(BLANKS)


def read_employer(values: Mapping[str, str]) -> EmployerId | None:
    """Return the employer that the action names, None when it has no such block."""
    if "EmployerId" not in values:
        return None
    nsso = values.get("EmployerId/NOSSRegistrationNbr")
    provisional = values.get("EmployerId/ProvisionalNSSONbr")
    company = values.get("EmployerId/CompanyID")
    return EmployerId(
        nsso=nsso and pad_number(nsso, digits=_NSSO_DIGITS),
        provisional_nsso=provisional and pad_number(provisional, digits=_PROVISIONAL_DIGITS),
        company=company and normalise_company_number(company),
    )


def _read_address(values: Mapping[str, str], path: str) -> Address | None:
    if path not in values:
        return None
    return Address(
        street=values[f"{path}/Street"],
        house_number=values[f"{path}/HouseNbr"],
        post_box=values.get(f"{path}/PostBox"),
        zip_code=values[f"{path}/ZIPCode"],
        city=values[f"{path}/City"],
        country=values[f"{path}/Country"],
    )


def pad_number(text: str, *, digits: int) -> str:
    """Return `text` without superfluous leading zeros and padded to `digits`; a sign stays, so that it is refused."""
    return text.lstrip("0").rjust(digits, "0")
