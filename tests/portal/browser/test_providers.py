"""Signing in with itsme and eIDAS in a browser: through the mock's pages, by keyboard, without scripts, in four languages."""

import re
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from auth.locksmith import Locksmith
from auth.models import Login, PendingIdentity
from auth.openid.calls import CallPlace, ProposedCall, note_call
from commands.authority import utc_now
from commands.mock_identity_provider import CLIENT_ID, KEY_SET_PATH
from commands.mock_identity_provider.client_checks import fetching
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import EIDAS, ITSME, SERVICE
from commands.mock_identity_provider.requests import Registration
from commands.mock_identity_provider.server import MockServer
from tests.portal.browser.looking import (
    PHONE,
    a_visit,
    is_wider_than_the_screen,
    keep_screenshot,
    listen,
    violations,
)
from tests.portal.browser.running_portal import RunningPortal, kept_port, start_portal

pytestmark = pytest.mark.django_db
FIELDS = 8
"""More than the form has places to stop at."""
CANCELLED = {
    "nl": "Het aanmelden met itsme is geannuleerd.",
    "fr": "La connexion avec itsme a été annulée.",
    "de": "Die Anmeldung mit itsme wurde abgebrochen.",
    "en": "Signing in with itsme was cancelled.",
}


@pytest.fixture(scope="module")
def portal(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal that sends people to the mock, as the demo's does."""
    home = tmp_path_factory.mktemp("with-mock")
    with kept_port() as port:
        portal = start_portal(
            home,
            GUICHET_OPENID_CA=str(home / "keys" / "authority.cert.pem"),
            GUICHET_ITSME_ISSUER=f"https://localhost:{port}{ITSME.path}",
            GUICHET_ITSME_CLIENT_ID=CLIENT_ID,
            GUICHET_ITSME_SERVICE=SERVICE,
            GUICHET_EIDAS_ISSUER=f"https://localhost:{port}{EIDAS.path}",
            GUICHET_EIDAS_CLIENT_ID=CLIENT_ID,
        )
        mock = start_mock(portal, port)
    yield portal
    mock.shutdown()
    mock.server_close()
    portal.stop()


def start_mock(portal: RunningPortal, port: int) -> MockServer:
    keys = portal.home / "keys"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / "tls.cert.pem", keys / "tls.key.pem")
    trusting = ssl.create_default_context(cafile=str(keys / "authority.cert.pem"))
    mock = MockServer(
        ("127.0.0.1", port),
        context,
        registration=Registration(CLIENT_ID, portal.url),
        fetch_keys=fetching(f"{portal.url}{KEY_SET_PATH}", trusting),
        clock=utc_now,
    )
    threading.Thread(target=mock.serve_forever, daemon=True).start()
    return mock


@pytest.fixture
def tab(browser: Browser, portal: RunningPortal) -> Iterator[Tab]:
    with a_visit(browser, portal, None) as visit:
        yield visit.new_page()


def go_to_itsme(tab: Tab, language: str = "en", then: str = "") -> None:
    tab.goto(f"/sign-in?language={language}{then}")
    tab.locator("a[href^='/login/itsme']").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in with itsme (mock)")
    tab.wait_for_load_state()


def test_itsme_leads_through_the_provider_to_the_overview(tab: Tab, portal: RunningPortal) -> None:
    complaints = listen(tab)
    go_to_itsme(tab)
    tab.get_by_role("button", name="Continue").click()

    expect(tab).to_have_url(f"{portal.url}/home")
    keep_screenshot(tab, "home-after-itsme")
    assert complaints == []


def test_everything_at_the_provider_can_be_done_by_keyboard(tab: Tab, portal: RunningPortal) -> None:
    go_to_itsme(tab)
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    for _ in range(FIELDS):
        if tab.evaluate("document.activeElement.tagName") == "BUTTON":
            break
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    expect(tab).to_have_url(f"{portal.url}/home")


def test_no_script_is_needed_on_the_way(browser: Browser, portal: RunningPortal) -> None:
    with a_visit(browser, portal, None, java_script_enabled=False) as visit:
        tab = visit.new_page()
        go_to_itsme(tab, then="&next=/sessions")
        tab.get_by_role("button", name="Continue").click()

        expect(tab).to_have_url(f"{portal.url}/sessions")


@pytest.mark.parametrize("path", ["/login/itsme", "/login/eidas"])
def test_the_provider_says_plainly_that_it_is_a_mock(tab: Tab, path) -> None:
    tab.goto(path)

    expect(tab.get_by_role("banner")).to_contain_text("MOCK identity provider, for demos and tests only")
    assert violations(tab) == []
    keep_screenshot(tab, f"mock{path.replace('/', '-')}")
    tab.set_viewport_size(PHONE)
    assert not is_wider_than_the_screen(tab)
    keep_screenshot(tab, f"mock{path.replace('/', '-')}-phone")


@pytest.mark.parametrize("language", CANCELLED)
def test_who_refuses_is_back_at_the_choice_in_his_language(tab: Tab, language) -> None:
    go_to_itsme(tab, language)
    tab.get_by_label("The person refuses").check()
    tab.get_by_role("button", name="Continue").click()

    expect(tab.locator(".govuk-notification-banner")).to_contain_text(CANCELLED[language])
    assert tab.evaluate("document.documentElement.lang") == language
    assert violations(tab) == []


def test_a_failure_comes_with_a_code_to_tell(tab: Tab) -> None:
    go_to_itsme(tab)
    tab.get_by_label("The person confirms, but this goes wrong:").check()
    tab.get_by_label("What goes wrong").select_option(Fault.NONCE.name)
    tab.get_by_role("button", name="Continue").click()

    notice = tab.locator(".govuk-notification-banner")
    expect(notice).to_contain_text(re.compile("did not succeed.*tell us the code [0-9a-f]{8}"))
    keep_screenshot(tab, "sign-in-after-failure")
    assert violations(tab) == []


def test_a_provider_that_does_not_work_is_nobodys_fault(tab: Tab) -> None:
    go_to_itsme(tab)
    tab.get_by_label("The person confirms, but this goes wrong:").check()
    tab.get_by_label("What goes wrong").select_option(Fault.EXCHANGE_500.name)
    tab.get_by_role("button", name="Continue").click()

    expect(tab.locator(".govuk-notification-banner")).to_contain_text("You did nothing wrong")


def test_who_comes_from_abroad_for_the_first_time_is_told_what_happens(tab: Tab, portal: RunningPortal) -> None:
    tab.goto("/login/eidas")
    tab.get_by_label(re.compile("Kowalski")).check()
    tab.get_by_role("button", name="Continue").click()

    expect(tab).to_have_url(f"{portal.url}/login/not-known-yet")
    assert violations(tab) == []
    keep_screenshot(tab, "not-known-yet-form")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("alert")).to_contain_text("Give your e-mail address.")
    assert violations(tab) == []
    tab.get_by_label("Your e-mail address").fill("jan@example.com")
    tab.get_by_label("Your telephone number").fill("+48 123 456 789")
    tab.get_by_role("button", name="Send").click()
    expect(tab).to_have_url(f"{portal.url}/login/being-looked-up")


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_reads_when_his_video_call_is_on_a_desk_and_on_a_phone(tab: Tab, portal: RunningPortal) -> None:
    come_from_abroad(tab)
    tab.get_by_label("Your e-mail address").fill("jan@example.com")
    tab.get_by_label("Your telephone number").fill("+48 123 456 789")
    tab.get_by_role("button", name="Send").click()
    expect(tab).to_have_url(f"{portal.url}/login/being-looked-up")
    now = datetime.now(UTC)
    officer = Login.objects.create(user_name="of.ficer.who.calls", created_at=now)
    call = ProposedCall(now + timedelta(days=2), CallPlace("https://calls.example.org/of-who-comes-back"))
    locksmith = Locksmith.read(portal.home / "keys" / "signing_in.json")
    waiting = PendingIdentity.objects.order_by("-pk")[0]
    note_call(waiting.pk, call, officer=officer.pk, locksmith=locksmith, at=now)

    come_from_abroad(tab)

    expect(tab.get_by_role("heading", name="Your video call")).to_be_visible()
    expect(tab.get_by_role("link", name="Open the call")).to_have_attribute("href", call.place.value)
    assert violations(tab) == []
    keep_screenshot(tab, "not-known-yet-call")
    tab.set_viewport_size(PHONE)
    tab.emulate_media(color_scheme="dark")
    assert violations(tab) == []
    assert not is_wider_than_the_screen(tab)
    keep_screenshot(tab, "not-known-yet-call-phone")


def come_from_abroad(tab: Tab) -> None:
    """Sign in by the key of a country, as somebody whom nobody knows here."""
    tab.goto("/login/eidas")
    tab.get_by_label(re.compile("Kowalski")).check()
    tab.get_by_role("button", name="Continue").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("You are not known here yet")
