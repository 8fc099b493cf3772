"""Every page in four languages, on a desk and on a phone, in light and in dark, and with the keyboard alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page as Tab

from tests.portal.browser.keyboard import walk
from tests.portal.browser.looking import (
    DESK,
    PHONE,
    a_visit,
    borrowed,
    is_sentence,
    keep_fresh,
    keep_screenshot,
    listen,
    open_page,
    read,
    read_as_served,
    violations,
)
from tests.portal.browser.pages import PAGES, Page, Who
from tests.portal.browser.running_portal import LANGUAGES

pytestmark = pytest.mark.django_db
LONGEST_WORDS = "de"
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": DESK, "color_scheme": "light"},
    "phone": {"viewport": PHONE, "color_scheme": "dark", "has_touch": True},
}


@dataclass
class Screen:
    """An open tab of somebody, and what its browser complained of."""

    name: str
    tab: Tab
    complaints: list[str] = field(default_factory=list)

    def hindrances(self) -> list[str]:
        """Return what axe-core finds on the open page."""
        return [f"{self.name}: {each}" for each in violations(self.tab)]

    def complaints_about(self, page: Page) -> list[str]:
        """Return what the browser complained of since it was asked last, but for the status that is wanted."""
        complaints = [each for each in self.complaints if page.status < 400 or f"status of {page.status}" not in each]
        self.complaints.clear()
        return [f"{self.name} complains: {each}" for each in complaints]


@pytest.fixture(scope="module")
def screens(browser, portal, people) -> Iterator[dict[tuple[str, Who], Screen]]:
    opened, visits = {}, []
    for name, options in SCREENS.items():
        for who in Who:
            visit = a_visit(browser, portal, people, who, **options)
            visits.append(visit)
            tab = visit.__enter__().new_page()
            opened[name, who] = Screen(name, tab, listen(tab))
    keep_fresh()
    yield opened
    for visit in visits:
        visit.__exit__(None, None, None)


def look_on_the_phone(phone: Screen, page: Page) -> tuple[dict[str, set[str]], list[str]]:
    """Return what a page says there in each language, and what is wrong with it.

    It is opened in the language with the longest words. In the others its scripts need not run once more: it is shown as it
    is served, which is what a browser without scripts shows. What is behind a button is opened in each.
    """
    open_page(phone.tab, page, LONGEST_WORDS)
    readings = {LONGEST_WORDS: read(phone.tab)}
    keep_screenshot(phone.tab, f"{page.name}-phone")
    found = phone.hindrances()
    for language in sorted(set(LANGUAGES) - {LONGEST_WORDS}):
        if page.pressed:
            open_page(phone.tab, page, language)
            readings[language] = read(phone.tab)
        else:
            readings[language] = read_as_served(phone.tab, page, language)
    deviations = [each for language, reading in readings.items() for each in reading.deviations(language)]
    said = {language: reading.sentences for language, reading in readings.items()}
    return said, [*found, *deviations, *phone.complaints_about(page)]


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_keeps_nobody_out_and_speaks_one_language(page: Page, screens) -> None:
    """German is opened on the phone in the dark, English at the desk in the light, where the keyboard goes through it."""
    said, found = look_on_the_phone(screens["phone", page.who], page)
    desk = screens["desk", page.who]
    open_page(desk.tab, page, "en")
    reading = read(desk.tab)
    keep_screenshot(desk.tab, f"{page.name}-desk")
    found += [*reading.deviations("en"), *desk.hindrances(), *desk.complaints_about(page), *walk(desk.tab).deviations()]
    assert [*found, *borrowed(said)] == []


def test_what_hinders_somebody_is_told_with_its_place(screens) -> None:
    desk = screens["desk", Who.NOBODY]
    desk.tab.set_content("<html lang='en'><title>One</title><main><h1>One</h1><img src='/nothing.png'></main>")
    assert [told.split()[:2] for told in violations(desk.tab)] == [["image-alt:", "<img"]]
    desk.complaints.clear()


def test_a_page_as_it_is_served_says_what_the_opened_one_says(screens) -> None:
    phone, page = screens["phone", Who.SIGNED_IN], Page("/keys", Who.SIGNED_IN)
    open_page(phone.tab, page, "fr")
    opened = read(phone.tab)
    open_page(phone.tab, page, "en")
    assert read_as_served(phone.tab, page, "fr") == opened
    assert opened.sentences


def test_what_is_too_wide_for_the_screen_or_speaks_otherwise_is_told(screens) -> None:
    phone = screens["phone", Who.NOBODY]
    phone.tab.set_content(
        "<!doctype html><html lang='en'><body><table width='391'><tr><td>A cell</table></body></html>"
    )
    assert read(phone.tab).deviations("fr") == [
        "fr: says that its language is 'en'",
        "fr: 0 headings of the first level",
        "fr: wider than the screen",
    ]
    phone.complaints.clear()


def test_a_sentence_that_another_language_borrows_is_told() -> None:
    said = {"nl": {"Een zin in het Nederlands."}, "fr": {"A sentence in English."}, "de": set(), "en": set()}
    assert borrowed(said) == ["en: says nothing"]
    assert borrowed(said | {"en": {"A sentence in English."}}) == ["fr: says in English 'A sentence in English.'"]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Who signs for a sender has a certificate.", True),
        ("Open https://guichet.example/sender/a-page to see what it holds.", True),
        ("https://guichet.example/sender/a-page/with-many-words", False),
        ("SHA256:GOKRULTG+gbVkEaje/SIzn+tgWTNOCufmgcNLvOfx3o", False),
        ("Jan Peeters", False),
    ],
)
def test_neither_an_address_nor_a_fingerprint_is_a_sentence(line: str, is_one: bool) -> None:
    assert is_sentence(line) is is_one
