"""Every page in four languages, on a desk and on a phone, in light and in dark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page as Tab

from tests.portal.browser.looking import (
    DESK,
    PHONE,
    a_visit,
    is_wider_than_the_screen,
    keep_fresh,
    keep_screenshot,
    listen,
    open_page,
    sentences,
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

    tab: Tab
    complaints: list[str] = field(default_factory=list)

    def complained_of(self, page: Page) -> list[str]:
        told = [each for each in self.complaints if page.status < 400 or f"status of {page.status}" not in each]
        self.complaints.clear()
        return told


@pytest.fixture(scope="module")
def screens(browser, portal, people) -> Iterator[dict[tuple[str, Who], Screen]]:
    opened, visits = {}, []
    for name, options in SCREENS.items():
        for who in Who:
            visit = a_visit(browser, portal, people, who, **options)
            visits.append(visit)
            tab = visit.__enter__().new_page()
            opened[name, who] = Screen(tab, listen(tab))
    keep_fresh()
    yield opened
    for visit in visits:
        visit.__exit__(None, None, None)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_keeps_nobody_out_and_speaks_one_language(page: Page, screens) -> None:
    desk = screens["desk", page.who]
    said = {}
    for language in LANGUAGES:
        open_page(desk.tab, page, language)
        said[language] = sentences(desk.tab)
        assert desk.tab.evaluate("document.documentElement.lang") == language
        assert desk.tab.locator("h1").count() == 1
        desk.tab.set_viewport_size(PHONE)
        assert not is_wider_than_the_screen(desk.tab), f"{language}: wider than a phone"
        desk.tab.set_viewport_size(DESK)
    keep_screenshot(desk.tab, f"{page.name}-desk")
    assert violations(desk.tab) == []
    assert desk.complained_of(page) == []
    assert said["en"]
    alike = {language: said[language] & said["en"] for language in LANGUAGES if language != "en"}
    assert alike == {"nl": set(), "fr": set(), "de": set()}


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_fits_a_phone_in_the_dark(page: Page, screens) -> None:
    phone = screens["phone", page.who]
    open_page(phone.tab, page, LONGEST_WORDS)
    keep_screenshot(phone.tab, f"{page.name}-phone")
    assert violations(phone.tab) == []
    assert phone.complained_of(page) == []
