"""What a rule is, and the rules that every Dimona form obeys: header, references, employer, person."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.findings import Severity
from domain.identifiers import is_company_number, is_insz, is_nsso_number, is_provisional_nsso_number
from validators.dimona.codes import AnomalyCode
from validators.dimona.statements import IN, Statement

_ORIGINAL = "0"
_NOBODY = "0"
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Objection:
    """What a rule holds against a form: the path of the element concerned (from the form or from its action), and why."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: one code, one function, and the paragraph it comes from."""

    code: AnomalyCode
    severity: Severity
    source: str
    function: Callable[[Statement], Objection | None]


def status_is_original(statement: Statement) -> Objection | None:
    """A form is an original; changes and cancellations are actions of their own."""
    status = statement.header.attestation_status
    return None if status == _ORIGINAL else Objection("AttestationStatus", f"status {status} is not 0")


def creation_date_is_recent(statement: Statement) -> Objection | None:
    """A form was created in the year of reception or the one before, not after the Brussels day of reception."""
    text, received = statement.header.creation_date.strip(), statement.received_on
    if f"{received.year - 1}-01-01" <= text <= received.isoformat():
        return None
    return Objection("FormCreationDate", f"date {text} is not in the year of reception, {received}, or the one before")


def references_are_distinct(statement: Statement) -> Objection | None:
    """No two references have the same type and origin."""
    references = statement.references
    if len(references) == len({(reference.reference_type, reference.origin) for reference in references}):
        return None
    return Objection("Reference", "two references have the same type and origin")


def action_is_present(statement: Statement) -> Objection | None:
    """A form holds an action; the schema lets it be absent."""
    return None if statement.action is not None else Objection("", "the form holds no action")


def employer_is_named(statement: Statement) -> Objection | None:
    """An IN names the employer by one number at least."""
    employer = statement.employer
    if statement.action != IN or (employer is not None and not employer.is_empty):
        return None
    return Objection("EmployerId", "neither a registration number nor a company number is given")


def registration_number_is_sound(statement: Statement) -> Objection | None:
    """A registration number is digits whose value leaves 96 when divided by 97."""
    nsso = statement.employer and statement.employer.nsso
    if not nsso or _is_sound(nsso, _NSSO_DIGITS, is_nsso_number, statement):
        return None
    return Objection("EmployerId/NOSSRegistrationNbr", "the registration number is not valid")


def provisional_number_is_sound(statement: Statement) -> Objection | None:
    """A provisional number is digits whose value leaves 96 when divided by 97."""
    number = statement.employer and statement.employer.provisional_nsso
    if not number or _is_sound(number, _PROVISIONAL_DIGITS, is_provisional_nsso_number, statement):
        return None
    return Objection("EmployerId/ProvisionalNSSONbr", "the provisional registration number is not valid")


def _is_sound(number: str, digits: int, has_check_digits: Callable[[str], bool], statement: Statement) -> bool:
    if statement.settings.check_registration_digits:
        return has_check_digits(number)
    return len(number) == digits and number.isdecimal()


def company_number_is_sound(statement: Statement) -> Objection | None:
    """The last two digits of a company number are 97 minus the remainder of the first eight."""
    company = statement.employer and statement.employer.company
    if not company or is_company_number(company):
        return None
    return Objection("EmployerId/CompanyID", "the check digits of the company number are wrong")


def person_is_named(statement: Statement) -> Objection | None:
    """An IN names the person by a national number."""
    if statement.action != IN or statement.insz is not None:
        return None
    return Objection("NaturalPerson", "no national number is given, and identification by name is not open")


def national_number_is_not_zero(statement: Statement) -> Objection | None:
    """The schema takes 0 as a national number; Dimona does not."""
    if statement.insz != _NOBODY:
        return None
    return Objection(statement.insz_path, "the national number is 0")


def national_number_is_sound(statement: Statement) -> Objection | None:
    """The last two digits of a national number fit one of the two centuries."""
    insz = statement.insz
    if insz is None or insz == _NOBODY or is_insz(insz):
        return None
    return Objection(statement.insz_path, "the check digits of the national number are wrong")


HEADER_RULES = (
    Rule(AnomalyCode.STATUS_INVALID, Severity.BLOCKING, "student §1.2, §6.3", status_is_original),
    Rule(AnomalyCode.CREATION_DATE_INVALID, Severity.BLOCKING, "student §1.2", creation_date_is_recent),
    Rule(AnomalyCode.REFERENCE_REPEATED, Severity.BLOCKING, "student §3.6", references_are_distinct),
    Rule(AnomalyCode.NO_ACTION, Severity.BLOCKING, "student §6.4", action_is_present),
)
PARTY_RULES = (
    Rule(AnomalyCode.EMPLOYER_NOT_NAMED, Severity.BLOCKING, "student §1.3, §6.6", employer_is_named),
    Rule(AnomalyCode.REGISTRATION_NUMBER_INVALID, Severity.BLOCKING, "student §2", registration_number_is_sound),
    Rule(AnomalyCode.PROVISIONAL_NUMBER_INVALID, Severity.BLOCKING, "student §2", provisional_number_is_sound),
    Rule(AnomalyCode.COMPANY_NUMBER_CHECK, Severity.BLOCKING, "student §2", company_number_is_sound),
    Rule(AnomalyCode.PERSON_NOT_NAMED, Severity.BLOCKING, "student §1.3", person_is_named),
    Rule(AnomalyCode.NATIONAL_NUMBER_INVALID, Severity.BLOCKING, "student §6.5", national_number_is_not_zero),
    Rule(AnomalyCode.NATIONAL_NUMBER_CHECK, Severity.BLOCKING, "student §2", national_number_is_sound),
)
