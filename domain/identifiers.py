"""Identifiers of persons, employers and periods, and their check digits (student declarations §2).

Every function takes the lexical string, since leading zeros matter.
"""

import re
from datetime import date
from enum import StrEnum

_INSZ = re.compile(
    r"""\A(?:
        [0-9]{2}(?:
            (?:[024][013578]|[135][02])(?:[0-2][0-9]|3[01])  # months of 31 days, and the unknown one
            |(?:[024][469]|[135]1)(?:[0-2][0-9]|30)          # months of 30 days
            |[024]2(?:[01][0-9]|2[0-8])                      # February
        )
        |(?:[02468][048]|[13579][26])[024]229                # its last day in a leap year
    )[0-9]{5}\Z""",
    re.VERBOSE,
)
"""Year, month, day, serial and check; unknown parts are zero, and the month of a bis number is raised by 20 or 40.

00 is a leap year here, since it may be 2000.
"""
_NO_DAY_OF_1900 = re.compile(r"\A00[024]229")
_COMPANY = re.compile(r"\A[01]?[0-9]{9}\Z")
_NSSO = re.compile(r"\A[0-9]{9}\Z")
_PROVISIONAL_NSSO = re.compile(r"\A5[0-9]{9}\Z")
_PERIOD_ID = re.compile(r"\A[0-9]{12}\Z")
_MODULUS = 97
_CENTURY_2000 = 2_000_000_000
_MAX_COMPANY = 1_999_999_943
_PERIOD_STEM_LIMIT = 10**10
_OLDEST_AGE = 120
_BIS_MONTHS = 20
_FIRST_YEAR_1900, _FIRST_YEAR_2000, _LAST_YEAR = 1900, 2000, 2099
_MALE, _FEMALE = "1", "2"


def is_insz(text: str) -> bool:
    """Whether `text` is a national or bis number: of a day that there is, its check fits one of two centuries.

    A serial that is never issued is no reason to refuse (student declarations §2).
    """
    if not _INSZ.match(text):
        return False
    stem, check = divmod(int(text), 100)
    is_of_1900s = check == _complement(stem) and _NO_DAY_OF_1900.match(text) is None
    return is_of_1900s or check == _complement(stem + _CENTURY_2000)


def is_of_a_day(text: str) -> bool:
    """Whether `text` is written as a national or bis number of a day that there is, whatever its check says."""
    return _INSZ.match(text) is not None


def is_bis_number(insz: str) -> bool:
    """Whether a sound number is a bis number: its month is raised by 20 or 40."""
    return int(insz[2:4]) >= _BIS_MONTHS


def birth_date_of(insz: str, *, on: date) -> date | None:
    """Return the birth date that a sound national number tells; None for a bis number or an unknown date.

    Where the check number fits both centuries, the later date counts that is not after `on`.
    """
    stem, check = int(insz[:9]), int(insz[9:])
    year, month, day = int(insz[:2]), int(insz[2:4]), int(insz[4:6])
    centuries = [century for century, base in ((2000, _CENTURY_2000), (1900, 0)) if _complement(stem + base) == check]
    for century in centuries:
        try:
            born = date(century + year, month, day)
        except ValueError:
            return None
        if is_birth_date(born, on=on):
            return born
    return None


def is_birth_date(day: date, *, on: date) -> bool:
    """Whether somebody who lives on a day may be born on `day`: not after it, and at most 120 years before (§2)."""
    return day <= on and on.year - day.year <= _OLDEST_AGE


def mask_insz(insz: str) -> str:
    """Return a national number as a screen shows it: the date in it, and nothing of what tells two persons apart."""
    return f"{insz[:2]}.{insz[2:4]}.{insz[4:6]}-***.**"


def written_insz(insz: str) -> str:
    """Return a national number as its owner reads it on a card, with all of its digits."""
    return f"{insz[:2]}.{insz[2:4]}.{insz[4:6]}-{insz[6:9]}.{insz[9:]}"


def sex_of(insz: str) -> str:
    """Return the sex that a national number tells, as messages write it: 1 male, 2 female."""
    return _MALE if int(insz[6:9]) % 2 else _FEMALE


def is_company_number(text: str) -> bool:
    """Whether `text` is a company number of 9 or 10 digits with sound check digits."""
    if not _COMPANY.match(text) or int(text) > _MAX_COMPANY:
        return False
    number = normalise_company_number(text)
    return int(number[8:]) == _complement(int(number[:8]))


def normalise_company_number(text: str) -> str:
    """Return the company number in its ten digits."""
    return text.zfill(10)


def is_nsso_number(text: str) -> bool:
    """Whether `text` is a registration number of nine digits whose value leaves 96 when divided by 97."""
    return _NSSO.match(text) is not None and int(text) % _MODULUS == _MODULUS - 1


def is_provisional_nsso_number(text: str) -> bool:
    """Whether `text` is a provisional registration number of ten digits, starting with 5."""
    return _PROVISIONAL_NSSO.match(text) is not None and int(text) % _MODULUS == _MODULUS - 1


def is_period_id(text: str) -> bool:
    """Whether `text` is a period number of twelve digits, the last two checking the first ten."""
    return _PERIOD_ID.match(text) is not None and text == period_id(int(text[:10]))


def period_id(stem: int) -> str:
    """Return the period number of the ten-digit `stem`; ValueError when it has more digits."""
    if not 0 <= stem < _PERIOD_STEM_LIMIT:
        message = f"a period number has ten digits before its check, got {stem}"
        raise ValueError(message)
    return f"{stem:010d}{stem % _MODULUS or _MODULUS:02d}"


def insz(stem: int, *, born_from_2000: bool) -> str:
    """Return the national number made of nine digits and their check number."""
    return f"{stem:09d}{_complement(stem + (_CENTURY_2000 if born_from_2000 else 0)):02d}"


def _complement(number: int) -> int:
    return _MODULUS - number % _MODULUS


def may_be_born_on(insz: str, day: date) -> bool:
    """Whether nothing in a national or bis number speaks against that birth date; parts that are unknown are zero.

    The month of a bis number is raised by 20 or 40.
    """
    year, month, born = int(insz[:2]), int(insz[2:4]) % _BIS_MONTHS, int(insz[4:6])
    return year == day.year % 100 and month in {0, day.month} and born in {0, day.day}


class Sex(StrEnum):
    """The sex that a bis number tells, as messages write it; empty where it is not known."""

    MALE = _MALE
    FEMALE = _FEMALE
    UNKNOWN = ""


def bis_number(born: date, sex: Sex, serial: int) -> str:
    """Return the bis number of a day of birth: the month raised by 40, or by 20 where the sex is not known.

    `serial` lies between 1 and 998, odd for men and even for women. ValueError for a year that no number can tell.
    """
    if not _FIRST_YEAR_1900 <= born.year <= _LAST_YEAR:
        message = f"a number tells the years {_FIRST_YEAR_1900} to {_LAST_YEAR}, got {born.year}"
        raise ValueError(message)
    month = born.month + (_BIS_MONTHS if sex is Sex.UNKNOWN else 2 * _BIS_MONTHS)
    stem = int(f"{born.year % 100:02d}{month:02d}{born.day:02d}{serial:03d}")
    return insz(stem, born_from_2000=born.year >= _FIRST_YEAR_2000)
