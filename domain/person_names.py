"""Names of persons: how family names are compared. Pure."""

import unicodedata

_COMPARED = 3


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


def is_other_family(known: str, told: str) -> bool:
    """Whether a person is known under another family name than the one told; a name without a letter is none known."""
    return bool(fold_name(known)) and not is_same_family(known, told)
