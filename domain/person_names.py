"""Names of persons: how they are compared, and how they are shortened for a list. Pure."""

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
