"""Take national numbers out of a text that leaves the house."""

import re

_GAP = r"[.\-/ ]?"
_NATIONAL_NUMBER = re.compile(
    rf"(?<![0-9])[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{3}}{_GAP}([0-9]{{2}})(?![0-9])"
)
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{9,}([0-9]{2})(?![0-9])")
_MASK = "•" * 9


def mask_national_numbers(text: str) -> str:
    """Return `text` with all but the last two digits hidden of whatever looks like a national number.

    That is eleven digits, written in one or in groups, or more: one digit too many leaves a person recognisable.
    """
    return _LONG_NUMBER.sub(rf"{_MASK}\1", _NATIONAL_NUMBER.sub(rf"{_MASK}\1", text))
