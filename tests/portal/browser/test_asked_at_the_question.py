"""What a phone asks before it sends an act stands at its own question, as an error of the form, and goes with it."""

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab

from registers.checkins.models import WorkPlace
from tests.portal.browser.looking import keep_screenshot, violations
from tests.portal.browser.phones import a_phone, a_phone_on_the_move, fill, of, people, wait_for_the_worker
from tests.portal.browser.test_kept_acts import tap, wait_for_the_script
from tests.portal.checkins.conftest import COMPANY, PLACE, UNKNOWN_PLACE, a_party, a_place
from tests.registers.checkins.employing import employ

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
OTHER_COMPANY = "0448181966"


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> WorkPlace:
    return a_place()


def question(tab: Tab, name: str) -> Locator:
    """Return the group of the question, by the name of one of its fields."""
    return tab.locator(f".govuk-form-group:has([name={name}])")


def stands_at(tab: Tab, name: str, words: str) -> None:
    """Expect the words at that question alone, with the look of an error, and told of the field to who does not see it."""
    expect(question(tab, name).locator(".govuk-error-message")).to_contain_text(words)
    expect(tab.locator(".govuk-form-group--error")).to_have_count(1)
    expect(question(tab, name)).to_have_class("govuk-form-group govuk-form-group--error")
    expect(question(tab, name).locator("[aria-describedby~=told]")).to_have_count(1)
    assert violations(tab) == []


def check_in(tab: Tab) -> None:
    tab.get_by_role("button", name="Check in", exact=True).click()


def test_for_whom_somebody_works_is_asked_at_the_companies_and_where_he_is_at_the_work_place(
    browser, portal, place: WorkPlace
):
    for company in (COMPANY, OTHER_COMPANY):
        a_party(place, company, "CONTRACTOR")
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto(f"/check-in/at/{PLACE}")
        check_in(tab)
        stands_at(tab, "employer", "Say for whom you work here.")
        keep_screenshot(tab, "check-in-asked-for-whom-phone")
        tab.get_by_label(COMPANY).check()
        tab.get_by_text("Another work place or company").click()
        tab.get_by_label("Number of the other work place").fill(UNKNOWN_PLACE)
        check_in(tab)
        stands_at(tab, "number", "No work place of this number is known.")
        expect(question(tab, "employer").locator("[aria-describedby]")).to_have_count(0)
        tab.get_by_label("Number of the other work place").fill("")
        check_in(tab)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [(row.work_place, row.employer) for row in of(person_id)] == [(PLACE, COMPANY)]


def test_whether_the_company_is_ones_own_is_asked_at_the_tick(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        employ(person_id)
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_label("I am self-employed").check()
        check_in(tab)
        stands_at(tab, "self_employed", "You are known here as an employee of this company.")
        keep_screenshot(tab, "check-in-asked-whether-own-phone")


def test_whether_a_company_of_the_list_is_ones_own_is_asked_at_the_list(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        fill(tab)
        tab.get_by_label("I am self-employed").check()
        for act in ("Check in", "Check out"):
            wait_for_the_script(tab)
            tap(tab, act)
            expect(tab.get_by_role("heading", level=1)).to_have_text(act.replace(" ", "-"))
            tab.goto("/check-in")
        employ(person_id)
        tab.goto("/check-in")
        tab.get_by_role("radio", name="my own company").check()
        check_in(tab)
        stands_at(tab, "employer", "You are known here as an employee of this company.")


def test_without_a_connection_each_number_is_asked_at_its_own_field(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, _person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto("/check-in")
        check_in(tab)
        stands_at(tab, "number", "Give the number of the work place")
        tab.get_by_label("Number of the work place").fill(PLACE)
        check_in(tab)
        stands_at(tab, "company", "Give the number of the company you work for.")
        expect(tab.get_by_label("Number of the work place")).to_have_attribute("aria-describedby", "number-hint")
