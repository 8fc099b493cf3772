"""A phone of who is self-employed: the company is said to be his own, also where it is offered or the connection is lost."""

import re

import pytest
from playwright.sync_api import expect

from registers.checkins.models import WorkPlace
from tests.portal.browser.looking import keep_screenshot, violations
from tests.portal.browser.phones import a_phone, a_phone_on_the_move, fill, of, people, wait_for_the_worker
from tests.portal.checkins.conftest import COMPANY, PLACE, a_party, a_place

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
        connection.find_again()
        tab.wait_for_url(re.compile(r"/check-in$"))
        assert [(row.event_type, row.capacity) for row in of(person_id)] == [
            ("IN", "SELF_EMPLOYED"),
            ("OUT", "SELF_EMPLOYED"),
        ]
