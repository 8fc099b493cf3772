"""What a phone keeps: the instant at which it was tapped, said with its day, and sent although an earlier try hangs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from auth.models import Session
from domain.assurance import AssuranceLevel, Means
from tests.portal.browser.lines import behind_a_proxy, wait_until
from tests.portal.browser.looking import is_wider_than_the_screen, keep_screenshot, violations
from tests.portal.browser.phones import (
    InsteadOfTheCounter,
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
from tests.portal.checkins.conftest import COMPANY, PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


@pytest.mark.parametrize(("hours", "minutes"), [(1, 30), (20, 0)], ids=["known today", "known yesterday"])
def test_how_far_a_clock_was_off_holds_for_a_working_day(browser, portal, hours: int, minutes: int):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        seen = datetime.now(UTC) - timedelta(hours=hours)
        change_what_is_kept(tab, {"skew": -30 * 60 * 1000, "seen": int(seen.timestamp() * 1000)})
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        tab.get_by_label("Number of the company you work for").fill(COMPANY)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        off = datetime.now(UTC) - datetime.fromisoformat(kept_on(tab)[0]["at"])
        assert abs(off - timedelta(minutes=minutes)) < timedelta(minutes=1)


SLOW = "{ const real = Date.now; Date.now = () => real() - 30 * 60 * 1000; }"


@pytest.mark.parametrize(
    ("clock", "known"),
    [
        ("", {"skew": 30 * 60 * 1000, "hours": 1}),
        ("", {"skew": -30 * 60 * 1000, "hours": 0}),
        (SLOW, {"skew": 0, "hours": 20}),
    ],
    ids=["set forward since", "set back since", "slow and never compared"],
)
def test_a_clock_that_was_set_is_known_by_the_next_answer(browser, portal, clock: str, known: dict[str, int]):
    """By the old correction the act would lie in the future, or before the phone last heard of the counter."""
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        if clock:
            context.add_init_script(clock)
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        seen = int((datetime.now(UTC) - timedelta(hours=known["hours"])).timestamp() * 1000)
        change_what_is_kept(tab, {"skew": known["skew"], "seen": seen - 60_000, "met": seen})
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        tab.get_by_label("Number of the company you work for").fill(COMPANY)
        tapped = datetime.now(UTC)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        if known["hours"]:  # more than a stay lasts
            tab.get_by_role("button", name="It was me: send it").click()
            expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        else:
            tab.wait_for_url(re.compile(r"/check-in$"))
        (row,) = of(person_id)
        assert row.event_at is not None
        assert abs(row.event_at - tapped) < timedelta(minutes=1)


def _of_nobody(at: str, serial: int, *, refused: str = "") -> dict[str, str]:
    """A check-in as a phone keeps it that did not know who tapped."""
    how = {"act": "in", "place": PLACE, "employer": COMPANY, "method": "APP", "whose": "", "sure": ""}
    return how | {"at": at, "reference": f"{serial:022x}", "refused": refused}


def test_a_kept_act_of_another_day_says_its_day_and_one_of_an_hour_that_was_twice_its_zone(browser, portal):
    with a_phone(browser, portal) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        instants = ["2026-10-24T22:00:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
        acts = [_of_nobody(at, place, refused="No.") for place, at in enumerate(instants)]
        change_what_is_kept(tab, {"acts": acts})
        tab.reload()
        lines = tab.locator("#kept-acts li")
        for line, words in enumerate((("24 Oct", "22:00"), ("25 Oct", "02:30", "CEST"), ("25 Oct", "02:30", "CET"))):
            for each in words:
                expect(lines.nth(line)).to_contain_text(each)


def test_a_phone_whose_stay_became_too_weak_is_led_to_a_stronger_key_and_keeps_what_was_tapped(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        Session.objects.filter(login__person_id=person_id).update(level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        box = tab.locator("#kept-acts")
        expect(box).to_contain_text("signed in with a key that is not strong enough here")
        expect(box.get_by_role("link", name="Sign in")).to_be_hidden()
        link = box.get_by_role("link", name="Use a stronger key")
        expect(link).to_have_attribute("href", re.compile(r"/step-up\?level=350&next=%2Fcheck-in$"))
        link.click()
        expect(tab.get_by_role("heading", name="This page needs a stronger key")).to_be_visible()
        assert of(person_id) == []


@pytest.mark.parametrize("lacks", ["", "delete AbortSignal.timeout"], ids=["of today", "of some years ago"])
def test_a_request_that_hangs_holds_back_nothing_for_long(browser, portal, lacks):
    with a_phone(browser, portal) as (context, person_id):
        context.add_init_script(lacks)
        counter, tab = InsteadOfTheCounter(context), context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        counter.hang_once(tab, "/check-in/state")
        fill(tab)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        assert counter.answered(tab) == 1
        wait_until(tab, lambda: of(person_id))
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        expect(tab.locator("#kept-acts")).to_be_hidden()
        assert len(of(person_id)) == 1


UNKNOWN_PLACE = "1Y1003TESTB7Z"
WITHOUT_ROUNDS = "window.setInterval = () => 0"
"""The page that tries every twenty seconds would send it in any case."""

HELD_BACK = """(() => {
  const real = window.fetch;
  const released = new Promise((release) => { window.release = release; });
  let isFirst = true;
  window.fetch = async (asked, options) => {
    if (!isFirst || !String(asked).endsWith("/check-in/state")) return real(asked, options);
    isFirst = false;
    return (await released) ? new Response("<h1>Bad Gateway</h1>", { status: 502 }) : real(asked, options);
  };
})()"""


def test_a_connection_that_comes_back_while_a_try_is_being_lost_is_used_at_once(browser, portal):
    """It is not asked then whether the number is right: the page has said that it keeps what was tapped."""
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        context.add_init_script(HELD_BACK)
        context.add_init_script(WITHOUT_ROUNDS)
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_script(tab)
        fill(tab)
        tab.get_by_label("Number of the work place").fill(UNKNOWN_PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        tab.evaluate("window.release('lost')")
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        assert [row.work_place for row in of(person_id)] == [UNKNOWN_PLACE]


def test_whoever_claims_an_act_while_the_page_asks_how_things_stand_gets_its_receipt(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_script(tab)
        change_what_is_kept(tab, {"acts": [_of_nobody(datetime.now(UTC).isoformat(timespec="seconds"), 1)]})
        context.add_init_script(HELD_BACK)
        tab.reload()
        tab.get_by_role("button", name="It was me: send it").click()
        tab.evaluate("window.release()")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert len(of(person_id)) == 1


def test_a_page_that_came_slowly_does_not_make_the_phone_s_clock_wrong(browser, portal):
    with behind_a_proxy(portal) as (proxied, proxy), a_phone(browser, proxied, service_workers="block") as (context, _):
        tab = context.new_page()
        proxy.slowness = 3
        tab.goto("/check-in")
        wait_for_the_script(tab)
        proxy.cut()
        fill(tab)
        before = datetime.now(UTC)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        assert before.replace(microsecond=0) <= datetime.fromisoformat(kept_on(tab)[0]["at"]) <= datetime.now(UTC)


def tap(tab: Tab, act: str) -> None:
    """Tap an act in another second than whatever was tapped before."""
    tab.wait_for_timeout(1100)
    tab.get_by_role("button", name=act, exact=True).click()


def check_in(tab: Tab) -> None:
    """Check in, and open the page of somebody who is at work."""
    tab.goto("/check-in")
    wait_for_the_worker(tab)
    fill(tab)
    tap(tab, "Check in")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
    tab.goto("/check-in")
    expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
    wait_for_the_script(tab)


def wait_for_the_script(tab: Tab) -> None:
    """Wait until the page's script has begun: before, a tap sends the form itself."""
    tab.wait_for_function("() => JSON.parse(localStorage['guichet.checkins'] ?? '{}').seen >= performance.timeOrigin")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_break_that_is_kept_on_the_open_page_is_ended_without_a_connection(browser, portal, scheme):
    with a_phone_on_the_move(browser, portal, color_scheme=scheme) as (context, person_id, connection):
        tab = context.new_page()
        check_in(tab)
        connection.lose()
        tap(tab, "Start a break")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        expect(tab.locator("#kept-acts li")).to_have_text([re.compile(r"Start a break, \d\d:\d\d, Town hall, Gent$")])
        expect(tab).to_have_url(re.compile(r"/check-in$"))  # loaded again, it is a page as any other
        keep_screenshot(tab, f"check-in-kept-break-phone-{scheme}")
        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)
        tap(tab, "End the break")
        expect(tab.locator("#kept-acts li")).to_have_count(2)
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        assert [(row.event_type, row.reason) for row in of(person_id)] == [
            ("IN", "WORK"),
            ("OUT", "BREAK"),
            ("IN", "BREAK"),
        ]


def test_an_act_that_alone_did_not_arrive_leads_on_too(browser, portal):
    """The counter would give the page of somebody who is at work: the one that stands in is not asked of it."""
    with a_phone(browser, portal) as (context, person_id):
        counter, tab = InsteadOfTheCounter(context), context.new_page()
        check_in(tab)
        counter.answer(tab, "/check-in/acts", 502)
        tap(tab, "Start a break")
        expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
        expect(tab.get_by_role("button", name="End the break")).to_be_visible()
        counter.step_aside(tab)
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, "text/html"), (429, "text/html"), (403, "text/html"), (503, "application/problem+json")],
)
@pytest.mark.parametrize("asked", ["state", "acts"])
def test_a_counter_that_answers_and_takes_nothing_leaves_the_open_page(browser, portal, asked, status, kind):
    with a_phone(browser, portal) as (context, person_id):
        counter, tab = InsteadOfTheCounter(context), context.new_page()
        check_in(tab)
        counter.answer(tab, f"/check-in/{asked}", status, kind=kind)
        with leads_nowhere(tab):
            tap(tab, "Start a break")
            wait_until(tab, lambda: counter.answered(tab))
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        assert [row.event_type for row in of(person_id)] == ["IN"]
        counter.step_aside(tab)
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])


def test_a_phone_that_can_open_no_page_without_a_connection_stays_where_it_keeps_what_is_tapped(browser, portal):
    with a_phone_on_the_move(browser, portal, service_workers="block") as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        connection.lose()
        fill(tab)
        with leads_nowhere(tab):
            tap(tab, "Check in")
            expect(tab.locator("#kept-acts li")).to_have_count(1)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check in")
        connection.find_again()
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN"])


def test_an_answer_that_tells_of_no_receipt_leaves_what_was_tapped_on_the_phone(browser, portal):
    """A page that stands before the counter may answer 200 to everything."""
    with a_phone(browser, portal) as (context, person_id):
        counter, tab = InsteadOfTheCounter(context), context.new_page()
        check_in(tab)
        counter.answer(tab, "/check-in/acts", 200)
        tap(tab, "Start a break")
        wait_until(tab, lambda: counter.answered(tab))
        wait_for_the_end_of_the_try(tab)
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        counter.step_aside(tab)
        tab.evaluate("window.dispatchEvent(new Event('online'))")
        wait_until(tab, lambda: [row.event_type for row in of(person_id)] == ["IN", "OUT"])


def test_a_box_of_what_was_not_registered_ends_below_its_last_button(browser, portal):
    refused = {"reference": "ab" * 11, "act": "in", "place": PLACE, "employer": COMPANY, "method": "APP", "whose": ""}
    refused |= {"at": "2026-11-20T08:00:00+01:00", "tapped": 0, "refused": "This place is not subject to it."}
    with a_phone(browser, portal) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        change_what_is_kept(tab, {"acts": [refused, refused | {"reference": "cd" * 11}]})
        tab.reload()
        expect(tab.locator("#kept-acts")).to_contain_text("Not registered:")
        keep_screenshot(tab, "check-in-not-registered-phone")
        box = tab.locator("#kept-acts").bounding_box()
        first, last = (each.bounding_box() for each in tab.get_by_role("button", name="I have read this").all())
        assert box["y"] + box["height"] - last["y"] - last["height"] <= 20
        assert last["y"] - first["y"] - first["height"] >= 40
        assert violations(tab) == []
