"""What a password must be (access and login §4.3): the seed's rule, a ceiling, and no word that everybody tries. Pure.

Nothing is normalised: what somebody types is what counts, code point by code point. Passwords never expire by age.
"""

import re
from collections.abc import Callable, Collection
from enum import StrEnum

from auth.common_passwords import is_common
from auth.leaked_passwords import IsLeaked, nothing_leaked
from auth.refusals import KeyRefusedError

SHORTEST, LONGEST = 10, 128
FEWEST_MARKS = 2
SPECIALS = ";:=?./+*$%><&@#'(!{})-"
_MARKS = frozenset("0123456789" + SPECIALS)
_SHORTEST_WORD = 4
_SERVICE_WORDS = frozenset({"guichet", "student@work", "studentatwork", "checkinatwork", "socialsecurity"})

_SPOKEN_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP_LENGTH = 3, 4


class PasswordFault(StrEnum):
    """One thing that is wrong with a chosen password; the value is the sentence for its owner."""

    TOO_SHORT = "The password needs at least 10 characters."
    TOO_LONG = "The password has more than 128 characters."
    TOO_FEW_MARKS = "The password needs at least two digits or special characters (;:=?./+*$%><&@#'(!{})-)."
    COMMON = "This password is among those that are tried first."
    TELLING = "The password contains the user name, the name of the company or that of a service."
    UNREADABLE = "The password contains something that is no character."
    NOT_REPEATED = "The two passwords are not the same."
    AS_BEFORE = "This is the password that you have already."


def find_faults(password: str, *, forbidden: Collection[str] = ()) -> tuple[PasswordFault, ...]:
    """Return everything that is wrong with the password; `forbidden` are names that it must not contain."""
    faults = (
        (PasswordFault.TOO_SHORT, len(password) < SHORTEST),
        (PasswordFault.TOO_LONG, len(password) > LONGEST),
        (PasswordFault.TOO_FEW_MARKS, sum(character in _MARKS for character in password) < FEWEST_MARKS),
        (PasswordFault.COMMON, is_common(password[:LONGEST])),
        (PasswordFault.TELLING, _tells(password[:LONGEST], forbidden)),
        (PasswordFault.UNREADABLE, any("\ud800" <= character <= "\udfff" for character in password)),
    )
    return tuple(fault for fault, is_so in faults if is_so)


def require_good_password(
    password: str, *, repeated: str, forbidden: Collection[str] = (), is_leaked: IsLeaked = nothing_leaked
) -> None:
    """Accept a new password that was given twice; KeyRefusedError with everything that is wrong."""
    faults = list(find_faults(password, forbidden=forbidden))
    if not faults and is_leaked(password):
        faults.append(PasswordFault.COMMON)
    if password != repeated:
        faults.append(PasswordFault.NOT_REPEATED)
    if faults:
        raise PasswordRefusedError(faults)


class PasswordRefusedError(KeyRefusedError):
    """A chosen password is refused; `faults` in the order of the rules."""

    def __init__(self, faults: Collection[PasswordFault]) -> None:
        super().__init__(" ".join(faults), next_step="Choose another password.")
        self.faults = tuple(faults)


def generate_password(randomness: Callable[[int], bytes]) -> str:
    """Return a password of 60 random bits that can be read aloud: three groups of four, joined by two hyphens."""
    letters = [_SPOKEN_LETTERS[byte % len(_SPOKEN_LETTERS)] for byte in randomness(_GROUPS * _GROUP_LENGTH)]
    groups = ["".join(letters[start : start + _GROUP_LENGTH]) for start in range(0, len(letters), _GROUP_LENGTH)]
    return "-".join(groups)


def _tells(password: str, forbidden: Collection[str]) -> bool:
    lowered = password.casefold()
    words = {word for text in forbidden for word in [text.casefold(), *re.split(r"\W+", text.casefold())]}
    return any(word in lowered for word in words | _SERVICE_WORDS if len(word) >= _SHORTEST_WORD)
