"""A phone of who is self-employed: the company is said to be his own, also where it is offered or the connection is lost."""

import re

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from registers.checkins.models import WorkPlace
from tests.portal.browser.lines import wait_until
from tests.portal.browser.looking import keep_screenshot, violations
from tests.portal.browser.phones import (
    a_phone,
    a_phone_on_the_move,
    fill,
    kept_on,
    of,
    people,
    wait_for_the_end_of_the_try,
    wait_for_the_worker,
)
from tests.portal.browser.test_kept_acts import tap, wait_for_the_script
from tests.portal.checkins.conftest import COMPANY, PLACE, UNKNOWN_PLACE, a_party, a_place
from tests.registers.checkins.employing import employ

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
OTHER_COMPANY = "0448181966"


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> WorkPlace:
    return a_place()


def test_a_self_employed_person_chooses_the_own_company_where_it_is_offered(browser, portal, place: WorkPlace):
    for company in (COMPANY, OTHER_COMPANY):
        a_party(place, company, "CONTRACTOR")
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto(f"/check-in/at/{PLACE}")
        tab.get_by_label(COMPANY).check()
        tab.get_by_label("I am self-employed").check()
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [(row.employer, row.capacity) for row in of(person_id)] == [(COMPANY, "SELF_EMPLOYED")]


def test_a_self_employed_person_stays_one_without_a_connection(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_label("I am self-employed").check()
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        assert tab.get_by_label("Number of the company you work for").input_value() == COMPANY
        expect(tab.get_by_label("I am self-employed")).to_be_checked()
        keep_screenshot(tab, "check-in-offline-self-employed-phone")
        assert violations(tab) == []
        tab.get_by_role("button", name="Check out").click()
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        tab.wait_for_url(re.compile(r"/check-in$"))
        assert [(row.event_type, row.capacity) for row in of(person_id)] == [
            ("IN", "SELF_EMPLOYED"),
            ("OUT", "SELF_EMPLOYED"),
        ]


@pytest.mark.parametrize("is_scripted", [True, False], ids=["with scripts", "without scripts"])
def test_an_employee_who_ticks_the_own_company_is_asked_once_more_and_then_believed(
    browser, portal, place: WorkPlace, *, is_scripted: bool
):
    with a_phone(browser, portal, java_script_enabled=is_scripted) as (context, person_id):
        employ(person_id)
        tab = context.new_page()
        tab.goto(f"/check-in/at/{PLACE}")
        tab.locator(f"[name=employer][value='{COMPANY}']").check()
        tick, button = tab.get_by_label("I am self-employed"), tab.get_by_role("button", name="Check in", exact=True)
        tick.check()
        button.click()
        expect(tab.get_by_text("You are known here as an employee of this company.").first).to_be_visible()
        expect(tick).to_be_checked()
        assert of(person_id) == []
        button.click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        expect(tab.locator("main")).to_contain_text(", my own company")
        assert [(row.employer, row.capacity) for row in of(person_id)] == [(COMPANY, "SELF_EMPLOYED")]


def _confirm(tab: Tab) -> None:
    """Check in for the company, and say twice that it is one's own."""
    tab.goto("/check-in")
    wait_for_the_worker(tab)
    fill(tab)
    tab.get_by_label("I am self-employed").check()
    button = tab.get_by_role("button", name="Check in", exact=True)
    button.click()
    expect(tab.locator("[data-told]")).to_contain_text("You are known here as an employee")
    button.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")


def _find_nothing_chosen(tab: Tab) -> None:
    """Find the page that stands in to choose no company."""
    tab.goto(f"/check-in/at/{PLACE}")
    expect(tab.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(tab.get_by_label("Number of the work place")).to_have_value(PLACE)
    expect(tab.get_by_label("Number of the company you work for")).to_have_value("")
    expect(tab.get_by_label("I am self-employed")).not_to_be_checked()


@pytest.mark.parametrize("is_looked_at", [True, False], ids=["looked at since", "as it was learned"])
def test_an_own_company_that_was_confirmed_is_not_chosen_without_a_connection_and_what_ends_it_is_of_it(
    browser, portal, *, is_looked_at: bool
):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        employ(person_id)
        tab = context.new_page()
        _confirm(tab)
        if is_looked_at:
            tab.goto("/check-in")
            expect(tab.get_by_role("heading", level=1)).to_have_text("You are at work")
        connection.lose()
        _find_nothing_chosen(tab)
        tab.get_by_role("button", name="Check out").click()
        expect(tab.locator("#kept-acts li")).to_have_count(1)
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        tab.wait_for_url(re.compile(r"/check-in$"))
        assert [(row.event_type, row.employer, row.capacity) for row in of(person_id)] == [
            ("IN", COMPANY, "SELF_EMPLOYED"),
            ("OUT", COMPANY, "SELF_EMPLOYED"),
        ]


def test_a_break_that_ends_does_not_let_an_own_company_be_chosen_that_was_confirmed(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        employ(person_id)
        tab = context.new_page()
        _confirm(tab)
        for state, act in (("You are at work", "Start a break"), ("You are on a break", "End the break")):
            tab.goto("/check-in")
            expect(tab.get_by_role("heading", level=1)).to_have_text(state)
            wait_for_the_script(tab)
            tap(tab, act)
            tab.wait_for_url(re.compile(r"/receipts/"))
        assert [row.capacity for row in of(person_id)] == ["SELF_EMPLOYED"] * 3
        connection.lose()
        _find_nothing_chosen(tab)


@pytest.mark.parametrize("is_scripted", [True, False], ids=["with scripts", "without scripts"])
def test_an_employee_who_takes_the_tick_away_is_registered_as_one(
    browser, portal, place: WorkPlace, *, is_scripted: bool
):
    with a_phone(browser, portal, java_script_enabled=is_scripted) as (context, person_id):
        employ(person_id)
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tick, button = tab.get_by_label("I am self-employed"), tab.get_by_role("button", name="Check in", exact=True)
        tick.check()
        button.click()
        expect(tab.get_by_text("You are known here as an employee of this company.").first).to_be_visible()
        tick.uncheck()
        button.click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [(row.employer, row.capacity) for row in of(person_id)] == [(COMPANY, "")]


def test_an_unknown_work_place_and_an_own_company_are_asked_about_one_after_the_other(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        employ(person_id)
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_label("Number of the work place").fill(UNKNOWN_PLACE)
        tab.get_by_label("I am self-employed").check()
        for question in ("No work place of this number is known.", "You are known here as an employee"):
            tab.get_by_role("button", name="Check in", exact=True).click()
            expect(tab.locator("[data-told]")).to_contain_text(question)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [(row.work_place, row.capacity) for row in of(person_id)] == [(UNKNOWN_PLACE, "SELF_EMPLOYED")]


def test_what_an_employee_ticked_without_a_connection_is_taken_as_it_is(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        employ(person_id)
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        tab.get_by_label("Number of the company you work for").fill(COMPANY)
        tab.get_by_label("I am self-employed").check()
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        wait_for_the_end_of_the_try(tab)
        connection.find_again()
        tab.wait_for_url(re.compile(r"/check-in$"))
        assert [row.capacity for row in of(person_id)] == ["SELF_EMPLOYED"]


def test_an_own_company_that_was_kept_and_sent_from_another_page_is_not_chosen_the_next_time(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        employ(person_id)
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        fill(tab)
        tab.get_by_label("I am self-employed").check()
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        tab.goto("about:blank")
        connection.find_again()
        tab.goto("/check-in/mine")
        wait_until(tab, lambda: kept_on(tab) == [])
        assert [row.capacity for row in of(person_id)] == ["SELF_EMPLOYED"]
        connection.lose()
        _find_nothing_chosen(tab)
