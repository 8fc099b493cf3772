"""The shapes of the identifiers in check-ins (check-in declarations §1.3); pure, knows no register."""

import re

from domain.identifiers import is_company_number, is_insz

_COMPANY = re.compile(r"\A[01][0-9]{9}\Z")
_FOREIGN_VAT = re.compile(r"\A[A-Z]{2}[0-9A-Z+*.]{2,13}\Z")
_LIMOSA = re.compile(r"\A[0-9A-Za-z-]{1,24}\Z")
_WORK_PLACE = re.compile(r"\A[A-HJ-NP-Z0-9]{13}\Z")
_SHA256 = re.compile(r"\A[0-9a-f]{64}\Z")
_MOST_REGISTRATION_ID = 10**15 - 1


def is_employer_number(text: str) -> bool:
    """Whether `text` is a company number in its ten digits, with sound check digits."""
    return _COMPANY.match(text) is not None and is_company_number(text)


def is_foreign_vat_number(text: str) -> bool:
    """Whether `text` has the shape of a VAT number of another country; its check digits are that country's."""
    return _FOREIGN_VAT.match(text) is not None and not text.startswith("BE")


def is_worker_number(text: str) -> bool:
    """Whether `text` is a national or bis number with sound check digits."""
    return is_insz(text)


def is_limosa_number(text: str) -> bool:
    """Whether `text` has the shape of a Limosa number."""
    return _LIMOSA.match(text) is not None


def is_work_place_number(text: str) -> bool:
    """Whether `text` has the shape of the number of a declaration of works; no check-digit rule is public."""
    return _WORK_PLACE.match(text) is not None


def is_registration_id(number: int) -> bool:
    """Whether the number is one that this register may have given: positive, at most 15 digits."""
    return 0 < number <= _MOST_REGISTRATION_ID


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256 in lower-case hexadecimal digits."""
    return _SHA256.match(text) is not None
