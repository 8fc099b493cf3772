"""The list of who is at a work place, for an evacuation: a reload without a connection does not lose it, and it tells its age."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from auth.models import OperatorRole, Session
from tests.portal.browser.lines import Proxy, behind_a_proxy, hanging
from tests.portal.browser.looking import (
    AXE_WHEN_ASKED,
    PHONE,
    is_wider_than_the_screen,
    keep_screenshot,
    listen,
    violations,
)
from tests.portal.browser.phones import Connection, people
from tests.portal.browser.running_portal import RunningPortal
from tests.portal.browser.test_presences import NAMES, settle_employer, settle_staff
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, a_party, a_place
from tests.portal.office import settle_officer

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
LIVE, OTHER_LIVE = (f"/presences/work-places/{number}/live" for number in (PLACE, OTHER_PLACE))
SHELF = "guichet.live-list"
KEPT = "Without a connection this tab shows this list again"


@dataclass
class Warden:
    """Somebody who answers for a work place, with a phone in the hand."""

    context: BrowserContext
    tab: Tab
    connection: Connection
    proxy: Proxy

    def open_list(self, path: str = LIVE) -> None:
        """Open the list and wait until the tab can show it again."""
        self.tab.goto(path)
        expect(self.tab.get_by_text(KEPT)).to_be_visible()
        self.tab.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def let_pass(self, minutes: int) -> None:
        """Let the kept list be that much older."""
        self.tab.evaluate(
            """([shelf, minutes]) => {
              const kept = JSON.parse(window.sessionStorage.getItem(shelf));
              window.sessionStorage.setItem(shelf, JSON.stringify({ ...kept, at: kept.at - minutes * 60000 }));
            }""",
            [SHELF, minutes],
        )

    def kept(self) -> object:
        return json.loads(self.tab.evaluate("shelf => window.sessionStorage.getItem(shelf)", SHELF) or "null")


@pytest.fixture
def warden(browser, portal: RunningPortal, transactional_db: None) -> Iterator[Warden]:
    for number in (PLACE, OTHER_PLACE):
        a_party(a_place(number), COMPANY, "CONTRACTOR")
    settle_staff(portal)
    cookie = settle_employer().cookie
    with behind_a_proxy(portal) as (proxied, proxy):
        looks = {"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB", "timezone_id": "Europe/Brussels"}
        context = browser.new_context(base_url=proxied.url, ignore_https_errors=True, **looks)
        context.add_init_script(AXE_WHEN_ASKED)
        context.add_cookies(
            [{"name": "__Host-session", "value": cookie, "url": proxied.url, "secure": True, "httpOnly": True}]
        )
        yield Warden(context, context.new_page(), Connection(context, proxy), proxy)
        context.close()


def expect_no_list(tab: Tab) -> None:
    expect(tab.get_by_text("No list is kept here")).to_be_visible()
    for family_name, _first_name in NAMES:
        expect(tab.get_by_text(family_name)).to_have_count(0)


def test_the_list_is_shown_again_with_its_age_when_it_is_loaded_without_a_connection(warden: Warden) -> None:
    tab, complaints = warden.tab, listen(warden.tab)
    warden.open_list()
    title, looked_at = tab.inner_text("h1"), tab.locator("[data-live-list] strong").first.inner_text()
    assert complaints == []
    warden.connection.lose()
    tab.reload()
    assert tab.inner_text("h1") == "No connection"
    expect(tab.locator(".govuk-heading-xl[data-age]")).to_have_text("0 minutes ago")
    expect(tab.locator("[data-title]")).to_have_text(title)
    expect(tab.locator("[data-live-list] strong").first).to_have_text(looked_at)
    for family_name, first_name in NAMES:
        expect(tab.get_by_text(f"{first_name} {family_name}")).to_be_visible()

    warden.let_pass(minutes=14)
    tab.reload()
    expect(tab.locator(".govuk-heading-xl[data-age]")).to_have_text("14 minutes ago")
    expect(tab.get_by_role("button", name="Print")).to_be_visible()
    assert not is_wider_than_the_screen(tab)
    assert violations(tab) == []
    keep_screenshot(tab, "live-list-offline-phone")

    warden.connection.find_again()
    tab.get_by_role("button", name="Load the page again").click()
    expect(tab.locator("h1")).to_have_text(title)
    expect(tab).to_have_url(re.compile(f"{LIVE}$"))
    expect(tab.locator("[data-age]")).to_be_hidden()


def test_a_proxy_with_nothing_behind_it_and_a_line_that_hangs_are_no_connection_either(
    warden: Warden, portal: RunningPortal
) -> None:
    warden.open_list()
    warden.proxy.answer_with("502 Bad Gateway", "<h1>Bad gateway</h1>")
    warden.tab.reload()
    expect(warden.tab.locator("[data-title]")).to_have_text(re.compile("at Town hall"))
    warden.proxy.hand_on()
    with hanging(portal):
        warden.tab.reload()
        expect(warden.tab.locator("[data-title]")).to_have_text(re.compile("at Town hall"))


def test_a_list_that_is_left_open_tells_how_old_it_is(warden: Warden) -> None:
    warden.tab.clock.install()
    warden.tab.goto(LIVE)
    expect(warden.tab.locator("[data-age]")).to_be_hidden()
    warden.tab.clock.run_for("03:05")
    expect(warden.tab.locator("[data-age]")).to_have_text("3 minutes ago")


def test_a_tab_shows_the_list_that_it_showed_itself_and_of_that_work_place_alone(warden: Warden) -> None:
    warden.open_list()
    warden.connection.lose()
    other = warden.context.new_page()
    other.goto(LIVE)
    expect_no_list(other)
    warden.tab.goto(OTHER_LIVE)
    expect_no_list(warden.tab)
    warden.tab.goto(LIVE)
    expect(warden.tab.locator("[data-title]")).to_have_text(re.compile("at Town hall"))


def test_a_list_is_kept_for_four_hours(warden: Warden) -> None:
    warden.open_list()
    warden.connection.lose()
    warden.let_pass(minutes=239)
    warden.tab.reload()
    expect(warden.tab.locator("[data-title]")).to_have_text(re.compile("at Town hall"))
    warden.let_pass(minutes=2)
    warden.tab.reload()
    expect_no_list(warden.tab)
    assert warden.kept() is None


@pytest.mark.parametrize("page", ["/signed-out", "/session/ended", "/sign-in"])
def test_a_list_is_kept_no_longer_than_the_stay(warden: Warden, page: str) -> None:
    warden.open_list()
    assert warden.kept() is not None
    Session.objects.all().delete()
    warden.context.clear_cookies()
    warden.tab.goto(page)
    warden.tab.wait_for_function("shelf => window.sessionStorage.getItem(shelf) === null", arg=SHELF)
    warden.connection.lose()
    warden.tab.goto(LIVE)
    expect_no_list(warden.tab)


def test_of_a_list_that_an_inspector_looks_at_the_browser_keeps_nothing(browser, portal, transactional_db) -> None:
    a_place()
    settle_staff(portal)
    inspector = settle_officer(OperatorRole.INSPECTOR, user_name="in.spector")
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", viewport=PHONE)
    cookie = {"name": "__Host-session", "value": inspector.cookie, "url": portal.url, "secure": True, "httpOnly": True}
    context.add_cookies([cookie])
    tab = context.new_page()
    complaints = listen(tab)
    tab.goto("/inspection")
    tab.get_by_label("Reason").fill("control at the gate")
    tab.get_by_label("Number of the work place").fill(PLACE)
    tab.get_by_role("button", name="Search", exact=True).click()
    tab.get_by_role("button", name="Who is there now").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("at Town hall")
    tab.wait_for_load_state()
    shown, kept = tab.inner_text("main"), tab.evaluate("JSON.stringify([sessionStorage, localStorage])")
    families = [family for family, _first in NAMES if family in shown]
    assert families != []
    assert [each for each in (SHELF, "Town hall", *families) if each in kept] == []
    assert tab.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0
    assert complaints == []
    context.close()
