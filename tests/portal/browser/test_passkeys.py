"""A passkey of a device: made after signing in surely, then used instead of a password."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.portal.browser.looking import DESK, a_visit
from tests.portal.browser.pages import Who

pytestmark = pytest.mark.django_db
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_and_signs_its_owner_in(browser, portal, people) -> None:
    with a_visit(browser, portal, people, Who.SIGNED_IN, viewport=DESK) as context:
        tab = context.new_page()
        device = context.new_cdp_session(tab)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        tab.goto("/keys/passkey?language=en")
        tab.get_by_label("Name of this device").fill("Laptop")
        tab.get_by_role("button", name="Make a passkey").click()
        tab.wait_for_url("**/keys")
        expect(tab.get_by_text("Passkey: Laptop")).to_be_visible()

        tab.get_by_role("button", name="Sign out").click()
        tab.wait_for_url("**/signed-out")
        tab.goto("/sign-in/passkey?next=/sessions")
        tab.get_by_role("button", name="Use a passkey").click()
        tab.wait_for_url(lambda url: urlsplit(url).path == "/sessions")
        expect(tab.get_by_role("cell", name="passkey").first).to_be_visible()


def test_a_device_that_gives_no_passkey_is_told(browser, portal, people) -> None:
    with a_visit(browser, portal, people, viewport=DESK) as context:
        tab = context.new_page()
        tab.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no passkey'))")
        tab.goto("/sign-in/passkey?language=en")
        tab.get_by_role("button", name="Use a passkey").click()
        expect(tab.get_by_text("Your device gave no passkey.")).to_be_visible()
        expect(tab.locator("#passkey-trouble")).to_be_focused()
