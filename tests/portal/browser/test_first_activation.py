"""A main access manager without a national number, from his two codes to the people of his company, in a browser alone."""

import re
from datetime import datetime

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from auth.desk import KeyDesk
from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.locksmith import Locksmith
from auth.models import Login, LoginState
from commands.configuring.operator_actions import NobodyKnown
from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.access.qualities import Quality
from evidence.clock import SystemClock
from registers.access.entity_accounts import register_account
from tests.portal.browser.looking import PHONE, is_wider_than_the_screen, keep_screenshot, violations
from tests.portal.browser.running_portal import RunningPortal
from tests.portal.somebody import a_person
from tests.registers.access.conftest import an_entity

pytestmark = pytest.mark.django_db
PASSWORD = "garden-wall-28-stone"
COMPANY = "0123456749"


@pytest.fixture(scope="module")
def temporary_password(portal: RunningPortal, people: object, django_db_blocker) -> str:
    desk = KeyDesk(Locksmith.read(portal.home / "keys" / "signing_in.json"), NobodyKnown(), NobodyKnown())
    at: datetime = SystemClock().now()
    with django_db_blocker.unblock():
        person, login = a_person("chief.abroad")
        Login.objects.filter(pk=login.pk).update(state=LoginState.INVITED)
        register_account(
            an_entity(COMPANY),
            chief_id=person.pk,
            quality=Quality.EMPLOYER,
            by=Actor.legal_representative(),
            at=at,
        )
        made = issue_activation(login.pk, ReachedBy("a@example.org", "+32470000000"), actor="test", desk=desk, at=at)
        text = OutboxMessage.objects.get(occasion=f"temporary:{made.pk}:password").body
    return text.rpartition(" ")[2].strip()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def looked_at(page: Page, name: str) -> None:
    """Look at the page on a desk, in German and on a phone: its widest words fit, and nothing keeps anybody out."""
    assert violations(page) == []
    keep_screenshot(page, f"first-activation-{name}")
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    assert not is_wider_than_the_screen(page)
    keep_screenshot(page, f"first-activation-{name}-phone")
    page.set_viewport_size(before)


def test_two_codes_lead_to_an_app_and_to_the_people_of_the_company(
    portal: RunningPortal, browser: Browser, temporary_password: str
):
    context = browser.new_context(ignore_https_errors=True, locale="en")
    page = context.new_page()
    page.goto(f"{portal.url}/activate")
    page.get_by_label("User name").fill("chief.abroad")
    page.get_by_label("Temporary password").fill(temporary_password)
    press(page, "Continue")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password once more").fill(PASSWORD)
    press(page, "Activate")

    expect(page.get_by_role("heading", name="Register a mobile app now")).to_be_visible()
    expect(page.get_by_text("The account of Bakery is active.")).to_be_visible()
    looked_at(page, "offer")
    press(page, "Show the QR code")
    expect(page.get_by_label("Code that the app shows now")).to_be_visible()
    looked_at(page, "qr")
    app = pyotp.TOTP(re.sub(r"\s", "", page.locator(".counter-code").first.inner_text()))
    page.get_by_label("Code that the app shows now").fill(app.now())
    press(page, "Register the app")
    expect(page.get_by_role("heading", name="The app is registered")).to_be_visible()
    looked_at(page, "codes")
    page.get_by_role("link", name="I have them on paper: go on").click()
    page.wait_for_url(f"{portal.url}/home")
    page.goto(f"{portal.url}/people")
    expect(page.get_by_role("heading", name="People and rights", level=1)).to_be_visible()
    context.close()
