"""Keep why somebody did or looked at something, without a national number that was typed into it."""

import re

from domain.identifiers import is_insz

LONGEST_REASON = 200
_HIDDEN = "[number]"
_NO_DIGIT = re.compile(r"\D")
_NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}([ .-]?)\d{2}\1\d{2}[ .-]?\d{3}[ .-]?\d{2}(?!\d)")
"""Eleven digits that stand alone, with dots, dashes or spaces where such a number has them.

Numbers of periods (twelve digits), of receipts (thirteen or fifteen) and of companies (ten) are what a reason is there for.
"""
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d(?:[\s./_\u2010-\u2015\u2212-]{0,3}\d){10}(?!\d)")
"""The same with what people and their documents put between digits: a national number where its check digits say so."""


def without_national_numbers(typed: str) -> str:
    """Return what an operator typed into a log with every national number hidden."""
    kept, at = _NATIONAL_NUMBER.sub(_HIDDEN, typed), 0
    while found := _ELEVEN_DIGITS.search(kept, at):
        at = found.start() + 1
        if is_insz(_NO_DIGIT.sub("", found[0])):
            kept = kept[: found.start()] + _HIDDEN + kept[found.end() :]
    return kept


def kept_reason(typed: str) -> str:
    """Return a reason as it is kept beside a look: without national numbers, and cut to its longest."""
    return without_national_numbers(typed.strip())[:LONGEST_REASON]
