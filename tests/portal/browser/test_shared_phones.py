"""A phone or tablet that several people use: nobody's act is registered in another's name."""

import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from auth.models import Login
from tests.portal.browser.phones import Connection, a_phone, a_phone_on_the_move, fill, of, people, wait_for_the_worker
from tests.portal.checkins.conftest import a_place
from tests.portal.people import a_stay

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
SHELF = "guichet.checkins"


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def tap_without_a_connection(connection: Connection, tab: Tab) -> None:
    connection.lose()
    tab.goto("/check-in")
    fill(tab)
    tab.get_by_role("button", name="Check in", exact=True).click()
    expect(tab.locator("#kept-acts li")).to_have_count(1)
    connection.find_again()


def sign_in(context: BrowserContext, person_id: int, url: str) -> None:
    cookie = a_stay(Login.objects.get(person_id=person_id)).session_key
    context.add_cookies([{"name": "__Host-session", "value": cookie, "url": url, "secure": True, "httpOnly": True}])


def test_what_is_tapped_after_somebody_signed_out_is_registered_for_who_says_that_it_was_he(browser, portal):
    with (
        a_phone(browser, portal) as (_, other_id),
        a_phone_on_the_move(browser, portal) as (context, first_id, connection),
    ):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        context.clear_cookies()
        tab.goto("/signed-out")
        tap_without_a_connection(connection, tab)
        before = datetime.now(UTC)

        sign_in(context, other_id, portal.url)
        tab.goto("/check-in")
        expect(tab.get_by_text("Was it you?")).to_be_visible()
        assert (of(first_id), of(other_id)) == ([], [])
        with tab.expect_navigation():
            tab.get_by_role("button", name="It was me: send it").click()
        [row] = of(other_id)
        assert row.event_at < before
        assert of(first_id) == []


def test_what_somebody_else_tapped_is_told_without_its_place(browser, portal):
    with a_phone(browser, portal) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/help")
        act = {
            "reference": "ab" * 11,
            "act": "in",
            "place": "1Y1003TESTA1Z",
            "at": "2026-11-26T08:00:00+01:00",
            "whose": "x",
        }
        tab.evaluate(
            "([shelf, kept]) => window.localStorage.setItem(shelf, kept)", [SHELF, json.dumps({"acts": [act]})]
        )
        tab.goto("/check-in")
        expect(tab.get_by_text("What somebody else tapped on this phone is kept too.")).to_be_visible()
        assert "1Y1003TESTA1Z" not in tab.locator("#kept-acts").inner_text()


def test_what_is_tapped_on_a_page_of_who_is_signed_in_no_more_is_kept_there(browser, portal):
    with a_phone(browser, portal) as (_, other_id), a_phone(browser, portal) as (context, first_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        sign_in(context, other_id, portal.url)
        fill(tab)
        with tab.expect_response("**/check-in/state"):
            tab.get_by_role("button", name="Check in", exact=True).click()
        tab.wait_for_timeout(1000)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        assert (of(first_id), of(other_id)) == ([], [])
