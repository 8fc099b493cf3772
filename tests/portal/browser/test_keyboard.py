"""With the keyboard alone: pages are used and their dialogs answered; `test_every_page.py` looks at what it reaches on each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect

from tests.portal.browser.keyboard import Walk, walk
from tests.portal.browser.looking import DESK, a_visit, keep_fresh
from tests.portal.browser.pages import Who

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tabs(browser, portal, people) -> Iterator[dict[Who, Tab]]:
    visits = {who: a_visit(browser, portal, people, who, viewport=DESK) for who in Who}
    opened = {who: visit.__enter__().new_page() for who, visit in visits.items()}
    keep_fresh()
    yield opened
    for visit in visits.values():
        visit.__exit__(None, None, None)


def test_what_does_not_show_its_focus_and_what_is_not_reached_are_told(tabs) -> None:
    tab = tabs[Who.NOBODY]
    tab.set_content(
        "<button id=plain style='outline: none'>Hidden</button> <a href='/help' tabindex='-1'>Never</a>"
        " <button style='outline: 3px solid red'>Shown</button>"
    )
    walked = walk(tab)
    assert walked == Walk(3, 2, ['<button id="plain" style="outline: none">Hidden</button>'])
    assert [told.partition(" it: ")[0] for told in walked.deviations()] == [
        "keyboard: has the focus and does not show",
        "keyboard: reaches 2 of 3 that can be used",
    ]


def test_the_skip_link_comes_first_and_leads_to_the_content(tabs) -> None:
    tab = tabs[Who.SIGNED_IN]
    tab.goto("/keys")
    tab.keyboard.press("Tab")
    expect(tab.locator(".govuk-skip-link")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#main-content")).to_be_focused()


def test_an_error_summary_takes_the_focus_and_leads_to_its_field(tabs) -> None:
    tab = tabs[Who.NOBODY]
    tab.goto("/help/am-i-registered?language=en")
    tab.get_by_role("button", name="Send").press("Enter")
    expect(tab.locator(".govuk-error-summary")).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.locator("#id_family_name")).to_be_focused()


def nearly_over(route: Route) -> None:
    told = route.fetch().json()
    route.fulfill(json={**told, "seconds_left": 100, "seconds_to_warning": 0})


def test_the_end_of_a_session_is_told_in_a_dialog_that_the_keyboard_answers(browser, portal, people) -> None:
    with a_visit(browser, portal, people, Who.SIGNED_IN, viewport=DESK) as context:
        tab = context.new_page()
        tab.clock.install()
        tab.goto("/help?language=en")
        tab.route("**/session", nearly_over)
        tab.clock.fast_forward("18:30")
        tab.wait_for_selector("#session-dialog[open]")
        expect(tab.get_by_role("button", name="Stay signed in")).to_be_focused()
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#session-dialog", state="hidden")
