"""What is tapped while an earlier tap is on its way: once is once, another act is sent too, and from whatever page is shown."""

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect

from tests.portal.browser.lines import wait_until
from tests.portal.browser.phones import a_phone, fill, of, people
from tests.portal.checkins.conftest import OTHER_PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
READY = "() => JSON.parse(localStorage['guichet.checkins'] ?? '{}').seen >= performance.timeOrigin"
TWO_TAPS = """(name) => {
    const button = document.querySelector(`button[name=act][value=${name}]`);
    button.click();
    return new Promise((done) => window.setTimeout(() => (button.click(), done()), 1100));
}"""
"""In two seconds: what is said twice of one second is registered once in any case."""


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def open_page(tab: Tab) -> None:
    tab.goto("/check-in")
    tab.wait_for_function(READY)


def check_in(tab: Tab) -> None:
    open_page(tab)
    fill(tab)
    tab.get_by_role("button", name="Check in", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")


def hold_back(tab: Tab, path: str) -> list[Route]:
    """Hold back the first request there; what comes later passes."""
    held: list[Route] = []
    tab.context.route(f"**{path}", lambda route: route.continue_() if held else held.append(route))
    return held


def test_whoever_taps_twice_on_a_slow_line_is_registered_once(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        open_page(tab)
        fill(tab)
        held = hold_back(tab, "/check-in/state")
        tab.evaluate(TWO_TAPS, "in")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        wait_until(tab, lambda: held)
        held[0].continue_()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        open_page(tab)
        expect(tab.locator("#kept-acts")).to_be_hidden()
        assert len(of(person_id)) == 1


def test_whoever_was_asked_about_a_number_sends_it_by_tapping_again_at_once(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        open_page(tab)
        fill(tab)
        tab.get_by_label("Number of the work place").fill(OTHER_PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("[data-told]")).to_contain_text("No work place of this number is known")
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [row.work_place for row in of(person_id)] == [OTHER_PLACE]


def test_what_is_tapped_while_an_earlier_act_is_on_its_way_is_sent_too_and_leads_to_its_receipt(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        check_in(tab)
        open_page(tab)
        tab.wait_for_timeout(1100)
        held = hold_back(tab, "/check-in/acts")
        tab.get_by_role("button", name="Start a break").click()
        wait_until(tab, lambda: held)
        tab.wait_for_timeout(1100)
        tab.get_by_role("button", name="Check out").click()
        expect(tab.locator("#kept-acts li")).to_have_count(2)
        held[0].continue_()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")
        assert [(row.event_type, row.reason) for row in of(person_id)] == [
            ("IN", "WORK"),
            ("OUT", "BREAK"),
            ("OUT", "WORK"),
        ]


PAGES = {
    "the receipt": lambda number: f"/check-in/receipts/{number}",
    "one's registrations": lambda _number: "/check-in/mine",
    "a registration": lambda number: f"/check-in/mine/{number}",
    "what is missing": lambda _number: "/check-in/mine/missing",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_what_is_kept_is_sent_from_every_page_of_one_s_check_ins(browser, portal, path):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        check_in(tab)
        open_page(tab)
        tab.wait_for_timeout(1100)
        context.route("**/check-in/acts", lambda route: route.abort())
        with tab.expect_event("requestfailed", lambda request: request.url.endswith("/check-in/acts")):
            tab.get_by_role("button", name="Start a break").click()
        context.unroute_all(behavior="ignoreErrors")
        tab.goto(path(of(person_id)[0].number))
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])
