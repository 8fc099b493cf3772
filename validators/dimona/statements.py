"""Read a form of sound structure into the values that the rules look at; judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from lxml import etree

from domain.identifiers import normalise_company_number
from domain.student_declarations import EmployerId, FormHeader, Reference
from validators.dimona.shapes import HEADER_FIELDS, Shape, shape_of
from validators.reading import BLANKS

IN = "DimonaIn"
OUT = "DimonaOut"
UPDATE = "DimonaUpdate"
CANCEL = "DimonaCancel"
DAILY = "DailyRegistrationDeclaration"
ACTIONS = frozenset({IN, OUT, UPDATE, CANCEL, DAILY})
REOPENED = date(9999, 12, 31)
"""The ending date by which an UPDATE takes the end of a period away (student declarations §1.3)."""

STARTING_DATE = "StartingDate"
STARTING_HOUR = "StartingHour"
ENDING_DATE = "EndingDate"
ENDING_HOUR = "EndingHour"
HOURS = "PlannedHoursNbr"
DAYS = "PlannedDaysNbr"
PERIOD = "DimonaPeriodId"
REGISTRATION = "DailyRegistrationId"
STATUS = "AttestationStatus"
EMPLOYER = "EmployerId"
NSSO = f"{EMPLOYER}/NOSSRegistrationNbr"
PROVISIONAL = f"{EMPLOYER}/ProvisionalNSSONbr"
COMPANY = f"{EMPLOYER}/CompanyID"
PERSON = "NaturalPerson"
PERSON_INSS = f"{PERSON}/INSS"
INSS = "INSS"
FEATURES = "DimonaFeatures"
COMMISSION = f"{FEATURES}/JointCommissionNbr"
WORKER_TYPE = f"{FEATURES}/WorkerType"
SUB_ENTITY = f"{FEATURES}/SubEntityNbr"
USER = f"{FEATURES}/UsingEmployer"
USER_NAME = f"{USER}/UsingEmployerName"
USER_NUMBER = f"{USER}/UsingEmployerCompanyID"
CARDS = "ConstructionControlCards"
FIRST_CARD = f"{CARDS}/FirstMonthC32ANbr"
NEXT_CARD = f"{CARDS}/NextMonthC32ANbr"
PLACE = "StudentPlaceOfWork"
PLACE_NAME = f"{PLACE}/Denomination"
PLACE_ADDRESS = f"{PLACE}/Address"
STATUTES = "SmallStatutesInformation"

_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10
_LONG_NUMBER_DIGITS = 12
_MAX_DATES = 8_192
_MAX_EMPLOYERS = 8_192


@dataclass(frozen=True, slots=True)
class DimonaRuleSettings:
    """What an operator may switch off.

    `check_registration_digits` looks at the check digits of registration numbers, whose rule is derived and not
    published (student declarations §2).
    """

    check_registration_digits: bool = True


class Statement(NamedTuple):
    """What a form says; a tuple, since one is made for every form of a large file.

    `values` has every element of the action by its path below it ("EmployerId/CompanyID"), without surrounding blanks;
    a block is there with an empty value. What several rules look at is read once: dates, planned amounts (whole hours,
    whole days), the kind of worker and the joint commission of an IN; each is None where it is not given. `insz` is the
    national number as written. `received_on` is the Brussels date of reception.
    """

    shape: Shape
    header: FormHeader
    references: tuple[Reference, ...]
    values: Mapping[str, str]
    employer: EmployerId | None
    insz: str | None
    starting_date: date | None
    ending_date: date | None
    planned_hours: int | None
    planned_days: int | None
    worker_type: str | None
    joint_commission: str | None
    received_on: date
    settings: DimonaRuleSettings

    @property
    def action(self) -> str | None:
        """The name of the action, None in a form without one."""
        return self.shape.action

    @property
    def insz_path(self) -> str:
        """Where this action has the national number."""
        return PERSON_INSS if self.shape.action == IN else INSS

    @property
    def period_id(self) -> str | None:
        """The period number, in twelve digits when it is one, if given."""
        return self.long_number(PERIOD)

    @property
    def registration_id(self) -> str | None:
        """The number of a daily registration, in twelve digits when it is one, if given."""
        return self.long_number(REGISTRATION)

    def long_number(self, path: str) -> str | None:
        """Return the number at `path` in twelve digits when it is one, if given."""
        text = self.values.get(path)
        return None if text is None else pad_number(text, digits=_LONG_NUMBER_DIGITS)

    @property
    def using_employer(self) -> str | None:
        """The company number, in ten digits, or else the name of the using employer, if given; "0" is none."""
        number = self.values.get(USER_NUMBER)
        if number is not None and number != "0":
            return normalise_company_number(number)
        return self.values.get(USER_NAME) or None


def read_statement(form: etree._Element, *, received_on: date, settings: DimonaRuleSettings) -> Statement:
    """Return what `form` says; its schema has taken it, and it holds no comment and no processing instruction."""
    elements = list(form.iter("*"))
    shape = shape_of(form, cast("tuple[str, ...]", tuple([element.tag for element in elements])))
    texts = [element.text or "" for element in elements]
    values = dict(zip(shape.paths, [text.strip(BLANKS) for text in texts[shape.start :]], strict=True))
    find = values.get
    return Statement(
        shape,
        FormHeader(*texts[1 : 1 + HEADER_FIELDS]),
        tuple([Reference(*texts[position + 1 : position + 4]) for position in shape.references]),
        values,
        read_employer(values),
        find(PERSON_INSS if shape.action == IN else INSS),
        None if (start := find(STARTING_DATE)) is None else _read_date(start),
        None if (end := find(ENDING_DATE)) is None else _read_date(end),
        None if (hours := find(HOURS)) is None else read_number(hours),
        None if (days := find(DAYS)) is None else read_number(days),
        find(WORKER_TYPE),
        find(COMMISSION),
        received_on,
        settings,
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
    if EMPLOYER not in values:
        return None
    return _employer_of(values.get(NSSO), values.get(PROVISIONAL), values.get(COMPANY))


@lru_cache(maxsize=_MAX_EMPLOYERS)
def _employer_of(nsso: str | None, provisional: str | None, company: str | None) -> EmployerId:
    return EmployerId(
        nsso=nsso and pad_number(nsso, digits=_NSSO_DIGITS),
        provisional_nsso=provisional and pad_number(provisional, digits=_PROVISIONAL_DIGITS),
        company=company and normalise_company_number(company),
    )


_read_date = lru_cache(maxsize=_MAX_DATES)(date.fromisoformat)


def read_number(text: str) -> int:
    """Return the value of an integer without a minus; superfluous zeros, however many, and a plus mean nothing."""
    return int(text.lstrip("+-").lstrip("0") or "0")


def pad_number(text: str, *, digits: int) -> str:
    """Return `text` without superfluous leading zeros and padded to `digits`; a sign stays, so that it is refused."""
    return text.lstrip("0").rjust(digits, "0")
