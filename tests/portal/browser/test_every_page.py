"""Every page in four languages, on a desk and on a phone, in light and in dark, and with the keyboard alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import ViewportSize

from tests.portal.browser.keyboard import walk
from tests.portal.browser.looking import (
    DESK,
    PHONE,
    a_visit,
    borrowed,
    is_sentence,
    is_wider_than_the_screen,
    keep_fresh,
    keep_screenshot,
    listen,
    open_page,
    read,
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

    def resize(self, size: ViewportSize) -> None:
        if self.tab.viewport_size != size:
            self.tab.set_viewport_size(size)

    def told(self, page: Page) -> list[str]:
        """Return what axe-core finds on the open page, and what the browser complained of since it was asked last."""
        complaints = [each for each in self.complaints if page.status < 400 or f"status of {page.status}" not in each]
        self.complaints.clear()
        found = violations(self.tab)
        return [*(f"{self.name}: {each}" for each in found), *(f"{self.name} complains: {each}" for each in complaints)]


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


def look(screen: Screen, page: Page, language: str) -> tuple[set[str], list[str]]:
    """Return what the page says in a language at a desk, and what is wrong with it there and at the width of a phone.

    It is opened at the width of the page before, and seen there first: laying it out anew takes long.
    """
    open_page(screen.tab, page, language)
    is_phone_first = screen.tab.viewport_size == PHONE
    is_too_wide = is_phone_first and is_wider_than_the_screen(screen.tab)
    screen.resize(DESK)
    said, found = read(screen.tab), []
    if not is_phone_first:
        screen.resize(PHONE)
        is_too_wide = is_wider_than_the_screen(screen.tab)
    if said.language != language:
        found.append(f"{language}: says that its language is {said.language!r}")
    if said.headings != 1:
        found.append(f"{language}: {said.headings} headings of the first level")
    if is_too_wide:
        found.append(f"{language}: wider than a phone")
    return said.sentences, found


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_keeps_nobody_out_and_speaks_one_language(page: Page, screens) -> None:
    """Each language is loaded once, the one with the longest words on the phone; English ends at the desk."""
    desk, phone = screens["desk", page.who], screens["phone", page.who]
    said, found = {}, []
    said[LONGEST_WORDS], deviations = look(phone, page, LONGEST_WORDS)
    phone.resize(PHONE)
    keep_screenshot(phone.tab, f"{page.name}-phone")
    found += [*deviations, *phone.told(page)]
    for language in sorted(set(LANGUAGES) - {LONGEST_WORDS}, key=lambda each: each == "en"):
        said[language], deviations = look(desk, page, language)
        found += deviations
    desk.resize(DESK)
    keep_screenshot(desk.tab, f"{page.name}-desk")
    assert [*found, *desk.told(page), *borrowed(said), *walk(desk.tab).deviations()] == []


def test_what_hinders_somebody_is_told_with_its_place(screens) -> None:
    desk = screens["desk", Who.NOBODY]
    desk.tab.set_content("<html lang='en'><title>One</title><main><h1>One</h1><img src='/nothing.png'></main>")
    assert [told.split()[:2] for told in violations(desk.tab)] == [["image-alt:", "<img"]]
    desk.complaints.clear()


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
