"""The language of a page: what a link asks for, then what was kept, then what the browser prefers."""

import ast
import io
import re
from datetime import datetime
from gettext import GNUTranslations
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from domain.brussels import BRUSSELS
from portal.catalogues import catalogue_path, compiled, groups
from portal.templatetags.counter import breakable
from tests.architecture.repository import ROOT

pytestmark = pytest.mark.django_db
TITLES = {
    "nl": "Kies uw digitale sleutel om aan te melden",
    "fr": "Choisissez votre clé numérique pour vous connecter",
    "de": "Wählen Sie Ihren digitalen Schlüssel, um sich anzumelden",
    "en": "Choose your digital key to sign in",
}


@pytest.mark.parametrize("language", TITLES)
def test_a_link_asks_for_a_language_and_it_is_kept(language):
    browser = Client(headers={"accept-language": "en"})
    asked = browser.get(f"/sign-in?language={language}", secure=True)
    again = browser.get("/sign-in", secure=True)

    for answer in (asked, again):
        assert TITLES[language] in answer.text
        assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("preferred", "language"),
    [("de-BE,de;q=0.9", "de"), ("fr-CA", "fr"), ("pt,nl;q=0.5", "nl"), ("pt", "en"), ("", "en"), ("*", "en")],
)
def test_without_a_choice_the_browser_is_asked(preferred, language):
    answer = Client(headers={"accept-language": preferred}).get("/sign-in", secure=True)
    assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("language", ["xx", "", "nl;fr", "../nl", "nl" * 400])
def test_a_language_that_is_not_spoken_here_is_passed_over(language):
    answer = Client(headers={"accept-language": "fr"}).get("/sign-in", {"language": language}, secure=True)
    assert TITLES["fr"] in answer.text
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_the_links_lead_to_the_same_page_with_its_query():
    text = Client(headers={"accept-language": "en"}).get("/sign-in?next=/keys", secure=True).text
    assert 'href="/sign-in?next=%2Fkeys&amp;language=de" lang="de" hreflang="de"' in text


@pytest.mark.parametrize(
    ("language", "day", "instant"),
    [
        ("nl", "26 november 2026", "26-11-2026 16:05"),
        ("fr", "26 novembre 2026", "26/11/2026 16:05"),
        ("de", "26. November 2026", "26.11.2026 16:05"),
        ("en", "26 November 2026", "26/11/2026 16:05"),
    ],
)
def test_a_day_comes_before_its_month_and_hours_are_24(language: str, day: str, instant: str):
    at = datetime(2026, 11, 26, 16, 5, tzinfo=BRUSSELS)
    with translation.override(language):
        assert date_format(at, "DATE_FORMAT") == day
        assert date_format(at, "SHORT_DATETIME_FORMAT") == instant


@pytest.mark.parametrize(
    ("language", "source", "said"),
    [
        ("fr", "Forgotten?", "Oublié\u00a0?"),
        ("fr", "Less than %(share)s %% of it", "Moins de %(share)s\u00a0%%\u00a0: «\u00a0peu\u00a0»"),
        ("de", "Less than %(share)s %% of it", "Weniger als %(share)s\u00a0%%: wenig"),
    ],
)
def test_no_line_begins_with_a_mark_that_belongs_to_the_word_before_it(language: str, source: str, said: str):
    catalogue = Catalog(locale=language, fuzzy=False)
    catalogue.add(source, said.replace("\u00a0", " "))
    assert GNUTranslations(io.BytesIO(compiled(catalogue))).gettext(source) == said


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("Hauptzugangsverwalter", "Haupt\u00adzugangs\u00adverwalter"),
        ("Mit-Hauptzugangsverwalter", "Mit-Haupt\u00adzugangs\u00adverwalter"),
        ("Hoofdtoegangsbeheerder", "Hoofd\u00adtoegangs\u00adbeheerder"),
        ("gestionnaire d'accès principal", "gestionnaire d'accès principal"),
        ("Studienbescheinigung", "Studien\u00adbescheinigung"),
        ("Behauptung", "Behauptung"),
        ("Überhaupt", "Überhaupt"),
    ],
)
def test_a_long_word_of_a_label_breaks_at_its_joints_in_a_narrow_column(name: str, broken: str):
    assert breakable(name) == broken


COMPOSED = re.compile(r"(?:\}\}|%\}|</\w+>)[ \N{NO-BREAK SPACE}]?:(?=\s|<|\{%|$)", re.MULTILINE)
"""A colon behind what a template writes: no translator sees it, and French sets it apart."""
MESSAGE = re.compile(r"\{% blocktranslate\b.*?\{% endblocktranslate %\}", re.DOTALL)


def composed_in_template(path: Path) -> bool:
    return COMPOSED.search(MESSAGE.sub("", path.read_text(encoding="utf-8"))) is not None


def composed_in(path: Path) -> bool:
    """Whether a module puts `: ` behind a value in a text of its own."""
    texts = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.JoinedStr))
    return any(
        isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant) and str(after.value).startswith(": ")
        for text in texts
        for before, after in pairwise(text.values)
    )


def test_every_colon_of_a_page_stands_in_a_message():
    templates = (ROOT / "portal" / "templates").rglob("*.html")
    assert [path.name for path in templates if composed_in_template(path)] == []
    modules = [*(ROOT / "portal" / "pages").rglob("*.py"), *(ROOT / "portal" / "templatetags").glob("*.py")]
    assert [path.name for path in modules if composed_in(path)] == []


def test_the_french_catalogues_set_every_mark_apart_from_the_word_before_it():
    """As they are read at run time; an address has its colon where it is."""
    broken = [
        text
        for group in ("portal", *groups())
        for text in texts_of(catalogue_path(group, "fr").with_suffix(".mo"))
        if re.search("[^\\s\u00a0][:;?!»](?=\\s|$)|«[^\u00a0]| [:;?!»]", text)
    ]
    assert broken == []


def texts_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        found = read_mo(file)
    return [
        text for each in found if each.id for text in ([each.string] if isinstance(each.string, str) else each.string)
    ]


@pytest.mark.parametrize(("language", "said"), [("fr", "Els &amp; Jan\u00a0: 3"), ("nl", "Els &amp; Jan: 3")])
def test_a_label_is_put_before_its_value_as_the_language_writes_it(language: str, said: str):
    template = Template("{% load counter %}{% labelled name total %}")
    with translation.override(language):
        assert template.render(Context({"name": "Els & Jan", "total": 3})) == said
