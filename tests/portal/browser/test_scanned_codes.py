"""What a phone says of how it was captured: by the QR code at the door where its page names that work place, with scripts too."""

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.portal.browser.lines import wait_until
from tests.portal.browser.phones import a_phone, a_phone_on_the_move, of, people, wait_for_the_worker
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def places(browser, transactional_db: None) -> None:
    a_place()
    a_place(OTHER_PLACE)


def _check_in(tab: Tab, *, company: str = "") -> None:
    """Check in for that company, or for the only one that is offered, which has a part in the scanned work place."""
    if company:
        tab.get_by_label("Number of the company you work for").fill(company)
    else:
        tab.locator(f"input[name=employer][value='{COMPANY}']").check()
    tab.get_by_role("button", name="Check in", exact=True).click()


def test_a_check_in_by_a_scanned_code_is_captured_by_qr_code(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto(f"/check-in/at/{PLACE.lower()}")
        _check_in(tab)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [(row.work_place, row.capture) for row in of(person_id)] == [(PLACE, "QR")]


def test_a_check_in_without_a_connection_by_a_scanned_code_is_captured_by_qr_code(browser, portal):
    with a_phone_on_the_move(browser, portal) as (context, person_id, connection):
        tab = context.new_page()
        tab.goto("/check-in")
        wait_for_the_worker(tab)
        connection.lose()
        tab.goto(f"/check-in/at/{PLACE}")
        _check_in(tab, company=COMPANY)
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        connection.find_again()
        wait_until(tab, lambda: [(row.work_place, row.capture) for row in of(person_id)] == [(PLACE, "QR")])


def test_whoever_types_another_work_place_than_the_scanned_one_did_not_scan_it(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto(f"/check-in/at/{PLACE}")
        tab.get_by_text("Another work place or company").click()
        tab.get_by_label("Number of the other work place").fill(OTHER_PLACE)
        _check_in(tab)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [(row.work_place, row.capture) for row in of(person_id)] == [(OTHER_PLACE, "APP")]


def test_a_check_in_without_a_scanned_code_is_captured_by_the_page(browser, portal):
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        tab.get_by_label("Number of the work place").fill(PLACE)
        _check_in(tab, company=COMPANY)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [row.capture for row in of(person_id)] == ["APP"]
