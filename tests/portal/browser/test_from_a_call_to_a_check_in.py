"""From a request for a video call to the receipt of a check-in, in a browser alone: by password and a code by e-mail (seed 002)."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from auth.models import Login
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.environments import Environment
from domain.languages import Language
from registers.persons.details import create_person, name_person
from tests.portal.browser.looking import (
    AXE_WHEN_ASKED,
    DESK,
    PHONE,
    is_wider_than_the_screen,
    keep_screenshot,
    listen,
    violations,
)
from tests.portal.browser.phones import of
from tests.portal.browser.running_portal import RunningPortal
from tests.portal.checkins.conftest import COMPANY, PLACE, a_party, a_place
from tests.portal.office import settle_officer
from tests.portal.people import a_stay

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "blue-lamp-42-river"
TOLD = {
    "Family name": "Nowak",
    "First name": "Zofia",
    "Date of birth": "12/04/1990",
    "Your e-mail address": "zofia@example.com",
    "Your telephone number": "+48 512 345 678",
}


@pytest.fixture(autouse=True)
def place(browser: Browser, transactional_db: None) -> None:
    a_party(a_place(), COMPANY, "CONTRACTOR")


def press(tab: Tab, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def looked_at(tab: Tab, name: str) -> None:
    assert violations(tab) == []
    assert not is_wider_than_the_screen(tab)
    keep_screenshot(tab, f"from-a-call-{name}")


def make_a_number(browser: Browser, portal: RunningPortal) -> str:
    """Make a bis number for who waits, as an officer does in the call, and return it as the person hears it."""
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", viewport=DESK)
    cookie = {"name": "__Host-session", "value": settle_officer(user_name="re.gis").cookie, "url": portal.url}
    context.add_cookies([{**cookie, "secure": True, "httpOnly": True}])
    desk = context.new_page()
    desk.goto("/registration/identities")
    desk.locator("main td a").last.click()
    desk.get_by_role("link", name="Make a bis number, after a video call").click()
    desk.locator("input[name=document][value=PASSPORT]").check()
    for name, said in (("document_country", "PL"), ("document_number", "EK1"), ("document_expires_on", "01/01/2040")):
        field = desk.locator(f"[name={name}]")
        field.select_option(said) if field.evaluate("each => each.tagName") == "SELECT" else field.fill(said)
    desk.locator("input[name=sex][value='2']").check()
    desk.locator("[name=has_seen]").check()
    desk.locator("[name=has_searched]").check()
    press(desk, "Make the number")
    number = desk.locator(".counter-code").first.inner_text()
    context.close()
    return number


def test_who_was_seen_in_a_call_checks_in_by_password_and_a_code_by_e_mail(browser: Browser, portal: RunningPortal):
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", viewport=PHONE)
    context.add_init_script(AXE_WHEN_ASKED)
    tab = context.new_page()
    complaints = listen(tab)
    tab.goto(f"/check-in/at/{PLACE}")
    looked_at(tab, "sign-in")
    tab.get_by_role("link", name="Ask for a video call").click()
    for label, said in TOLD.items():
        tab.get_by_label(label).fill(said)
    press(tab, "Send")
    expect(tab).to_have_url(f"{portal.url}/login/being-looked-up")
    number = make_a_number(browser, portal)
    login = Login.objects.filter(state="INVITED").latest("pk")
    temporary = OutboxMessage.objects.filter(carrier="SMS").latest("pk").body.rsplit(" ", 1)[1].strip()

    tab.goto(f"/check-in/at/{PLACE}")
    tab.get_by_role("link", name="First sign-in with a temporary password").click()
    tab.get_by_label("User name").fill(str(login.user_name))
    tab.get_by_label("Temporary password").fill(temporary)
    press(tab, "Continue")
    tab.get_by_label("National number or bis number").fill(number)
    tab.get_by_label("New password").fill(PASSWORD)
    tab.get_by_label("The same password once more").fill(PASSWORD)
    press(tab, "Activate")
    expect(tab.get_by_text("a code that we mail to z***@example.com")).to_be_visible()
    expect(tab.get_by_text("company", exact=False)).to_have_count(0)
    looked_at(tab, "offer-of-an-app")
    tab.get_by_role("link", name="Go on without an app").click()

    tab.get_by_role("link", name="Sign in with a security code by e-mail").click()
    press(tab, "Continue")
    expect(tab.get_by_label("Code from the e-mail")).to_be_visible()
    mailed = OutboxMessage.objects.filter(carrier="MAIL", recipient="zofia@example.com").order_by("-pk").first()
    code = re.search(r"\b\d{6}\b", mailed.body if mailed else "")
    assert code
    tab.get_by_label("Code from the e-mail").fill(code[0])
    press(tab, "Sign in")
    expect(tab).to_have_url(f"{portal.url}/check-in/at/{PLACE}")
    tab.get_by_label(COMPANY).check()
    press(tab, "Check in")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
    (row,) = of(login.person_id or 0)
    expect(tab.locator("main")).to_contain_text(str(row.number))
    looked_at(tab, "receipt")
    assert complaints == []
    context.close()


def test_who_is_signed_in_without_a_number_asks_for_one_and_checks_in_with_it(browser: Browser, portal: RunningPortal):
    now = datetime.now(UTC)
    person_id = create_person(Environment.PRODUCTION, at=now)
    name_person(person_id, family_name="Nowak", first_name="Zofia", language=Language.EN, actor="test", at=now)
    login = Login.objects.create(user_name="zofia.n", person_id=person_id, state="ACTIVE", created_at=now)
    stay = a_stay(login, level=AssuranceLevel.EMAIL_CODE, means=Means.EMAIL_CODE, remembered={"arrived": True})
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", viewport=PHONE)
    cookie = {"name": "__Host-session", "value": str(stay.session_key), "url": portal.url}
    context.add_cookies([{**cookie, "secure": True, "httpOnly": True}])
    context.add_init_script(AXE_WHEN_ASKED)
    tab = context.new_page()
    complaints = listen(tab)
    tab.goto(f"/check-in/at/{PLACE}")
    looked_at(tab, "no-number")
    tab.get_by_role("button", name="Ask for a number").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Ask for a video call")
    looked_at(tab, "ask-for-oneself")
    for label, said in TOLD.items():
        tab.get_by_label(label).fill(said)
    press(tab, "Send")
    expect(tab.get_by_text("A registration officer has your request of")).to_be_visible()
    looked_at(tab, "asked-for-oneself")
    make_a_number(browser, portal)

    tab.goto(f"/check-in/at/{PLACE}")
    tab.get_by_label(COMPANY).check()
    press(tab, "Check in")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
    assert [row.work_place for row in of(person_id)] == [PLACE]
    assert complaints == []
    context.close()
