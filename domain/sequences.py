"""The five-character sequence in the name of an answer: digits first, digits and capitals once they are used up."""

import re

_NUMERIC = re.compile(r"\A[0-9]{5}\Z")
_MIXED = re.compile(r"\A[A-Z][0-9A-Z]{4}\Z")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LAST_NUMERIC = 99_999
_FIRST_MIXED = 10 * 36**4
_AFTER_LAST = _LAST_NUMERIC + 1 + 26 * 36**4


def render_answer_sequence(number: int) -> str:
    """Return the `number`th sequence, counting from 1: 00001 to 99999, then A0000 to ZZZZZ (batch protocol §1.1).

    ValueError outside; a recipient would need 43 million answers in a day.
    """
    if not 1 <= number < _AFTER_LAST:
        message = f"answer sequence {number} does not fit in five characters"
        raise ValueError(message)
    if number <= _LAST_NUMERIC:
        return f"{number:05d}"
    value = _FIRST_MIXED + number - _LAST_NUMERIC - 1
    characters = []
    for _ in range(5):
        value, digit = divmod(value, 36)
        characters.append(_DIGITS[digit])
    return "".join(reversed(characters))


def parse_answer_sequence(text: str) -> int | None:
    """Return the number that `render_answer_sequence` writes as `text`; None for what it never writes."""
    if _NUMERIC.match(text):
        return int(text) or None
    if _MIXED.match(text):
        return int(text, 36) - _FIRST_MIXED + _LAST_NUMERIC + 1
    return None
