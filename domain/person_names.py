"""Names of persons, and how they are compared. Pure."""

import unicodedata
from dataclasses import dataclass

_COMPARED = 3


@dataclass(frozen=True, slots=True)
class KnownName:
    """By which name a person is known here."""

    family_name: str
    first_name: str


def fold_name(text: str) -> str:
    """Return a name as it is compared: capitals without accents, letters alone."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed.upper() if character.isalpha())


def is_same_family(known: str, told: str) -> bool:
    """Whether the first three letters of two family names are the same (access and login §8.3, 012).

    A shorter name is compared as far as it goes; one without a letter is the same as none.
    """
    first, second = fold_name(known)[:_COMPARED], fold_name(told)[:_COMPARED]
    return bool(first) and first == second


def is_other_name(known: str, told: str) -> bool:
    """Whether two names, family names or first ones, cannot be the same: neither begins as the other is written.

    A name without a letter tells nothing, so that it is no other one.
    """
    first, second = fold_name(known), fold_name(told)
    return bool(first and second) and not (first.startswith(second) or second.startswith(first))


def is_other_family(known: str, told: str) -> bool:
    """Whether a person is known under another family name than the one told; a name without a letter is none known."""
    return bool(fold_name(known)) and not is_same_family(known, told)
