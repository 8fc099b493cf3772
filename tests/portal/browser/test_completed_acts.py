"""Whoever types the number that a refused act lacks, or is asked, loses nothing to a page that follows, and is led on afterwards."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab

from tests.portal.browser.lines import wait_until
from tests.portal.browser.phones import (
    a_phone,
    a_phone_on_the_move,
    change_what_is_kept,
    fill,
    kept_on,
    of,
    people,
    wait_for_the_worker,
)
from tests.portal.browser.test_forgotten_check_outs import BRING
from tests.portal.browser.test_kept_acts import tap, wait_for_the_script
from tests.portal.checkins.acting import ago, kept
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, UNKNOWN_PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
ONLINE = "window.dispatchEvent(new Event('online'))"
GOES_NO_ROUNDS = "window.setInterval = () => 0"
HALF = "087766"
LONG_ENOUGH_TO_LEAVE_MS = 1500
HELD_BACK = """(() => {
  const real = window.fetch;
  const released = new Promise((release) => { window.release = release; });
  window.fetch = async (asked, options) => {
    if (String(asked).endsWith("/check-in/state")) await released;
    return real(asked, options);
  };
})()"""

LATER = """(real) => {
  const released = new Promise((release) => { window.release = release; });
  return async (...asked) => (await released, real(...asked));
}"""


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def check_in(tab: Tab) -> None:
    tab.goto("/check-in")
    wait_for_the_script(tab)
    fill(tab)
    tap(tab, "Check in")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
    tab.goto("/check-in")
    wait_for_the_script(tab)


def keep(tab: Tab, *kinds: str) -> None:
    """Let the phone keep a check-in of two hours ago that lacks its company, and what was tapped since."""
    whose = tab.locator("[data-checkin]").get_attribute("data-whose")
    now = datetime.now(UTC).replace(microsecond=0)
    same = {"place": PLACE, "method": "APP", "whose": whose, "sure": "", "guessed": ""}
    refused = {"act": "in", "at": f"{(now - timedelta(hours=2)).isoformat()}", "reference": "a1" * 11, "employer": ""}
    acts = [same | refused | {"refused": "Give the number.", "lacks": "company"}]
    acts += [
        same | {"act": kind, "at": now.isoformat(), "reference": f"{serial:022x}", "employer": COMPANY, "refused": ""}
        for serial, kind in enumerate(kinds)
    ]
    change_what_is_kept(tab, {"acts": acts})


def lacking(tab: Tab) -> Locator:
    return tab.locator("#kept-acts").get_by_label("Number of the company you work for")


def test_the_page_that_stands_in_stays_while_a_number_is_typed_there(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        keep(tab)
        connection.lose()
        tab.goto("/check-in")
        lacking(tab).fill(HALF)
        connection.find_again()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in and out")
        tab.wait_for_timeout(LONG_ENOUGH_TO_LEAVE_MS)
        expect(lacking(tab)).to_have_value(HALF)


def test_a_page_stays_while_a_number_is_typed_there_although_another_tab_sent_the_rest(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab, other = context.new_page(), context.new_page()
        tab.add_init_script(GOES_NO_ROUNDS)
        check_in(tab)
        context.route("**/check-in/state", lambda route: route.abort())
        keep(tab, "out")
        tab.goto("/check-in")
        expect(tab.locator("#kept-acts li")).to_have_count(2)
        lacking(tab).fill(HALF)
        context.unroute_all()
        other.goto("/check-in/mine")
        wait_until(other, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])
        tab.evaluate(ONLINE)
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        tab.wait_for_timeout(LONG_ENOUGH_TO_LEAVE_MS)
        expect(lacking(tab)).to_have_value(HALF)


def test_a_page_on_which_a_number_was_begun_and_given_up_shows_how_things_stand(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.add_init_script(GOES_NO_ROUNDS)
        check_in(tab)
        context.route("**/check-in/state", lambda route: route.abort())
        keep(tab, "out")
        tab.goto("/check-in")
        lacking(tab).fill(HALF)
        context.unroute_all()
        tab.evaluate(ONLINE)
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        tab.get_by_role("button", name="Do not send it").click()
        tab.evaluate(ONLINE)
        expect(tab.get_by_role("heading", level=1)).not_to_have_text("You are at work")


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside what somebody else kept"])
def test_a_page_stays_while_a_question_stands_there_although_something_kept_was_sent(browser, portal, others):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.add_init_script(GOES_NO_ROUNDS)
        tab.goto("/check-in")
        wait_for_the_script(tab)
        keep(tab, "out")
        refused, out = kept_on(tab)
        another = refused | {"whose": "somebody else", "refused": "", "lacks": "", "employer": COMPANY}
        change_what_is_kept(tab, {"acts": [out, another][: 1 + others]})
        tab.add_init_script(HELD_BACK)
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_label("Number of the work place").fill(UNKNOWN_PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        tab.evaluate("window.release()")
        question = tab.locator("[data-told]")
        expect(question).to_contain_text("No work place of this number is known.")
        assert [row.event_type for row in of(person_id)] == ["OUT"]
        tab.evaluate(ONLINE)
        tab.wait_for_timeout(LONG_ENOUGH_TO_LEAVE_MS)
        expect(question).to_contain_text("No work place of this number is known.")
        expect(tab.get_by_label("Number of the work place")).to_have_value(UNKNOWN_PLACE)


def test_the_page_that_stands_in_stays_while_a_question_stands_there(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{UNKNOWN_PLACE}")
        tab.evaluate("company => { document.querySelector('[name=company]').value = company; }", COMPANY)
        tab.evaluate(f"() => {{ window.fetch = ({LATER})(window.fetch); }}")
        tab.get_by_role("button", name="Check in", exact=True).click()
        connection.find_again()
        tab.evaluate("window.release()")
        question = tab.locator("[data-told]")
        expect(question).to_contain_text("No work place of this number is known.")
        tab.evaluate(ONLINE)
        tab.wait_for_timeout(LONG_ENOUGH_TO_LEAVE_MS)
        expect(question).to_contain_text("No work place of this number is known.")
        assert of(person_id) == []


def test_the_page_that_stands_in_makes_way_although_it_reminded_of_what_nobody_filled_in(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto("/check-in")
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("[data-told]")).to_contain_text("Give the number of the work place")
        connection.find_again()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")


def test_a_question_stays_where_the_number_that_another_act_lacks_is_given(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.add_init_script(GOES_NO_ROUNDS)
        tab.goto("/check-in")
        wait_for_the_script(tab)
        keep(tab)
        tab.goto("/check-in")
        tab.locator("#id_company").fill(COMPANY)
        tab.get_by_label("Number of the work place").fill(UNKNOWN_PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        question = tab.locator("[data-told]")
        expect(question).to_contain_text("No work place of this number is known.")
        lacking(tab).fill(COMPANY)
        tab.get_by_role("button", name="Send it with this number").click()
        expect(tab.locator("[data-registered] li")).to_have_count(1)
        tab.wait_for_timeout(LONG_ENOUGH_TO_LEAVE_MS)
        expect(question).to_contain_text("No work place of this number is known.")
        assert [row.work_place for row in of(person_id)] == [PLACE]
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [row.work_place for row in of(person_id)] == [PLACE, UNKNOWN_PLACE]


def test_a_place_that_is_asked_for_and_typed_is_no_guess_of_the_phone(browser, portal):
    a_place(OTHER_PLACE, name="Library")
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.add_init_script(GOES_NO_ROUNDS)
        tab.goto("/check-in")
        wait_for_the_script(tab)
        keep(tab)
        (refused,) = kept_on(tab)
        lacking_place = {"act": "out", "at": ago(minutes=30), "place": "", "employer": COMPANY, "lacks": "place"}
        change_what_is_kept(tab, {"acts": [refused | lacking_place | {"guessed": "yes"}]})
        came_elsewhere = kept(place=OTHER_PLACE, at=ago(hours=1))
        assert tab.evaluate(BRING, came_elsewhere) == HTTPStatus.OK
        tab.goto("/check-in")
        tab.locator("#kept-acts").get_by_label("Number of the work place").fill(PLACE)
        tab.get_by_role("button", name="Send it with this number").click()
        wait_until(tab, lambda: len(of(person_id)) == 2)
        assert [(row.event_type, row.work_place) for row in of(person_id)] == [("IN", OTHER_PLACE), ("OUT", PLACE)]
