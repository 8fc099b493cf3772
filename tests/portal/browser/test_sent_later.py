"""What a phone kept and sent later is told once, with its receipt: in one tab or two, after signing in, beside what is refused."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.portal.browser.lines import wait_until
from tests.portal.browser.looking import is_wider_than_the_screen, keep_screenshot, violations
from tests.portal.browser.phones import (
    a_phone,
    a_phone_on_the_move,
    change_what_is_kept,
    kept_on,
    leads_nowhere,
    of,
    people,
    wait_for_the_try,
    wait_for_the_worker,
)
from tests.portal.browser.test_kept_acts import check_in, tap, wait_for_the_script
from tests.portal.browser.test_shared_phones import let_the_stay_run_out, sign_in
from tests.portal.checkins.conftest import COMPANY, PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
STANDS_THERE_MS = 10_000
"""As long as whoever tapped is led to the receipt: what is sent later was kept."""

HIDDEN = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })"
LOOKED_AT = "() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }"
HEARS_NOTHING = """window.setInterval = () => 0;
window.addEventListener('online', (event) => event.stopImmediatePropagation(), true);"""
FILLED_IN = "() => document.querySelector('[data-checkin]').dispatchEvent(new Event('input', { bubbles: true }))"
REACHES_NOBODY = "() => { window.fetch = () => Promise.reject(new TypeError('nobody is there')); }"
SENT = "() => (JSON.parse(localStorage.getItem('guichet.checkins')).sent ?? []).length"
EDGE = "box => getComputedStyle(box).borderTopColor"


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def test_of_two_tabs_the_one_that_is_looked_at_tells_what_was_sent(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab, other = context.new_page(), context.new_page()
        other.add_init_script(HIDDEN)
        check_in(tab)
        tab.goto("about:blank")
        other.goto("/check-in")
        wait_for_the_script(other)
        connection.lose()
        tap(other, "Check out")
        expect(other.locator("#kept-acts li")).to_have_count(1)
        other.wait_for_timeout(STANDS_THERE_MS)
        connection.find_again()
        expect(other.get_by_role("heading", level=1)).to_have_text("Check in", timeout=30_000)
        expect(other.locator("[data-registered]")).to_be_hidden()
        tab.goto("/check-in")
        line = re.compile(rf"^Check out, .* {of(person_id)[1].number}$")
        expect(tab.locator("[data-registered] li")).to_have_text([line], timeout=30_000)
        wait_until(other, lambda: other.evaluate(SENT) == 0)  # tabs hear a little later what others wrote
        other.evaluate(LOOKED_AT)
        expect(other.locator("[data-registered]")).to_be_hidden()


def test_two_tabs_that_come_back_at_once_both_show_how_things_stand_now(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab, other = context.new_page(), context.new_page()
        other.add_init_script(HIDDEN)
        check_in(tab)
        other.goto("/check-in")
        wait_for_the_script(other)
        connection.lose()
        tap(tab, "Check out")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        tab.wait_for_timeout(STANDS_THERE_MS)
        connection.find_again()
        for each in (tab, other):
            expect(each.get_by_role("heading", level=1)).to_have_text("Check in", timeout=30_000)
            wait_for_the_script(each)
            expect(each.locator("#kept-acts")).to_be_hidden()
        line = re.compile(rf"^Check out, .* {of(person_id)[1].number}$")
        expect(tab.locator("[data-registered] li")).to_have_text([line], timeout=30_000)


@pytest.mark.parametrize("is_begun", [False, True], ids=["untouched", "being filled in"])
def test_a_page_that_hears_late_of_what_another_tab_sent_shows_how_things_stand_now(browser, portal, *, is_begun: bool):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab, other = context.new_page(), context.new_page()
        other.add_init_script(HEARS_NOTHING)
        check_in(tab)
        other.goto("/check-in")
        wait_for_the_script(other)
        if is_begun:
            other.evaluate(FILLED_IN)
        connection.lose()
        tap(tab, "Check out")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        connection.find_again()
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])
        wait_until(other, lambda: kept_on(other) == [])
        if is_begun:
            with leads_nowhere(other):
                other.evaluate(LOOKED_AT)
                other.wait_for_timeout(1500)
        else:
            other.evaluate(LOOKED_AT)
            expect(other.get_by_role("heading", level=1)).to_have_text("Check in", timeout=30_000)


def test_a_page_that_stands_in_leads_on_once_another_tab_sent_what_it_keeps(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab, other = context.new_page(), context.new_page()
        other.add_init_script(HIDDEN)
        check_in(tab)
        wait_for_the_worker(tab)
        other.goto("/check-in")
        wait_for_the_script(other)
        connection.lose()
        tap(tab, "Check out")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        wait_for_the_try(tab)  # else the one that is under way reaches the counter
        tab.evaluate(REACHES_NOBODY)
        connection.find_again()
        wait_until(tab, lambda: kept_on(tab) == [])
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")
        line = re.compile(rf"^Check out, .* {of(person_id)[1].number}$")
        expect(tab.locator("[data-registered] li")).to_have_text([line])


def test_a_page_that_stands_in_makes_way_once_there_is_a_connection_unless_something_is_typed(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab, typed = context.new_page(), context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        for each in (tab, typed):
            each.goto("/check-in")
            expect(each.get_by_role("heading", level=1)).to_have_text("No connection")
        typed.get_by_label("Number of the work place").press_sequentially(PLACE)
        connection.find_again()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")
        expect(typed.get_by_role("heading", level=1)).to_have_text("Check in and out", timeout=30_000)
        expect(typed.get_by_label("Number of the work place")).to_have_value(PLACE)


def test_who_signed_in_again_is_told_what_was_sent_then(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        check_in(tab)
        connection.lose()
        tap(tab, "Check out")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        context.clear_cookies()
        tab.wait_for_timeout(STANDS_THERE_MS)
        connection.find_again()
        expect(tab.locator("#kept-acts")).to_contain_text("You are signed out.")
        expect(tab.locator("#kept-acts").get_by_role("link", name="Sign in")).to_be_visible()
        assert [row.event_type for row in of(person_id)] == ["IN"]
        sign_in(context, person_id, portal.url)
        tab.goto("/check-in")
        expect(tab.locator("[data-registered] li")).to_have_text([re.compile("^Check out, .*, Receipt number")])
        tab.locator("[data-registered]").get_by_role("link", name=f"Receipt number {of(person_id)[1].number}").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")


def test_what_was_sent_is_told_beside_what_was_refused(browser, portal):
    now = datetime.now(UTC).replace(microsecond=0)
    acts = [
        {"act": "in", "at": (now - timedelta(minutes=50)).isoformat(), "reference": "a1" * 11, "employer": COMPANY},
        {"act": "in", "at": (now - timedelta(days=3)).isoformat(), "reference": "a2" * 11, "employer": COMPANY},
        {"act": "out", "at": (now - timedelta(minutes=30)).isoformat(), "reference": "a3" * 11, "employer": COMPANY},
    ]
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_script(tab)
        whose = tab.locator("[data-checkin]").get_attribute("data-whose")
        same = {"place": PLACE, "method": "APP", "whose": whose, "sure": "", "refused": "", "guessed": ""}
        tab.goto("/help")
        change_what_is_kept(tab, {"acts": [act | same for act in acts]})
        tab.goto("/check-in")
        expect(tab.locator("#kept-acts")).to_contain_text("Not registered:")
        came, left = of(person_id)
        expect(tab.locator("[data-registered] li")).to_have_text(
            [
                re.compile(f"^Check in, .*Receipt number {came.number}$"),
                re.compile(f"^Check out, .*Receipt number {left.number}$"),
            ]
        )
        for scheme in ("dark", "light"):
            tab.emulate_media(color_scheme=scheme)
            edges = [tab.locator(box).evaluate(EDGE) for box in ("[data-registered]", "#kept-acts")]
            assert len(set(edges)) == len(edges)
            keep_screenshot(tab, f"check-in-sent-and-refused-{scheme}-phone")
            assert violations(tab) == []
            assert not is_wider_than_the_screen(tab)
        tab.get_by_role("button", name="I have read this").click()
        tab.reload()
        wait_for_the_script(tab)
        expect(tab.locator("[data-registered]")).to_be_hidden()


def test_the_page_shows_how_things_stand_once_some_acts_were_sent_although_another_was_refused(browser, portal):
    now = datetime.now(UTC).replace(microsecond=0)
    acts = [
        {"act": "in", "at": (now - timedelta(days=3)).isoformat(), "reference": "a1" * 11},
        {"act": "in", "at": (now - timedelta(minutes=50)).isoformat(), "reference": "a2" * 11},
    ]
    with a_phone(browser, portal) as (context, _person_id):
        tab, loads = context.new_page(), []
        tab.goto("/check-in")
        wait_for_the_script(tab)
        whose = tab.locator("[data-checkin]").get_attribute("data-whose")
        same = {"place": PLACE, "employer": COMPANY, "method": "APP", "sure": "", "refused": "", "guessed": ""}
        tab.goto("/help")
        change_what_is_kept(tab, {"acts": [act | same | {"whose": whose} for act in acts]})
        tab.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
        tab.goto("/check-in")
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        expect(tab.locator("#kept-acts li")).to_have_text([re.compile("^Check in, .*It is too old to be registered.")])
        expect(tab.locator("[data-registered] li")).to_have_text([re.compile("^Check in, .*Receipt number")])
        with leads_nowhere(tab):
            tab.evaluate("window.dispatchEvent(new Event('online'))")
        assert len(loads) == len(("opened", "once what was sent stands"))


def test_what_was_sent_from_another_page_is_told_by_the_next_one_that_checks_in(browser, portal):
    act = {"act": "in", "at": datetime.now(UTC).replace(microsecond=0).isoformat(), "reference": "a1" * 11}
    same = {"place": PLACE, "employer": COMPANY, "method": "APP", "sure": "", "refused": "", "guessed": ""}
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_script(tab)
        whose = tab.locator("[data-checkin]").get_attribute("data-whose")
        tab.goto("/help")
        change_what_is_kept(tab, {"acts": [act | same | {"whose": whose}]})
        tab.goto("/check-in/mine")
        wait_until(tab, lambda: kept_on(tab) == [])
        tab.goto("/check-in")
        expect(tab.locator("[data-registered] li")).to_have_text(
            [re.compile(f"^Check in, .*Receipt number {of(person_id)[0].number}$")]
        )


def test_the_page_that_stands_in_says_who_is_signed_out_nothing_that_is_not_so(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        check_in(tab)
        wait_for_the_worker(tab)
        connection.lose()
        tap(tab, "Check out")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        let_the_stay_run_out(tab)
        tab.goto("/check-in")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        connection.find_again()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in and out")
        assert tab.title() == "Check in and out - Guichet"
        expect(tab.locator("#kept-acts [data-kept]")).to_have_text("You are signed out.")
        expect(tab.locator("#kept-acts li")).to_have_text(
            [re.compile("^What was tapped on this phone before is kept.")]
        )
        expect(tab.locator("#kept-acts").get_by_role("link", name="Sign in")).to_be_visible()
        keep_screenshot(tab, "check-in-kept-signed-out-phone")
        assert violations(tab) == []
        connection.lose()
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
