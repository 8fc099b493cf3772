"""A last day on which something can be done is told as one that counts, in each language."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import portal.pages.checkins

LOCALE = Path(portal.pages.checkins.__file__).parent / "locale"
TOLD = {
    "nl": (r"\btot\b[^.:;,]*?%\((?:day|cancelled|last)\)s", r"tot en met %\((?:day|cancelled|last)\)s"),
    "fr": (r"jusqu'au %\((?:day|cancelled|last)\)s(?: inclus)?", r"jusqu'au %\((?:day|cancelled|last)\)s inclus"),
    "de": (r"\bbis\b[^.:;,]*?%\((?:day|cancelled|last)\)s", r"bis einschließlich %\((?:day|cancelled|last)\)s"),
}


@pytest.mark.parametrize("language", TOLD)
def test_a_last_day_is_told_as_one_that_counts(language: str):
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        sentences = [str(each.string) for each in read_po(file, locale=language)]
    last_day, counts = (re.compile(pattern) for pattern in TOLD[language])
    told = [found for sentence in sentences for found in last_day.findall(sentence)]
    assert len(told) > 10
    assert [each for each in told if not counts.fullmatch(each)] == []
