"""Pages write days and instants by patterns that every language has in its own way."""

import ast
import re
from datetime import datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import FORMAT_SETTINGS, date_format

from domain.brussels import BRUSSELS
from domain.languages import Language
from domain.written_dates import render_day
from portal.pages.dates import PATTERNS
from tests.architecture.repository import ROOT, modules, saying, shown

_FILTER = re.compile(r"""\|(?:date|time):(?:_\()?(?P<quote>["'])(?P<pattern>.+?)(?P=quote)""")
_SAID = re.compile(r"[DlMFNbS]")
"""Letters of Django's filter that become words, or that stand between them in one language alone."""
_TRANSLATED = re.compile(r"""\|(?:date|time):_\(""")
_NUMBERED = re.compile(r":%d[./-]%m")
"""A value that is written so; fields of forms may be typed so."""


def is_named(pattern: str) -> bool:
    return pattern in FORMAT_SETTINGS


def test_a_template_writes_words_of_a_date_by_a_known_pattern_translated() -> None:
    bare = [
        f"{shown(path)}: {found['pattern']}"
        for path in sorted((ROOT / "portal" / "templates").rglob("*.html"))
        for found in _FILTER.finditer(path.read_text(encoding="utf-8"))
        if not is_named(found["pattern"])
        and (_SAID.search(found["pattern"]) or _TRANSLATED.match(found[0]))
        and not (_TRANSLATED.match(found[0]) and found["pattern"] in PATTERNS)
    ]
    assert bare == []


def _pattern_of(call: ast.Call) -> tuple[str, bool]:
    """Return the pattern that a call of `date_format` is given, and whether it is translated; empty for none in words."""
    for node in ast.walk(call.args[1]):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            return str(node.args[0].value), True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SAID.search(node.value):
            return node.value, False
    return "", False


def test_a_page_writes_words_of_a_date_by_a_known_pattern_translated() -> None:
    bare = []
    for path in saying({"date_format"}, modules("portal")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "date_format":
                pattern, is_translated = _pattern_of(node)
                if pattern and not is_named(pattern) and not (is_translated and pattern in PATTERNS):
                    bare.append(f"{shown(path)}:{node.lineno}: {pattern}")
    assert bare == []


@pytest.mark.parametrize(
    ("language", "short", "day", "month"),
    [
        ("nl", "5 jan 2026", "ma 5 jan 2026", "jan"),
        ("fr", "5 jan. 2026", "lun. 5 jan. 2026", "jan."),
        ("de", "5. Jan. 2026", "Mo, 5. Jan. 2026", "Jan"),
        ("en", "5 Jan 2026", "Mon 5 Jan 2026", "Jan"),
    ],
)
def test_short_days_are_written_as_their_language_writes_them(language: str, short: str, day: str, month: str) -> None:
    at = datetime(2026, 1, 5, 12, 0, tzinfo=BRUSSELS)
    with translation.override(language):
        written = [date_format(at, translation.gettext(pattern)) for pattern in ("j M Y", "D j M Y", "M")]
    assert written == [short, day, month]


def test_nothing_writes_a_day_between_points_slashes_or_dashes() -> None:
    bare = [
        shown(path)
        for path in modules("auth", "correspondence", "domain", "ingest", "portal", "registers")
        if _NUMBERED.search(path.read_text(encoding="utf-8"))
    ]
    assert bare == []


@pytest.mark.parametrize("language", [*Language])
def test_letters_write_a_day_as_pages_do(language: Language) -> None:
    for month in range(1, 13):
        at = datetime(2026, month, 2, 12, 0, tzinfo=BRUSSELS)
        with translation.override(str(language)):
            assert render_day(at.date(), language) == date_format(at, "DATE_FORMAT")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_pattern_has_the_same_parts_in_every_language(language: str) -> None:
    alike = {"b": "M", "N": "M"}
    with translation.override(language):
        for pattern in PATTERNS:
            theirs = {alike.get(letter, letter) for letter in translation.gettext(pattern) if letter.isalpha()}
            assert theirs == {letter for letter in pattern if letter.isalpha()}
