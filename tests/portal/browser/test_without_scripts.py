"""Without scripts: forms, lists, help and the end of a session work all the same."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.portal.browser.looking import PHONE, a_visit, keep_fresh, press
from tests.portal.browser.pages import PAGES, Page, Who

pytestmark = pytest.mark.django_db
SAYS_SO = ("/sign-in/eid", "/sign-in/passkey", "/keys/passkey", "/check-in/offline", "/presences/work-places/offline")
"""Pages that say what is missing without scripts."""

FIRST_OF_EACH = tuple({page.who: page for page in reversed(PAGES)}.values())
LOOKED_AT = [page for page in PAGES if page.pressed or page.path in SAYS_SO or page in FIRST_OF_EACH]
"""All other pages are shown without their scripts, and judged likewise, by `read_as_served` in test_every_page.py."""


@pytest.fixture(scope="module")
def tabs(browser, portal, people) -> Iterator[dict[Who, Tab]]:
    visits = {who: a_visit(browser, portal, people, who, viewport=PHONE, java_script_enabled=False) for who in Who}
    opened = {who: visit.__enter__().new_page() for who, visit in visits.items()}
    keep_fresh()
    yield opened
    for visit in visits.values():
        visit.__exit__(None, None, None)


@pytest.mark.parametrize("page", LOOKED_AT, ids=[page.name for page in LOOKED_AT])
def test_a_page_is_whole_and_fits_a_phone(page: Page, tabs) -> None:
    tab = tabs[page.who]
    answer = tab.goto(page.path)
    assert answer is not None
    assert answer.status == page.status
    press(tab, page)
    assert tab.locator("h1").count() == 1
    assert tab.locator("main").is_visible()
    assert tab.locator("dialog[open]").count() == 0
    if page.who is Who.SIGNED_IN:
        assert tab.locator("nav .govuk-service-navigation__link").first.is_visible()


def test_a_form_is_sent_and_its_errors_are_told(tabs) -> None:
    tab = tabs[Who.NOBODY]
    tab.goto("/sign-in/password?language=en")
    tab.get_by_role("button", name="Continue").click()
    expect(tab.get_by_text("There is a problem")).to_be_visible()
    expect(tab).to_have_title(re.compile("^Error:"))


def test_the_language_is_changed_by_a_link(tabs) -> None:
    tab = tabs[Who.NOBODY]
    tab.goto("/help?language=en")
    tab.locator("a[hreflang=de]").click()
    expect(tab.locator("h1")).to_have_text("Hilfe bei der Anmeldung")


def test_a_session_is_extended_on_its_warning_page(tabs) -> None:
    tab = tabs[Who.SIGNED_IN]
    tab.goto("/session/warning?next=/keys&language=en")
    tab.get_by_role("button", name="Stay signed in").click()
    expect(tab).to_have_url(re.compile("/keys$"))


def test_the_menu_is_open(tabs) -> None:
    tab = tabs[Who.SIGNED_IN]
    tab.goto("/home?language=en")
    tab.get_by_role("link", name="My sessions").first.click()
    expect(tab).to_have_url(re.compile("/sessions$"))


def test_a_student_asks_what_if_on_a_phone(tabs) -> None:
    tab = tabs[Who.STUDENT_BY_PASSWORD]
    tab.goto("/student?language=en")
    tab.get_by_role("link", name="What if I work more?").click()
    tab.get_by_label("Hours").fill("500")
    tab.get_by_label("Month").select_option("12")
    tab.get_by_role("button", name="Calculate").click()
    expect(tab.get_by_text("30 hours not, at the ordinary contribution")).to_be_visible()


def test_an_officer_moves_a_video_call_on_a_phone_by_keyboard(tabs) -> None:
    tab = tabs[Who.OFFICER]
    tab.goto("/registration/identities?language=en")
    tab.get_by_role("link", name="100001").click()
    tab.get_by_role("link", name="Move the video call").click()
    tab.get_by_label("Time in Belgium").fill("15:45")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("The call is proposed, and the person is told by e-mail.")).to_be_visible()
    expect(tab.get_by_role("cell", name="15:45")).to_be_visible()
