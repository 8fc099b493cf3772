"""A worker's phone whose connection hangs, or ends at a proxy with no counter behind it: he can tap all the same."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect

from tests.portal.browser.lines import behind_a_proxy, hanging
from tests.portal.browser.test_checking_in import a_phone, fill, of, wait_for_the_worker
from tests.portal.checkins.conftest import COMPANY, PLACE, a_place

pytestmark = pytest.mark.django_db(transaction=True)
BAD_GATEWAY = "<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def tap_at_the_door(tab: Tab) -> None:
    """Scan the code at the door, get the page that stands in, whole, and check in there."""
    tab.goto(f"/check-in/at/{PLACE}")
    expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(tab.get_by_label("Number of the work place")).to_have_value(PLACE)
    assert tab.get_by_role("button", name="Check in", exact=True).bounding_box()["height"] >= 64
    tab.get_by_label("Number of the company you work for").fill(COMPANY)
    tab.get_by_role("button", name="Check in", exact=True).click()
    expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")


def test_a_page_that_hangs_gives_way_in_seconds_to_the_one_that_keeps_what_is_tapped(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        with hanging(portal):
            asked = time.monotonic()
            tap_at_the_door(tab)
            assert time.monotonic() - asked < 10
            tapped = datetime.now(UTC)
        expect(tab.get_by_role("heading", level=1)).not_to_have_text("No connection", timeout=45_000)
        [row] = of(person_id)
        assert (row.event_type, row.work_place) == ("IN", PLACE)
        assert abs(row.event_at - tapped) < timedelta(seconds=3)


def test_whoever_loads_a_page_again_that_hangs_has_time_for_it(browser, portal):
    with a_phone(browser, portal) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        with hanging(portal):
            tab.goto("/check-in/mine")
            expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
            tab.get_by_role("link", name="Load the page again").click(no_wait_after=True)
            time.sleep(7)
        expect(tab.get_by_role("heading", level=1)).to_have_text("My registrations")


def test_an_act_that_was_given_up_while_the_counter_hung_is_registered_once(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        sent: list[Route] = []
        context.route("**/check-in/acts", lambda route: sent.append(route))  # noqa: PLW0108 - a method has no signature
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        while not sent:
            tab.wait_for_timeout(50)
        with hanging(portal):
            sent[0].continue_()
            tab.wait_for_timeout(16_000)
            context.unroute_all()
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(tab.locator("#kept-acts")).to_be_hidden(timeout=45_000)
        assert len(of(person_id)) == 1


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
def test_a_proxy_with_no_counter_behind_it_is_no_connection(browser, portal, status):
    with behind_a_proxy(portal) as (proxied, proxy), a_phone(browser, proxied) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        proxy.answer_with(status, BAD_GATEWAY)
        tap_at_the_door(tab)
        proxy.hand_on()
        expect(tab.get_by_role("heading", level=1)).not_to_have_text("No connection", timeout=45_000)
        assert [row.event_type for row in of(person_id)] == ["IN"]


@pytest.mark.parametrize("status", ["503 Service Unavailable", "500 Internal Server Error"])
def test_a_page_of_the_counter_that_tells_of_its_own_trouble_is_shown(browser, portal, status):
    told = httpx.get(f"{portal.url}/help", verify=False).text  # noqa: S501 - its own authority
    with behind_a_proxy(portal) as (proxied, proxy), a_phone(browser, proxied) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        proxy.answer_with(status, told)
        tab.goto("/check-in/mine")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Help with signing in")
