"""The access code of an attestation: made from random bytes, read as people type it, kept as a keyed hash. Pure."""

import calendar
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from domain.brussels import BRUSSELS, brussels_date

if TYPE_CHECKING:
    from registers.persons.numbers import PersonKeys

CODE_BYTES = 10
"""80 bits: a guesser who tries a million codes a second meets one of ten million in some four thousand years."""
MONTHS_VALID = 3

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISTAKEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_LETTERS = 16
_GROUP = 4
_NUMBER_LETTERS = 8
_NUMBER_BYTES = 5
_BITS = 5
_MONTHS_OF_A_YEAR = 12


def _parts(sign: str) -> bool:
    """Whether the sign only parts groups: a blank, or a dash of whatever length a word processor makes of it."""
    return sign.isspace() or sign in _DASHES


@dataclass(frozen=True, slots=True)
class AccessCode:
    """Sixteen letters and digits that cannot be mistaken for each other."""

    value: str

    @classmethod
    def draw(cls, randomness: Callable[[int], bytes]) -> Self:
        """Return a new one."""
        return cls(_letters(randomness(CODE_BYTES), _LETTERS))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the code that somebody typed, in small letters, with O for 0, with other dashes or none; None for no code."""
        letters = "".join(sign for sign in text if not _parts(sign)).upper().translate(_MISTAKEN)
        if len(letters) != _LETTERS or set(letters) - set(_ALPHABET):
            return None
        return cls(letters)

    def __str__(self) -> str:
        """Return the code in groups of four."""
        return "-".join(self.value[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))

    def __repr__(self) -> str:
        """Return no secret."""
        return "AccessCode(...)"


@dataclass(frozen=True, slots=True)
class CodeKey:
    """The key under which codes are hashed; it follows from that of the persons' index, and never equals it."""

    value: bytes

    @classmethod
    def derive(cls, keys: "PersonKeys") -> Self:
        """Return the key of this installation."""
        return cls(hmac.new(keys.index, b"access codes of attestations", hashlib.sha256).digest())

    def hash(self, code: AccessCode) -> bytes:
        """Return the 32 bytes by which a code is found again."""
        return hmac.new(self.value, code.value.encode("ascii"), hashlib.sha256).digest()

    def __repr__(self) -> str:
        """Return no secret."""
        return "CodeKey(...)"


def draw_number(year: int, randomness: Callable[[int], bytes]) -> str:
    """Return the number of a new attestation, such as 2026-7Q4M9ZK2: no secret, and no count of others either."""
    return f"{year}-{_letters(randomness(_NUMBER_BYTES), _NUMBER_LETTERS)}"


def end_of_validity(issued_at: datetime) -> datetime:
    """Return the instant (UTC) from which a code no longer answers.

    It answers until the end of the same day three months later in Brussels, or of the last day of the year if that is
    earlier.
    """
    issued_on = brussels_date(issued_at)
    months = issued_on.month - 1 + MONTHS_VALID
    year, month = issued_on.year + months // _MONTHS_OF_A_YEAR, months % _MONTHS_OF_A_YEAR + 1
    last_day = date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))
    last_day = min(last_day, date(issued_on.year, 12, 31))
    return datetime.combine(last_day + timedelta(days=1), time(), BRUSSELS).astimezone(UTC)


def last_day_before(end: datetime) -> date:
    """Return the last day (in Brussels) before the instant at which a code ends."""
    return brussels_date(end - timedelta(seconds=1))


def year_of(at: datetime) -> int:
    """Return the year whose contingent an attestation of that instant tells: only ever the current one (§4.1)."""
    return brussels_date(at).year


def _letters(random: bytes, count: int) -> str:
    number = int.from_bytes(random, "big")
    return "".join(_ALPHABET[number >> _BITS * place & 31] for place in reversed(range(count)))
