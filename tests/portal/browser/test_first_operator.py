"""The first operator, from the link that a command shows to a stay at level 400, with nothing but a browser."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from auth.desk import KeyDesk
from auth.keys.enrolments import issue_operator_link
from auth.locksmith import Locksmith
from auth.models import Login, LoginState, OperatorRole, Session
from auth.operators import give_role
from commands.configuring.operator_actions import NobodyKnown
from evidence.clock import SystemClock
from tests.portal.browser.looking import keep_screenshot
from tests.portal.browser.running_portal import RunningPortal

pytestmark = pytest.mark.django_db
PASSWORD = "blue-lamp-42-river"


@pytest.fixture(scope="module")
def link(portal: RunningPortal, people: object, django_db_blocker) -> str:
    desk = KeyDesk(Locksmith.read(portal.home / "keys" / "signing_in.json"), NobodyKnown(), NobodyKnown())
    at = SystemClock().now()
    with django_db_blocker.unblock():
        login = Login.objects.create(user_name="first.operator", state=LoginState.INVITED, created_at=at)
        give_role(login, OperatorRole.SUPPORT, at=at, actor="operator")
        made = issue_operator_link(login.pk, actor="operator", desk=desk, at=at)
    return f"{portal.url}/first-keys/{made.link}"


def shown(page: Page, name: str, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    keep_screenshot(page, f"first-operator-{name}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_an_operator_sets_up_keys_by_the_link_and_signs_in_with_an_app(
    portal: RunningPortal, browser: Browser, link: str
):
    context = browser.new_context(ignore_https_errors=True, locale="en")
    page = context.new_page()
    page.goto(link)
    press(page, "Continue")
    shown(page, "password", "Choose your user name and password")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password once more").fill(PASSWORD)
    press(page, "Continue")
    shown(page, "app", "Register a mobile app too")
    press(page, "Show the QR code")
    shown(page, "qr", "Scan the QR code")
    app = pyotp.TOTP(re.sub(r"\s", "", page.locator(".counter-code").first.inner_text()))
    page.get_by_label("Code that the app shows now").fill(app.now())
    press(page, "Register the app")
    shown(page, "codes", "The app is registered")

    page.goto(f"{portal.url}/sign-in/app")
    page.get_by_label("User name").fill("first.operator")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Continue")
    page.get_by_label("Code of the app").fill(app.at(int(time.time()) + 30))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{portal.url}/home")
    keep_screenshot(page, "first-operator-home")
    stay = Session.objects.get(login__user_name="first.operator", ended_at__isnull=True)
    assert (stay.level, stay.means) == (400, "PASSWORD+TOTP")
    context.close()
