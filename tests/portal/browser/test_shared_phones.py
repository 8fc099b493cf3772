"""A phone or tablet that several people use: nobody's act is registered in another's name, or read or undone by another."""

import re
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from auth.models import Login
from tests.portal.browser.lines import wait_until
from tests.portal.browser.looking import is_wider_than_the_screen, keep_screenshot, violations
from tests.portal.browser.phones import (
    Connection,
    a_phone,
    a_phone_on_the_move,
    change_what_is_kept,
    fill,
    kept_on,
    leads_nowhere,
    of,
    people,
    wait_for_the_end_of_the_try,
    wait_for_the_worker,
)
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, a_place
from tests.portal.people import a_stay

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
AFTER_A_STAY_MS = 21 * 60 * 1000
REFUSED = {
    "reference": "ab" * 11,
    "act": "in",
    "place": OTHER_PLACE,
    "employer": COMPANY,
    "method": "APP",
    "at": "2026-11-26T08:00:00+01:00",
    "whose": "x",
    "sure": "",
    "refused": "No company of this number.",
    "lacks": "company",
}
"""What somebody else tapped, and was asked to complete."""


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def tap_without_a_connection(connection: Connection, tab: Tab) -> None:
    """Tap on the page that stands in; what was tapped was tried to be sent."""
    connection.lose()
    tab.goto("/check-in")
    fill(tab)
    tab.get_by_role("button", name="Check in", exact=True).click()
    expect(tab.locator("#kept-acts li")).to_have_count(1)
    wait_for_the_end_of_the_try(tab)


def sign_in(context: BrowserContext, person_id: int, url: str) -> None:
    cookie = a_stay(Login.objects.get(person_id=person_id)).session_key
    context.add_cookies([{"name": "__Host-session", "value": cookie, "url": url, "secure": True, "httpOnly": True}])


def sign_out(tab: Tab) -> None:
    tab.context.clear_cookies()
    tab.goto("/signed-out")


def let_the_stay_run_out(tab: Tab) -> None:
    """Nobody signs out: the page was shown longer ago than a stay lasts."""
    change_what_is_kept(tab, {"seen": int(time.time() * 1000) - AFTER_A_STAY_MS})
    tab.context.clear_cookies()


@pytest.mark.parametrize("end", [sign_out, let_the_stay_run_out], ids=["signed out", "ran out"])
def test_what_is_tapped_after_somebody_s_stay_is_registered_for_who_says_that_it_was_he(browser, portal, end):
    with (
        a_phone(browser, portal) as (_, other_id),
        a_phone_on_the_move(browser, portal) as (context, first_id, connection),
    ):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        end(tab)
        tap_without_a_connection(connection, tab)
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        before = datetime.now(UTC)
        connection.find_again()

        sign_in(context, other_id, portal.url)
        tab.goto("/check-in")
        expect(tab.get_by_text("Was it you?")).to_be_visible()
        assert (of(first_id), of(other_id)) == ([], [])
        with tab.expect_navigation():
            tab.get_by_role("button", name="It was me: send it").click()
        [row] = of(other_id)
        assert row.event_at < before
        assert of(first_id) == []


def test_what_was_tapped_without_a_connection_after_a_stay_ran_out_is_not_said_to_be_sent_by_itself(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        let_the_stay_run_out(tab)
        tap_without_a_connection(connection, tab)
        kept = tab.locator("#kept-acts")
        expect(kept).to_contain_text("Kept on this phone. Once there is a connection, sign in and say that it was you:")
        expect(tab.locator("main")).not_to_contain_text("as soon as there is a connection")
        keep_screenshot(tab, "check-in-kept-of-nobody-phone")
        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)
        connection.find_again()
        expect(kept).to_contain_text("You are signed out. Sign in and say that it was you:")
        expect(kept.get_by_role("link", name="Sign in")).to_be_visible()
        keep_screenshot(tab, "check-in-kept-of-nobody-signed-out-phone")
        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)


def test_what_somebody_else_tapped_is_told_without_its_place(browser, portal):
    with a_phone(browser, portal) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/help")
        change_what_is_kept(tab, {"acts": [REFUSED]})
        tab.goto("/check-in")
        expect(tab.get_by_text("What somebody else tapped on this phone is kept.")).to_be_visible()
        assert OTHER_PLACE not in tab.locator("#kept-acts").inner_text()


def test_what_somebody_else_was_refused_keeps_no_page_from_telling_how_things_stand(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        change_what_is_kept(tab, {"acts": [REFUSED]})
        connection.lose()
        tab.goto("/check-in")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        assert len(of(person_id)) == 1
        assert kept_on(tab) == [REFUSED]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda _tab: None, "What somebody else tapped on this phone is kept."),
        (let_the_stay_run_out, "What was tapped on this phone before is kept."),
    ],
    ids=["known who", "nobody known"],
)
def test_without_a_connection_too_nobody_reads_or_undoes_what_somebody_else_tapped(browser, portal, end, words):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        change_what_is_kept(tab, {"acts": [REFUSED]})
        end(tab)
        connection.lose()
        tab.goto("/check-in")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        expect(tab.locator("#kept-acts li")).to_have_text([re.compile(words)])
        expect(tab.locator("#kept-acts").get_by_role("button")).to_have_count(0)
        assert kept_on(tab) == [REFUSED]


def test_what_is_tapped_on_a_page_of_who_is_signed_in_no_more_is_kept_there(browser, portal):
    with a_phone(browser, portal) as (_, other_id), a_phone(browser, portal) as (context, first_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        sign_in(context, other_id, portal.url)
        fill(tab)
        with leads_nowhere(tab):
            tab.get_by_role("button", name="Check in", exact=True).click()
            expect(tab.locator("#kept-acts")).to_contain_text("Somebody else is signed in on this phone now.")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        assert (of(first_id), of(other_id)) == ([], [])


def test_a_tap_is_of_whose_page_it_is_although_somebody_else_opened_one_since(browser, portal):
    """Each scan at the door opens a tab: the one that the first person left open lies beside the second one's."""
    with a_phone(browser, portal) as (_, other_id), a_phone(browser, portal) as (context, first_id):
        old, new = context.new_page(), context.new_page()
        old.goto("/check-in")
        wait_for_the_worker(old)
        sign_in(context, other_id, portal.url)
        new.goto("/check-in")
        wait_for_the_worker(new)
        old.bring_to_front()
        fill(old)
        old.get_by_role("button", name="Check in", exact=True).click()
        expect(old.locator("#kept-acts")).to_contain_text("Somebody else is signed in on this phone now.")
        expect(old.locator("#kept-acts li")).to_have_text([re.compile("Check in, ")])
        keep_screenshot(old, "check-in-of-another-phone")
        assert violations(old) == []
        assert (of(first_id), of(other_id)) == ([], [])
        old.locator("#kept-acts").get_by_role("link", name="Load the page again").click()
        expect(old.get_by_text("What somebody else tapped on this phone is kept.")).to_be_visible()

        sign_in(context, first_id, portal.url)
        old.goto("/check-in")
        wait_until(old, lambda: of(first_id))
        assert of(other_id) == []


def test_once_it_is_known_who_is_signed_in_the_page_that_stands_in_tells_of_what_is_his_alone(browser, portal):
    with (
        a_phone(browser, portal) as (_, other_id),
        a_phone_on_the_move(browser, portal) as (context, _first, connection),
    ):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        sign_in(context, other_id, portal.url)  # without any page that would tell the phone
        tap_without_a_connection(connection, tab)
        connection.find_again()
        expect(tab.locator("#kept-acts li")).to_have_text(
            [re.compile("What somebody else tapped on this phone is kept.")]
        )
        expect(tab.locator("#kept-acts [data-kept]")).to_have_text("")
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        wait_until(tab, lambda: of(other_id))


def test_what_was_registered_is_told_nobody_else_after_its_person_signed_out(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        sign_out(tab)
        connection.lose()
        tab.goto("/check-in")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        tab.wait_for_function("() => document.querySelector('[data-checkin]').dataset.guess !== undefined")
        expect(tab.locator("[data-registered]")).to_be_hidden()
