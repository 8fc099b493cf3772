"""Each act that a phone keeps is kept by itself: what one tab writes takes nothing of another one's away."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.portal.browser.lines import wait_until
from tests.portal.browser.phones import a_phone, fill, kept_on, of, people
from tests.portal.browser.test_kept_acts import tap, wait_for_the_script
from tests.portal.checkins.conftest import COMPANY, PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
TAPS = 30
SOON_MS = 1000
MINUTE = timedelta(minutes=1)
TAP = """([from, letter, taps]) => {
    window.fetch = () => Promise.reject(new TypeError("nobody is there"));
    const number = document.querySelector("[name='number']");
    const button = document.querySelector("button[value='in']");
    window.tapped = 0;
    const tap = () => {
        number.value = `1Y1003TEST${letter}${String(window.tapped).padStart(2, "0")}`;
        button.click();
        window.tapped += 1;
        if (window.tapped < taps) setTimeout(tap, 2);
    };
    setTimeout(tap, from - Date.now());
}"""
"""Taps so many times from an instant on, each time at another work place."""

KEEP_IN_ONE_LIST = """(acts) => {
    const store = JSON.parse(localStorage.getItem("guichet.checkins"));
    localStorage.setItem("guichet.checkins", JSON.stringify({ ...store, acts }));
}"""
"""Keeps acts as the pages of an older release did."""


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


def in_one_list(tab: Tab) -> list[dict[str, str]]:
    """Return a check-in of two minutes ago and the check-out a minute later, of whoever is signed in, as that list has them."""
    at = datetime.now(UTC) - timedelta(minutes=2)
    facts = {"place": PLACE, "employer": COMPANY, "method": "APP", "sure": "", "guessed": "", "refused": ""}
    facts["whose"] = tab.locator("[data-checkin]").get_attribute("data-whose") or ""
    return [
        facts | {"act": "in", "reference": "ff" * 11, "at": at.isoformat(timespec="seconds")},
        facts | {"act": "out", "reference": "00" * 11, "at": (at + MINUTE).isoformat(timespec="seconds")},
    ]


def open_and_fill(tab: Tab) -> None:
    tab.goto("/check-in")
    wait_for_the_script(tab)
    fill(tab)


def test_what_two_tabs_keep_at_the_same_moment_is_all_kept(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, _person_id):
        tabs = {"A": context.new_page(), "B": context.new_page()}
        for tab in tabs.values():
            open_and_fill(tab)
        start = int(datetime.now(UTC).timestamp() * 1000) + SOON_MS
        for letter, tab in tabs.items():
            tab.evaluate(TAP, [start, letter, TAPS])
        for tab in tabs.values():
            wait_until(tab, lambda tab=tab: tab.evaluate("window.tapped") == TAPS)
        wait_until(tabs["A"], lambda: len(kept_on(tabs["A"])) == len(tabs) * TAPS)
        kept = [act["place"] for act in kept_on(tabs["A"])]
        for letter in tabs:
            assert [place for place in kept if place[10] == letter] == [
                f"1Y1003TEST{letter}{tap:02}" for tap in range(TAPS)
            ]


def test_what_a_page_of_an_older_release_kept_is_sent_in_its_order(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        open_and_fill(tab)
        tab.evaluate(KEEP_IN_ONE_LIST, in_one_list(tab))
        tab.goto("/check-in")
        expect(tab.locator("[data-registered] li")).to_have_text(
            [re.compile("^Check in, "), re.compile("^Check out, ")]
        )
        assert [row.event_type for row in of(person_id)] == ["IN", "OUT"]
        assert kept_on(tab) == []


def test_what_a_page_of_an_older_release_keeps_beside_an_open_page_is_sent_by_that_one(browser, portal):
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        open_and_fill(tab)
        came, _ = in_one_list(tab)
        tab.evaluate(KEEP_IN_ONE_LIST, [came])
        tap(tab, "Check out")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-out")
        assert [row.event_type for row in sorted(of(person_id), key=lambda row: row.number)] == ["IN", "OUT"]
        assert kept_on(tab) == []
