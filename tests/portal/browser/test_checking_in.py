"""A worker's phone: checks in without scripts, keeps what is tapped without a connection, and sends it later, once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from domain.brussels import BRUSSELS
from tests.portal.browser.lines import wait_until
from tests.portal.browser.looking import is_wider_than_the_screen, keep_screenshot, listen, violations
from tests.portal.browser.phones import (
    a_phone,
    a_phone_on_the_move,
    change_what_is_kept,
    fill,
    kept_on,
    of,
    people,
    wait_for_the_end_of_the_try,
    wait_for_the_worker,
)
from tests.portal.browser.test_kept_acts import wait_for_the_script
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, a_party, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    """A work place in tables that another process reads: what is written here is committed, and emptied again."""
    a_place()


def test_a_day_with_scripts_is_four_taps(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        complaints = listen(tab)
        tab.goto("/check-in")
        keep_screenshot(tab, "check-in-absent-phone")
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert str(of(person_id)[0].number) in tab.inner_text("main")
        assert violations(tab) == []
        keep_screenshot(tab, "check-in-receipt-phone")
        tab.goto("/check-in")
        keep_screenshot(tab, "check-in-at-work-phone")
        tab.wait_for_timeout(1100)
        tab.get_by_role("button", name="Start a break").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Begin of the break")
        tab.goto("/check-in")
        keep_screenshot(tab, "check-in-break-phone")
        assert violations(tab) == []
        tab.wait_for_timeout(1100)
        tab.get_by_role("button", name="End the break").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("End of the break")
        tab.goto("/check-in")
        tab.wait_for_timeout(1100)
        tab.get_by_role("button", name="Check out").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")
        tab.goto("/check-in")
        keep_screenshot(tab, "check-in-again-phone")
        assert not is_wider_than_the_screen(tab)
        tab.goto("/check-in/mine")
        keep_screenshot(tab, "check-in-mine-phone")
        tab.locator("td a").first.click()
        keep_screenshot(tab, "check-in-one-phone")
        assert violations(tab) == []
        assert [row.event_type for row in of(person_id)] == ["IN", "OUT", "IN", "OUT"]
        assert complaints == []


def test_without_scripts_a_form_does_the_same(browser, portal):
    with a_phone(browser, portal, java_script_enabled=False) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        tab.goto("/check-in")
        tab.get_by_role("button", name="Check out").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")
        assert [row.event_type for row in of(person_id)] == ["IN", "OUT"]


def test_what_is_tapped_without_a_connection_is_sent_later_with_its_instant(browser, portal):
    """The phone keeps the time of Lisbon: what it shows is the time of Brussels, as everywhere else."""
    with a_phone_on_the_move(browser, portal, timezone_id="Europe/Lisbon") as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        assert tab.inner_text("h1") == "No connection"
        assert tab.get_by_label("Number of the work place").input_value() == PLACE
        tab.get_by_label("Number of the company you work for").fill(COMPANY)
        keep_screenshot(tab, "check-in-offline-phone")
        before = datetime.now(UTC)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        after = datetime.now(UTC)
        minutes = "|".join(f"{instant.astimezone(BRUSSELS):%H:%M}" for instant in (before, after))
        expect(tab.locator("#kept-acts li")).to_contain_text(re.compile(minutes))
        keep_screenshot(tab, "check-in-kept-phone")
        tab.wait_for_timeout(2500)
        tab.get_by_role("button", name="Check out").click()
        expect(tab.locator("#kept-acts li")).to_have_count(2)
        kept_at = datetime.now(UTC)
        assert of(person_id) == []
        tab.reload()
        expect(tab.locator("#kept-acts li")).to_have_count(2)
        connection.find_again()
        tab.wait_for_url(re.compile(r"/check-in$"))
        rows = of(person_id)
        assert [row.event_type for row in rows] == ["IN", "OUT"]
        assert before.replace(microsecond=0) <= rows[0].event_at <= after
        assert rows[0].event_at + timedelta(seconds=2) <= rows[1].event_at <= kept_at
        expect(tab.locator("#kept-acts")).to_be_hidden()
        came, left = tab.locator("[data-registered] li").all()
        expect(came).to_have_text(
            re.compile(rf"Check in, ({minutes}), Town hall, Gent, Receipt number {rows[0].number}")
        )
        expect(left).to_have_text(
            re.compile(rf"Check out, \d\d:\d\d, Town hall, Gent, Receipt number {rows[1].number}")
        )
        keep_screenshot(tab, "check-in-sent-phone")
        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)
        left.get_by_role("link").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")
        tab.goto("/check-in")
        wait_for_the_script(tab)
        expect(tab.locator("[data-registered]")).to_be_hidden()


@pytest.mark.parametrize(
    ("place", "company", "becomes"),
    [("1Y1003TESTB7Z", COMPANY, "sent"), (PLACE, "0412345678", "to be completed")],
    ids=["a place that nobody knows", "a company that is none"],
)
def test_what_the_phone_said_it_kept_stays_although_the_connection_returns_within_the_minute(
    browser, portal, place, company, becomes
):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{place}")
        tab.get_by_label("Number of the company you work for").fill(company)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        if becomes == "sent":
            tab.wait_for_url(re.compile(r"/check-in$"))
            assert [row.work_place for row in of(person_id)] == [place]
        else:
            kept = tab.locator("#kept-acts")
            kept.get_by_label("Number of the company you work for").fill(company)
            kept.get_by_role("button", name="Send it with this number").click()
            expect(kept.locator("li")).to_have_count(1)
            kept.get_by_label("Number of the company you work for").fill(COMPANY)
            kept.get_by_role("button", name="Send it with this number").click()
            expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
            assert [row.employer for row in of(person_id)] == [COMPANY]


@pytest.mark.parametrize("is_connected", [True, False], ids=["sent", "kept"])
def test_without_a_connection_a_check_out_is_of_the_place_where_the_phone_checked_in_last(
    browser, portal, is_connected
):
    a_place(OTHER_PLACE, name="Library")
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        tab.wait_for_timeout(1100)
        tab.goto("/check-in")
        tab.get_by_role("button", name="Check out").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")
        tab.wait_for_timeout(1100)
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        if is_connected:
            tab.get_by_text("Another work place or company").click()
            tab.get_by_label("Number of the other work place").fill(OTHER_PLACE)
        else:
            connection.lose()
            tab.goto(f"/check-in/at/{OTHER_PLACE}")
            tab.get_by_label("Number of the company you work for").fill(COMPANY)
        tab.get_by_role("button", name="Check in", exact=True).click()
        if is_connected:
            expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
            connection.lose()
        expect(tab.locator("#kept-acts li")).to_have_count(int(not is_connected))
        tab.goto("/check-in")
        expect(tab.get_by_label("Number of the work place")).to_have_value(OTHER_PLACE)
        assert tab.get_by_label("Number of the company you work for").input_value() == COMPANY
        tab.wait_for_timeout(1100)
        tab.get_by_role("button", name="Check out").click()
        expect(tab.locator("#kept-acts")).to_contain_text(f", {OTHER_PLACE}")
        connection.find_again()
        expect(tab.locator("#kept-acts")).to_be_hidden(timeout=20_000)
        acts = [(row.event_type, row.work_place) for row in of(person_id)]
        assert acts == [("IN", PLACE), ("OUT", PLACE), ("IN", OTHER_PLACE), ("OUT", OTHER_PLACE)]


MARK_THE_LINE = """document.querySelector("#kept-acts li").dataset.old = "" """
"""Tells a line that is shown again, while something is being typed in it, from the one before."""


def test_what_was_kept_without_a_company_is_completed_later(browser, portal):
    """A worker on the first day: the page that asks no server asks for the company, and nothing kept is thrown away."""
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto("/check-in")
        tab.get_by_label("Number of the work place").fill(PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("[data-told]")).to_have_text("Give the number of the company you work for.")
        tab.get_by_label("Number of the company you work for").fill("0412345678")
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        (act,) = kept_on(tab)
        an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
        settled = {name: fact for name, fact in act.items() if name != "tapped"} | {"at": an_hour_ago}
        change_what_is_kept(tab, {"acts": [settled]})
        connection.find_again()
        tab.goto("/check-in")
        kept = tab.locator("#kept-acts")
        expect(kept.get_by_role("button", name="Send it with this number")).to_be_visible()
        keep_screenshot(tab, "check-in-lacking-phone")
        assert violations(tab) == []
        lacking = kept.get_by_label("Number of the company you work for")
        lacking.press_sequentially("0412")
        tab.evaluate(MARK_THE_LINE)
        (first,) = kept_on(tab)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        other = {"reference": "ef" * 11, "act": "out", "employer": COMPANY, "at": now, "refused": "", "lacks": ""}
        change_what_is_kept(tab, {"acts": [first, first | other]})
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(kept.locator("li[data-old]")).to_have_count(0)
        expect(lacking).to_have_value("0412")
        expect(lacking).to_be_focused()
        lacking.fill(COMPANY)
        kept.get_by_role("button", name="Send it with this number").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        row = of(person_id)[0]
        assert row.employer == COMPANY
        assert timedelta(minutes=55) < datetime.now(UTC) - row.event_at < timedelta(minutes=65)


def test_an_answer_that_is_lost_is_asked_for_again_and_registered_once(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        lost = []

        def lose(route) -> None:
            route.fetch()
            lost.append(1)
            route.abort()

        context.route("**/check-in/acts", lose)
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        wait_until(tab, lambda: lost)
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        assert len(of(person_id)) == len(lost) == 1
        context.unroute_all(behavior="ignoreErrors")
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(tab.locator("#kept-acts")).to_be_hidden()
        assert len(of(person_id)) == 1


def test_what_somebody_kept_is_never_sent_by_somebody_else(browser, portal):
    a_place(OTHER_PLACE)
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        kept = kept_on(tab)
    with a_phone(browser, portal) as (context, other_id):
        tab = context.new_page()
        tab.goto("/help")
        change_what_is_kept(tab, {"acts": kept})
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_label("Number of the work place").fill(OTHER_PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")  # sent after what was kept before
        assert [row.work_place for row in of(other_id)] == [OTHER_PLACE]


def test_a_self_employed_person_cancels_a_day_on_the_phone(browser, portal):
    a_party(a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge"), COMPANY, "CONTRACTOR")
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        complaints = listen(tab)
        tab.goto("/check-in")
        tab.get_by_label("Number of the work place").fill(OTHER_PLACE)
        tab.get_by_label("Number of the company you work for").fill(COMPANY)
        tab.get_by_label("I am self-employed").check()
        tab.get_by_role("button", name="Check in").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Present on the day")
        keep_screenshot(tab, "check-in-day-phone")
        tab.goto("/check-in/mine")
        tab.locator("td a").first.click()
        cancel = tab.get_by_role("button", name="Cancel this day")
        expect(cancel).to_be_visible()
        keep_screenshot(tab, "check-in-own-day-phone")
        assert violations(tab) == []
        cancel.click()
        expect(tab.get_by_role("button", name="Cancel the day")).to_be_visible()
        keep_screenshot(tab, "check-in-cancel-phone")
        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)
        tab.get_by_label("The planning changed").check()
        tab.get_by_role("button", name="Cancel the day").click()
        expect(tab.get_by_text("The day is cancelled. It stays in your list.")).to_be_visible()
        keep_screenshot(tab, "check-in-cancelled-phone")
        assert [row.status for row in of(person_id)] == ["CANCELLED"]
        assert complaints == []


def test_a_first_scan_asks_for_whom_on_the_phone(browser, portal):
    site = a_place(OTHER_PLACE, name="Library")
    contractor = a_party(site, COMPANY, "CONTRACTOR")
    a_party(site, "0400767772", "SUBCONTRACTOR", contractor)
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto(f"/check-in/at/{OTHER_PLACE}")
        keep_screenshot(tab, "check-in-scan-phone")
        tab.get_by_role("button", name="Check in").click()
        expect(tab.get_by_text("Say for whom you work here.").first).to_be_visible()
        keep_screenshot(tab, "check-in-scan-unsaid-phone")
        assert of(person_id) == []
        tab.get_by_label("0400767772").check()
        tab.get_by_role("button", name="Check in").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [row.employer for row in of(person_id)] == ["0400767772"]
