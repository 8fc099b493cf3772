"""A worker's phone: signed in, able to open its page without a connection, and losing the connection for certain."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error
from playwright.sync_api import Page as Tab

from auth.models import Login, LoginState
from domain.environments import Environment
from domain.identifiers import Sex, bis_number
from registers.checkins.models import Presence
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.portal.browser.lines import Proxy, behind_a_proxy, wait_until
from tests.portal.browser.looking import PHONE
from tests.portal.browser.running_portal import RunningPortal
from tests.portal.checkins.conftest import COMPANY, PLACE
from tests.portal.people import a_stay

NUMBERS = (bis_number(date(1980, 1, 1), Sex.FEMALE, serial) for serial in range(998, 0, -2))
UNLIMITED = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
CHANGE = """({ acts, ...told }) => {
    const store = JSON.parse(localStorage.getItem("guichet.checkins") || "{}");
    localStorage.setItem("guichet.checkins", JSON.stringify({ ...store, ...told }));
    if (!acts) return;
    for (const key of Object.keys(localStorage)) if (key.startsWith("guichet.checkins.act.")) localStorage.removeItem(key);
    for (const [order, act] of acts.entries()) {
        localStorage.setItem(`guichet.checkins.act.${act.reference}`, JSON.stringify({ ...act, order }));
    }
}"""
ACTS = """() => Object.entries(localStorage)
    .filter(([key]) => key.startsWith("guichet.checkins.act."))
    .map(([_, act]) => JSON.parse(act))
    .sort((one, other) => one.order - other.order)
    .map(({ order: _, ...act }) => act)"""
LED_ON = "Execution context was destroyed"
SHELF = "stands-before-the-counter"
TRIES = (
    """() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/check-in/state")).length"""
)
STAND_BEFORE = """(() => {
  const real = window.fetch;
  window.fetch = async (asked, options) => {
    const { path, status, kind, answered } = JSON.parse(window.localStorage.getItem(SHELF) || "{}");
    if (new URL(asked, window.location.href).pathname !== path || (!status && answered)) return real(asked, options);
    window.localStorage.setItem(SHELF, JSON.stringify({ path, status, kind, answered: answered + 1 }));
    if (status) return new Response("<h1>Not now</h1>", { status, headers: { "Content-Type": kind } });
    return new Promise((_, lose) => options.signal?.addEventListener("abort", () => lose(options.signal.reason)));
  };
})()""".replace("SHELF", repr(SHELF))
"""What a page itself asks; a route of Playwright's holds it back only sometimes where a worker script stands before it."""


@pytest.fixture(scope="module")
def people() -> None:
    """Nobody, where it is imported: a phone brings its own person, and the tables are emptied after each test."""


@contextmanager
def a_phone(browser: Browser, portal: RunningPortal, **options) -> Iterator[tuple[BrowserContext, int]]:
    """Somebody's phone, signed in; and who it is."""
    keys = PersonKeys.read(portal.home / "keys" / "persons.json")
    number, now = next(NUMBERS), datetime.now(UTC)
    person_id = PersonDirectory(keys, environment=Environment.PRODUCTION).find_or_create([number], at=now)[number]
    login = Login.objects.create(
        user_name=f"phone.{person_id}", person_id=person_id, state=LoginState.ACTIVE, created_at=now
    )
    looks = {"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB", "timezone_id": "Europe/Brussels"}
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, **(looks | options))
    cookie = a_stay(login).session_key
    context.add_cookies(
        [{"name": "__Host-session", "value": cookie, "url": portal.url, "secure": True, "httpOnly": True}]
    )
    try:
        yield context, person_id
    finally:
        context.close()


class Connection:
    """The connection of a phone: lost, nothing passes, whoever asks in the browser and however late it hears of it.

    The browser's own way to be offline reaches the page and its worker script each by itself, and is not waited for: on a
    machine with much to do, what is asked next may still pass. Pages are told as they are on a real phone.
    """

    def __init__(self, context: BrowserContext, proxy: Proxy) -> None:
        self._context = context
        self._proxy = proxy
        self._told: dict[Tab, CDPSession] = {}

    def lose(self) -> None:
        self._proxy.cut()
        self._tell(is_lost=True)

    def find_again(self) -> None:
        """Let everything pass again, and then tell the pages, which send at once what they kept."""
        self._proxy.hand_on()
        self._tell(is_lost=False)

    def _tell(self, *, is_lost: bool) -> None:
        for tab in self._context.pages:
            if tab not in self._told:
                self._told[tab] = self._context.new_cdp_session(tab)
                self._told[tab].send("Network.enable")
            self._told[tab].send("Network.overrideNetworkState", {"offline": is_lost, **UNLIMITED})


@contextmanager
def a_phone_on_the_move(
    browser: Browser, portal: RunningPortal, **options
) -> Iterator[tuple[BrowserContext, int, Connection]]:
    """A phone whose connection is lost and found again."""
    with behind_a_proxy(portal) as (proxied, proxy), a_phone(browser, proxied, **options) as (context, person_id):
        yield context, person_id, Connection(context, proxy)


class InsteadOfTheCounter:
    """Answers what the pages of a phone ask at a path; made before the first of them is opened."""

    def __init__(self, context: BrowserContext) -> None:
        context.add_init_script(STAND_BEFORE)

    def answer(self, tab: Tab, path: str, status: int, *, kind: str = "text/html") -> None:
        """Answer everything there with this status, by a body that says it is of this kind."""
        self._keep(tab, {"path": path, "status": status, "kind": kind, "answered": 0})

    def hang_once(self, tab: Tab, path: str) -> None:
        """Let the next request there wait until the page gives it up."""
        self._keep(tab, {"path": path, "status": 0, "answered": 0})

    def answered(self, tab: Tab) -> int:
        """Return how many requests came."""
        return int(tab.evaluate("shelf => JSON.parse(window.localStorage.getItem(shelf)).answered", SHELF))

    def step_aside(self, tab: Tab) -> None:
        self._keep(tab, {})

    def _keep(self, tab: Tab, what: dict[str, str | int]) -> None:
        tab.evaluate("([shelf, what]) => window.localStorage.setItem(shelf, JSON.stringify(what))", [SHELF, what])


def change_what_is_kept(tab: Tab, told: Mapping[str, object]) -> None:
    """Change what the phone itself keeps, by the names of portal/static/frontend/checkins.js."""
    tab.evaluate(CHANGE, dict(told))


def kept_on(tab: Tab) -> list[dict[str, Any]]:
    """Return the acts that the phone keeps, in the order in which they were tapped, also while the page leads on."""
    while True:
        try:
            acts: list[dict[str, Any]] = tab.evaluate(ACTS)
        except Error as lost:
            if LED_ON not in lost.message:
                raise
            tab.wait_for_load_state()
        else:
            return acts


def of(person_id: int) -> list[Presence]:
    return list(Presence.objects.filter(person_id=person_id).order_by("event_at", "number"))


def fill(tab: Tab) -> None:
    tab.get_by_label("Number of the work place").fill(PLACE)
    tab.get_by_label("Number of the company you work for").fill(COMPANY)


def wait_for_the_worker(tab: Tab) -> None:
    """Wait until the phone can open the page without a connection."""
    tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(
        tab, lambda: tab.evaluate("caches.open('check-in').then((kept) => kept.keys()).then((keys) => keys.length > 5)")
    )
    tab.reload()
    tab.wait_for_function("() => navigator.serviceWorker.controller !== null")


def wait_for_the_try(tab: Tab, number: int = 1) -> None:
    """Wait until what was tapped was tried to be sent so many times since the page was opened, in vain or not."""
    tab.wait_for_function(f"() => ({TRIES})() >= {number}")


@contextmanager
def leads_nowhere(tab: Tab) -> Iterator[None]:
    """Expect the page to stay while what is tapped meanwhile is tried to be sent; at the end that try is over."""
    tab.evaluate("() => window.navigation.addEventListener('navigate', () => { window.isLeft = true; })")
    yield
    wait_for_the_end_of_the_try(tab)
    assert not tab.evaluate("window.isLeft")


def wait_for_the_end_of_the_try(tab: Tab) -> None:
    """Wait until nothing that was tapped is on its way, or asked about: whatever follows of it has begun."""
    tab.wait_for_function(f"() => ({ACTS})().every(({{ there }}) => !there)")
