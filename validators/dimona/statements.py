"""Read a form of sound structure into the values that the rules look at; judges nothing."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from lxml import etree

from domain.identifiers import normalise_company_number
from domain.student_declarations import EmployerId, FormHeader, Reference
from validators.dimona.shapes import HEADER_FIELDS, Shape, picker, shape_of
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

MAX_REMEMBERED = 64
"""Characters of a written value that a cache may keep: blanks and zeros can make any number a megabyte long."""
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10
_LONG_NUMBER_DIGITS = 12
_READ_ONCE = (
    *(PERSON_INSS, INSS, STARTING_DATE, ENDING_DATE, HOURS, DAYS),
    *(WORKER_TYPE, COMMISSION, NSSO, PROVISIONAL, COMPANY),
)
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

    `texts` has the text of every element as written, by its position in the shape, and a None at the end. What several
    rules look at is read once: dates, planned amounts (whole hours, whole days), the national number as written, the
    kind of worker and the joint commission of an IN; each is None where it is not given. `received_on` is the Brussels
    date of reception.
    """

    shape: Shape
    texts: list[str | None]
    header: FormHeader
    references: tuple[Reference, ...]
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

    def text(self, path: str) -> str | None:
        """Return the text of the element at `path` below the action, without surrounding blanks, None without one."""
        position = self.shape.positions.get(path)
        return None if position is None else (self.texts[position] or "").strip(BLANKS)

    def given(self, path: str) -> str:
        """Return the text of an element that is there; empty otherwise, too."""
        return self.text(path) or ""

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
        text = self.text(path)
        return None if text is None else pad_number(text, digits=_LONG_NUMBER_DIGITS)

    @property
    def using_employer(self) -> str | None:
        """The company number, in ten digits, or else the name of the using employer, if given; "0" is none."""
        return user_number(self.text(USER_NUMBER)) or self.text(USER_NAME) or None


def read_statement(form: etree._Element, *, received_on: date, settings: DimonaRuleSettings) -> Statement:
    """Return what `form` says; its schema has taken it, and it holds no comment and no processing instruction."""
    elements = list(form.iter("*"))
    shape = shape_of(form, cast("tuple[str, ...]", tuple([element.tag for element in elements])))
    written = [element.text or "" for element in elements]
    texts: list[str | None] = [*written, None]
    insz, other_insz, start, end, hours, days, worker_type, commission, nsso, provisional, company = picker(
        shape, _READ_ONCE
    )(texts)
    if insz is None:
        insz = other_insz
    return Statement(
        shape,
        texts,
        FormHeader(*written[1 : 1 + HEADER_FIELDS]),
        tuple([Reference(*written[position + 1 : position + 4]) for position in shape.references]),
        employer_of(nsso, provisional, company) if EMPLOYER in shape.present else None,
        insz and insz.strip(BLANKS),
        None if start is None else _read_date(start),
        None if end is None else _read_date(end),
        None if hours is None else read_number(hours.strip(BLANKS)),
        None if days is None else read_number(days.strip(BLANKS)),
        worker_type,
        commission,
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


def user_number(text: str | None) -> str | None:
    """Return the company number of a using employer in ten digits; "0" is none."""
    return None if text is None or text == "0" else normalise_company_number(text)


def employer_of(nsso: str | None, provisional: str | None, company: str | None) -> EmployerId:
    """Return the employer that has these numbers, as written; the same one for the many forms that repeat it."""
    if len(nsso or "") + len(provisional or "") + len(company or "") > MAX_REMEMBERED:
        return _new_employer(nsso, provisional, company)
    return _known_employer(nsso, provisional, company)


def _new_employer(nsso: str | None, provisional: str | None, company: str | None) -> EmployerId:
    return EmployerId(
        nsso=nsso and pad_number(nsso.strip(BLANKS), digits=_NSSO_DIGITS),
        provisional_nsso=provisional and pad_number(provisional.strip(BLANKS), digits=_PROVISIONAL_DIGITS),
        company=company and normalise_company_number(company.strip(BLANKS)),
    )


_known_employer = lru_cache(maxsize=_MAX_EMPLOYERS)(_new_employer)
_known_date = lru_cache(maxsize=_MAX_DATES)(date.fromisoformat)


def _read_date(text: str) -> date:
    return _known_date(text.strip(BLANKS))


def read_number(text: str) -> int:
    """Return the value of an integer without a minus; superfluous zeros, however many, and a plus mean nothing."""
    return int(text.lstrip("+-").lstrip("0") or "0")


def pad_number(text: str, *, digits: int) -> str:
    """Return an integer without a minus in its `digits`, so that numbers can be compared as they are written.

    As in `read_number`, superfluous zeros and a plus mean nothing: to a schema both are the same number (XML Schema part
    2, §3.3.13; student declarations §6.1). One of more digits stays longer, so that it is refused.
    """
    return text.lstrip("+-").lstrip("0").rjust(digits, "0")
