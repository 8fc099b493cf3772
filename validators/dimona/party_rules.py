"""The rules about the employer and the worker that a form names: numbers, check digits, identification."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from domain.identifiers import (
    is_company_number,
    is_insz,
    is_nsso_number,
    is_of_a_day,
    is_provisional_nsso_number,
)
from validators.dimona.codes import AnomalyCode
from validators.dimona.presence import Presence, Zone
from validators.dimona.rules import Objection, Rule
from validators.dimona.statements import (
    CANCEL,
    COMPANY,
    EMPLOYER,
    IN,
    INSS,
    NSSO,
    OUT,
    PERSON,
    PERSON_INSS,
    PROVISIONAL,
    UPDATE,
    Statement,
)

_NOBODY = "0"
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10
_MAX_NUMBERS = 8_192
_BIRTH_DATE = f"{PERSON}/WorkerBirthdate"
_UNKNOWN = "00"
_IDENTIFYING: Mapping[str, str] = MappingProxyType(
    {
        f"{PERSON}/WorkerName": "name",
        f"{PERSON}/WorkerFirstName": "first name",
        _BIRTH_DATE: "birth date",
        f"{PERSON}/WorkerBirthplace": "birthplace",
        f"{PERSON}/WorkerBirthplaceCountry": "country of birth",
        f"{PERSON}/WorkerSex": "sex",
        f"{PERSON}/WorkerStreet": "street",
        f"{PERSON}/WorkerHouseNbr": "house number",
        f"{PERSON}/WorkerZIPCode": "post code",
        f"{PERSON}/WorkerCity": "city",
        f"{PERSON}/WorkerCountry": "country",
        f"{PERSON}/Nationality": "nationality",
    }
)
"""What identifies a person without a national number; of an address, what the message always asks (§1.2, 90022)."""
_STARTS = frozenset({IN})


def _is_nsso_number(number: str) -> bool:
    return len(number) == _NSSO_DIGITS and _is_known_nsso_number(number)


def employer_is_named(statement: Statement) -> Objection | None:
    """An IN names the employer by one number at least, as any form does that speaks of one."""
    employer = statement.employer
    if employer is not None and not employer.is_empty:
        return None
    return Objection(EMPLOYER, "neither a registration number nor a company number is given")


def registration_number_is_sound(statement: Statement) -> Objection | None:
    """A registration number is digits whose value leaves 96 when divided by 97."""
    nsso = statement.employer and statement.employer.nsso
    if not nsso or _is_sound(nsso, _NSSO_DIGITS, _is_nsso_number, statement):
        return None
    return Objection(NSSO, "the registration number is not valid")


def provisional_number_is_sound(statement: Statement) -> Objection | None:
    """A provisional number is digits whose value leaves 96 when divided by 97."""
    number = statement.employer and statement.employer.provisional_nsso
    if not number or _is_sound(number, _PROVISIONAL_DIGITS, is_provisional_nsso_number, statement):
        return None
    return Objection(PROVISIONAL, "the provisional registration number is not valid")


def _is_sound(number: str, digits: int, has_check_digits: Callable[[str], bool], statement: Statement) -> bool:
    if statement.settings.check_registration_digits:
        return has_check_digits(number)
    return len(number) == digits and number.isdecimal()


# The forms of a file name few employers.
_is_known_nsso_number = lru_cache(maxsize=_MAX_NUMBERS)(is_nsso_number)
_is_company_number = lru_cache(maxsize=_MAX_NUMBERS)(is_company_number)


def company_number_is_sound(statement: Statement) -> Objection | None:
    """The last two digits of a company number are 97 minus the remainder of the first eight."""
    company = statement.employer and statement.employer.company
    if not company or _is_company_number(company):
        return None
    return Objection(COMPANY, "the check digits of the company number are wrong")


def national_number_is_given(_: Statement) -> Objection | None:
    """Casual work (EXT) is declared with a national number."""
    return Objection(PERSON_INSS, "a national number is mandatory for this kind of worker")


def person_is_identifiable(statement: Statement) -> Objection | None:
    """Without a national number a person is identified by a full set of data."""
    missing = [name for path, name in _IDENTIFYING.items() if not statement.text(path)]
    if not missing:
        return None
    return Objection(PERSON, f"no national number is given, and without it these are missing: {', '.join(missing)}")


def birth_date_is_a_day(statement: Statement) -> Objection | None:
    """A birth date is a day until that of reception; month and day, or the day alone, may be unknown, written 00."""
    year, month, day = statement.given(_BIRTH_DATE).split("-")
    known = f"{year}-{'01' if month == day == _UNKNOWN else month}-{'01' if day == _UNKNOWN else day}"
    try:
        born = date.fromisoformat(known)
    except ValueError:
        return Objection(_BIRTH_DATE, "the birth date is no day of the calendar")
    return None if born <= statement.received_on else Objection(_BIRTH_DATE, "the birth date lies in the future")


def national_number_can_be(statement: Statement) -> Objection | None:
    """The schema takes 0 as a national number, and a day that no calendar has; Dimona does not."""
    insz = statement.insz
    if insz is None or is_of_a_day(insz):
        return None
    told = "0" if insz == _NOBODY else "of a day that there is not"
    return Objection(statement.insz_path, f"the national number is {told}")


def national_number_is_sound(statement: Statement) -> Objection | None:
    """The last two digits of a national number fit one of the two centuries."""
    insz = statement.insz
    if insz is None or is_insz(insz) or not is_of_a_day(insz):
        return None
    return Objection(statement.insz_path, "the check digits of the national number are wrong")


PARTY_RULES = (
    Rule(AnomalyCode.EMPLOYER_NOT_NAMED, "student §1.3, §6.6", employer_is_named, actions=_STARTS),
    Rule(
        AnomalyCode.EMPLOYER_NOT_NAMED,
        "student §6.6",
        employer_is_named,
        actions=frozenset({OUT, UPDATE, CANCEL}),
        needs=(EMPLOYER,),
    ),
    Rule(AnomalyCode.REGISTRATION_NUMBER_INVALID, "student §2", registration_number_is_sound, needs=(NSSO,)),
    Rule(AnomalyCode.PROVISIONAL_NUMBER_INVALID, "student §2", provisional_number_is_sound, needs=(PROVISIONAL,)),
    Rule(AnomalyCode.COMPANY_NUMBER_CHECK, "student §2", company_number_is_sound, needs=(COMPANY,)),
    Rule(
        AnomalyCode.NATIONAL_NUMBER_ABSENT,
        "student §1.3",
        national_number_is_given,
        actions=_STARTS,
        zone=Zone.INSS,
        cells=frozenset({Presence.MANDATORY}),
        satisfied_by=PERSON_INSS,
    ),
    Rule(
        AnomalyCode.PERSON_NOT_IDENTIFIABLE,
        "student §1.3",
        person_is_identifiable,
        actions=_STARTS,
        zone=Zone.INSS,
        cells=frozenset({Presence.OPTIONAL}),
        satisfied_by=PERSON_INSS,
    ),
    Rule(AnomalyCode.BIRTH_DATE_INVALID, "student §1.2", birth_date_is_a_day, needs=(_BIRTH_DATE,)),
    Rule(AnomalyCode.NATIONAL_NUMBER_INVALID, "student §6.5", national_number_can_be, needs=(PERSON_INSS, INSS)),
    Rule(AnomalyCode.NATIONAL_NUMBER_CHECK, "student §2", national_number_is_sound, needs=(PERSON_INSS, INSS)),
)
