"""A worker's phone whose connection hangs, or ends at a proxy with no counter behind it: he can tap all the same."""

import re
import time
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect

from tests.portal.browser.lines import behind_a_proxy, hanging, wait_until
from tests.portal.browser.phones import a_phone, a_phone_on_the_move, fill, of, people, wait_for_the_worker
from tests.portal.checkins.conftest import COMPANY, PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
SLOWNESS = 6.5
"""More than a page is waited for where somebody starts, in seconds."""

ANSWERED_AFTER = "performance.getEntriesByType('navigation')[0].responseStart"
"""The milliseconds that the open page was waited for."""

BAD_GATEWAY = "<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
LEFT = """async () => {
    await caches.delete("check-in");
    const left = new Response("<h1>Old page</h1>", { headers: { "Content-Type": "text/html" } });
    await (await caches.open("check-in")).put("/check-in/offline?language=fr", left);
    const { installing } = await navigator.serviceWorker.register("/check-in/worker.js", { scope: "/check-in" });
    await new Promise((done) => installing.addEventListener("statechange", () => installing.state === "activated" && done()));
}"""


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


def check_in(tab: Tab, person_id: int) -> int:
    """Check in with a connection, on a phone that can do without; return the number."""
    tab.goto("/check-in")
    wait_for_the_worker(tab)
    fill(tab)
    tab.get_by_role("button", name="Check in", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
    return of(person_id)[0].number


def test_a_page_that_hangs_gives_way_in_seconds_to_the_one_that_keeps_what_is_tapped(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        with hanging(portal):
            asked = datetime.now(UTC).replace(microsecond=0)
            tap_at_the_door(tab)
            tapped = datetime.now(UTC)
            assert tab.evaluate(ANSWERED_AFTER) < 10_000
        expect(tab.get_by_role("heading", level=1)).not_to_have_text("No connection", timeout=45_000)
        [row] = of(person_id)
        assert (row.event_type, row.work_place) == ("IN", PLACE)
        assert asked <= row.event_at <= tapped


AGAIN = {
    "by the link": lambda tab: tab.get_by_role("link", name="Load the page again").click(no_wait_after=True),
    "by the browser": lambda tab: tab.evaluate("window.setTimeout(() => window.location.reload(), 0)"),
}


@pytest.mark.parametrize("load", AGAIN.values(), ids=AGAIN)
def test_whoever_loads_a_page_again_that_hangs_has_time_for_it(browser, portal, load):
    with a_phone(browser, portal) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        with hanging(portal):
            tab.goto(f"/check-in/at/{PLACE}")
            expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
            load(tab)
            time.sleep(SLOWNESS)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")
        expect(tab).to_have_url(re.compile(rf"/check-in/at/{PLACE}$"))


def test_a_form_sent_to_a_slow_counter_shows_the_page_to_which_it_leads(browser, portal):
    with behind_a_proxy(portal) as (proxied, proxy), a_phone(browser, proxied) as (context, person_id):
        tab = context.new_page()
        check_in(tab, person_id)
        tab.goto(f"/check-in/mine/{of(person_id)[0].number}/error")
        tab.get_by_role("radio").first.check()
        tab.get_by_label("How it was").fill("I came at seven.")
        proxy.slowness = SLOWNESS
        asked = time.monotonic()
        tab.get_by_role("button", name="Tell the employer").click(no_wait_after=True)
        expect(tab.locator("main")).to_contain_text("What you wrote is kept.", timeout=60_000)
        assert time.monotonic() - asked > 2 * SLOWNESS
        proxy.slowness = 0


def test_a_receipt_that_comes_slowly_is_shown(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        number = check_in(tab, person_id)
        tab.goto("/check-in/mine")
        with hanging(portal):
            tab.evaluate(f"window.setTimeout(() => window.location.assign('/check-in/receipts/{number}'), 0)")
            time.sleep(SLOWNESS)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")


def test_where_the_receipt_cannot_be_shown_the_page_that_stands_in_says_what_was_registered(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        number = check_in(tab, person_id)
        connection.lose()
        tab.goto(f"/check-in/receipts/{number}")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        said = tab.get_by_role("status").filter(has_text="Sent and registered")
        expect(said).to_contain_text(re.compile(rf"Check in, \d\d:\d\d, {PLACE}"))
        expect(said).to_contain_text(f"Receipt number {number}")
        connection.find_again()
        tab.goto("/check-in")
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        expect(said).to_be_hidden()


def test_the_page_that_an_older_release_left_is_fetched_anew_in_its_language(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        tab.evaluate("navigator.serviceWorker.ready.then((known) => known.unregister())")
        tab.goto("/help")
        tab.evaluate(LEFT)
        connection.lose()
        tab.goto("/check-in/mine")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Pas de connexion")


def test_an_act_that_was_given_up_while_the_counter_hung_is_registered_once(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        sent: list[Route] = []
        context.route("**/check-in/acts", lambda route: sent.append(route))  # noqa: PLW0108 - a method has no signature
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        wait_until(tab, lambda: sent)
        with hanging(portal):
            with tab.expect_event("requestfailed", lambda request: request.url.endswith("/check-in/acts")):
                sent[0].continue_()
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
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(tab.get_by_role("heading", level=1)).not_to_have_text("No connection")
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
