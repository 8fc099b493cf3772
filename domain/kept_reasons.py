"""Keep why somebody did or looked at something, without a national number that was typed into it."""

import re

LONGEST_REASON = 200
_NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}([ .-]?)\d{2}\1\d{2}[ .-]?\d{3}[ .-]?\d{2}(?!\d)")
"""Eleven digits that stand alone, with dots, dashes or spaces where such a number has them.

Numbers of periods (twelve digits), of receipts (thirteen or fifteen) and of companies (ten) are what a reason is there for.
"""


def without_national_numbers(typed: str) -> str:
    """Return what an operator typed into a log with every national number hidden."""
    return _NATIONAL_NUMBER.sub("[number]", typed)


def kept_reason(typed: str) -> str:
    """Return a reason as it is kept beside a look: without national numbers, and cut to its longest."""
    return without_national_numbers(typed.strip())[:LONGEST_REASON]
