"""What one tab asks about, or heard to be refused: no other tab sends it unasked, or goes on saying that it is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.portal.browser.lines import wait_until
from tests.portal.browser.phones import a_phone, change_what_is_kept, fill, kept_on, of, people, wait_for_the_try
from tests.portal.browser.test_kept_acts import wait_for_the_script
from tests.portal.checkins.conftest import COMPANY, PLACE, UNKNOWN_PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_MS = 10_000
"""As long as whoever tapped is asked."""

ONLINE = "window.dispatchEvent(new Event('online'))"
STANDS_STILL = "(() => { const now = Date.now(); Date.now = () => now; })()"
"""However slow the machine, whoever tapped is there to be asked."""

LONG_ENOUGH_TO_LEAVE_MS = 1500
GOES_NO_ROUNDS = "window.setInterval = () => 0"
HELD_BACK = """(() => {
  const real = window.fetch;
  const released = new Promise((release) => { window.release = release; });
  window.fetch = async (asked, options) => {
    if (!String(asked).endsWith("/check-in/acts") || window.isHeld) return real(asked, options);
    window.isHeld = true;
    await released;
    return real(asked, options);
  };
})()"""


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def tap_at_an_unknown_place(tab: Tab) -> None:
    """Tap in a tab whose act is held back on its way."""
    tab.add_init_script(HELD_BACK)
    tab.goto("/check-in")
    wait_for_the_script(tab)
    fill(tab)
    tab.get_by_label("Number of the work place").fill(UNKNOWN_PLACE)
    tab.get_by_role("button", name="Check in", exact=True).click()
    wait_until(tab, lambda: tab.evaluate("window.isHeld"))


def test_what_one_tab_is_about_to_ask_is_sent_by_no_other(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        other, tab = context.new_page(), context.new_page()
        tab.add_init_script(STANDS_STILL)
        other.goto("/check-in/mine")
        tap_at_an_unknown_place(tab)
        wait_until(other, lambda: len(kept_on(other)) == 1)
        (act,) = kept_on(other)
        other.evaluate("instant => { Date.now = () => instant; }", act["there"] - PATIENCE_MS)
        for number in (1, 2):  # the second begins where the first has ended
            other.evaluate(ONLINE)
            wait_for_the_try(other, number)
        assert of(person_id) == []
        tab.evaluate("window.release()")
        expect(tab.locator("[data-told]")).to_contain_text("No work place of this number is known.")
        wait_until(other, lambda: kept_on(other) == [])
        other.evaluate(ONLINE)
        assert of(person_id) == []
        tab.get_by_label("Number of the work place").fill(PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [row.work_place for row in of(person_id)] == [PLACE]


def test_what_the_page_reminds_of_stays_although_an_answer_to_what_was_tapped_before_comes(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.add_init_script(GOES_NO_ROUNDS)
        tab.add_init_script(HELD_BACK)
        tab.goto("/check-in")
        wait_for_the_script(tab)
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        wait_until(tab, lambda: tab.evaluate("window.isHeld"))
        tab.get_by_label("Number of the work place").fill(PLACE[:10])
        tab.get_by_role("button", name="Check in", exact=True).click()
        told = tab.locator("[data-told]")
        expect(told).to_contain_text("Give the number of the work place")
        tab.evaluate("window.release()")
        expect(tab.locator("[data-registered] li")).to_have_count(1)
        tab.wait_for_timeout(LONG_ENOUGH_TO_LEAVE_MS)
        expect(told).to_contain_text("Give the number of the work place")
        expect(tab.get_by_label("Number of the work place")).to_have_value(PLACE[:10])
        assert [row.work_place for row in of(person_id)] == [PLACE]


def test_another_tab_sends_what_was_tapped_once_whoever_tapped_it_left(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        other, tab = context.new_page(), context.new_page()
        other.add_init_script(GOES_NO_ROUNDS)
        other.goto("/check-in/mine")
        tap_at_an_unknown_place(tab)
        tab.goto("/help")
        wait_until(other, lambda: not kept_on(other)[0]["there"])
        other.evaluate(ONLINE)
        wait_until(other, lambda: [row.work_place for row in of(person_id)] == [UNKNOWN_PLACE])


def test_a_tab_shows_what_another_one_heard_to_be_refused(browser, portal):
    at = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="seconds")
    old = {"act": "in", "at": at, "reference": "a2" * 11, "employer": COMPANY, "place": PLACE, "method": "APP"}
    with a_phone(browser, portal, service_workers="block") as (context, _person_id):
        tab, other = context.new_page(), context.new_page()
        tab.goto("/check-in")
        wait_for_the_script(tab)
        whose = tab.locator("[data-checkin]").get_attribute("data-whose")
        context.route("**/check-in/state", lambda route: route.abort())
        change_what_is_kept(tab, {"acts": [old | {"whose": whose, "sure": "", "refused": "", "guessed": ""}]})
        for each in (tab, other):
            each.goto("/check-in")
            expect(each.locator("#kept-acts")).to_contain_text("Kept on this phone")
        context.unroute_all()
        tab.evaluate(ONLINE)
        expect(tab.locator("#kept-acts")).to_contain_text("Not registered:")
        other.evaluate(ONLINE)
        expect(other.locator("#kept-acts")).to_contain_text("Not registered:")
