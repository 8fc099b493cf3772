"""Two tabs of one stay: what is done in one of them takes nothing from what was begun in the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.portal.browser.looking import DESK, a_visit
from tests.portal.browser.pages import Who
from tests.portal.browser.test_keyboard import nearly_over

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def visits(browser, portal, people, django_db_blocker) -> Iterator[list[BrowserContext]]:
    """A browser for each test, with a stay of its own; a running portal sees only what is committed."""
    with django_db_blocker.unblock(), ExitStack() as opened:
        visit = partial(a_visit, browser, portal, people, Who.MANAGER, viewport=DESK)
        yield [opened.enter_context(visit()) for _ in range(3)]


@pytest.fixture
def older(visits: list[BrowserContext]) -> Tab:
    """A tab with a name half typed, whose stay chose a company in another tab since."""
    context = visits.pop()
    tab, other = context.new_page(), context.new_page()
    tab.clock.install()
    tab.goto("/people/users/new?language=en")
    tab.get_by_label("Family name").fill("Peeters")
    other.goto("/context")
    other.locator("main button[name=context]").first.click()
    other.wait_for_url("**/home")
    return tab


def test_going_on_in_the_older_tab_keeps_what_was_typed(older: Tab) -> None:
    older.route("**/session", nearly_over)
    older.clock.fast_forward("18:30")
    older.wait_for_selector("#session-dialog[open]")
    older.get_by_role("button", name="Stay signed in").click()

    expect(older.locator("#session-dialog")).to_be_hidden()
    assert older.url.endswith("/people/users/new?language=en")
    assert older.get_by_label("Family name").input_value() == "Peeters"


def test_going_on_with_a_token_that_just_became_old_looks_again(older: Tab) -> None:
    older.evaluate("document.getElementById('session-dialog').showModal()")
    older.get_by_role("button", name="Stay signed in").click()

    expect(older.locator("#session-dialog")).to_be_hidden()
    assert older.url.endswith("/people/users/new?language=en")
    assert older.get_by_label("Family name").input_value() == "Peeters"


def test_signing_out_in_the_older_tab_signs_out(older: Tab) -> None:
    older.get_by_role("banner").get_by_role("button", name="Sign out").click()
    older.wait_for_url("**/signed-out")
    older.goto("/home")

    assert "/sign-in" in older.url or "/session/ended" in older.url
