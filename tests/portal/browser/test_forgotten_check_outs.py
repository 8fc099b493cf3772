"""At six in the morning, on a phone: at work since the evening by what is registered, and the check-out was forgotten."""

import pytest
from playwright.sync_api import expect

from tests.portal.browser.looking import is_wider_than_the_screen, keep_screenshot, violations
from tests.portal.browser.phones import a_phone, of, people
from tests.portal.checkins.acting import ago, kept
from tests.portal.checkins.conftest import a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
BRING = """async (act) => {
  const { token } = await (await fetch("/check-in/state")).json();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return (await fetch("/check-in/acts", { method: "POST", headers, body: JSON.stringify(act) })).status;
}"""


def test_who_forgot_the_check_out_finds_what_to_do_and_checks_in_again(browser, portal):
    a_place()
    with a_phone(browser, portal) as (context, person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        assert tab.evaluate(BRING, kept(at=ago(hours=12))) == 200
        tab.goto("/check-in")
        keep_screenshot(tab, "check-in-since-the-evening-phone")
        expect(tab.get_by_role("button", name="Check in again")).to_be_hidden()
        tab.get_by_text("I forgot to check out").click()
        keep_screenshot(tab, "check-in-forgotten-phone")
        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)
        tab.get_by_role("button", name="Check in again").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
        assert [row.event_type for row in of(person_id)] == ["IN", "IN"]
        tab.goto("/check-in")
        keep_screenshot(tab, "check-in-again-since-the-morning-phone")
        expect(tab.get_by_text("I forgot to check out")).to_have_count(0)
