"""Open a page as somebody, look at it as axe-core, a phone and a reader of each language do."""

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from auth.models import Session
from domain.assurance import AssuranceLevel, Means
from tests.portal.browser.pages import Page, Who
from tests.portal.browser.running_portal import LANGUAGES, SCREENSHOTS, RunningPortal
from tests.portal.people import People, a_stay
from tests.portal.stages import CODES_MAILED

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_WHEN_ASKED = f"window.bringAxe = () => {{ {AXE}\n; }}"
"""Every page of a visit has it at hand: sending half a megabyte anew takes longer than most pages."""

LOOK = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(found => found.violations)"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SENTENCE = re.compile(r"(?:[^\W\d_]{2,}[^\w]+){3,}")
"""What reads as a sentence, rather than as a name or a number: four words and more."""

UNSPOKEN = re.compile(r"https?://\S+|\S{40,}")
"""Addresses and fingerprints: by chance their letters fall into what reads as words."""

TELL = """const cells = new Set(["TD", "TH", "DT", "DD"]);
const inline = new Set(["A", "ABBR", "B", "BDI", "CODE", "EM", "I", "SMALL", "SPAN", "STRONG", "SUP", "TIME"]);
const said = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\\s+/g, " ");
  if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE", "svg"].includes(node.tagName)) return "";
  const words = [...node.childNodes].map(said).join("");
  if (cells.has(node.tagName)) return `\\t${words}\\t`;
  return inline.has(node.tagName) ? words : `\\n${words}\\n`;
};
const tell = () => [
  document.documentElement.lang,
  document.querySelectorAll("h1").length,
  `${said(document.body)}\\n${document.title}`,
  document.documentElement.scrollWidth > document.documentElement.clientWidth,
];"""
"""Whatever a page says, also where a style hides it for now: what stands in a row is a line."""

READ = f"() => {{ {TELL} return tell(); }}"
SERVE = f"""async (path) => {{
  {TELL}
  const answer = await fetch(path);
  const served = new DOMParser().parseFromString(await answer.text(), "text/html");
  const body = document.adoptNode(served.body);
  document.body.replaceWith(body);
  document.documentElement.lang = served.documentElement.lang;
  document.title = served.title;
  const parts = [document.querySelector("main"), document.querySelector("nav .govuk-service-navigation__link")];
  const isSeen = parts[0] && parts.every((part) => !part || part.checkVisibility());
  return [answer.status, answer.url, isSeen && !document.querySelector("dialog[open]"), tell()];
}}"""
"""Shows a page as the server gives it: none of its scripts runs."""


@contextmanager
def a_visit(
    browser: Browser, portal: RunningPortal, people: People | None, who: Who = Who.NOBODY, **options: Any
) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, **options)
    context.add_init_script(AXE_WHEN_ASKED)
    if who is not Who.NOBODY:
        assert people is not None
        cookie = cookie_of(people, who)
        context.add_cookies(
            [{"name": "__Host-session", "value": cookie, "url": portal.url, "secure": True, "httpOnly": True}]
        )
    try:
        yield context
    finally:
        context.close()


def keep_fresh() -> None:
    """Let every stay be freshly proven for as long as the pages of a module are looked at; no test may be running yet."""
    Session.objects.filter(ended_at__isnull=True).update(authenticated_at=datetime.now(UTC) + timedelta(hours=1))


def cookie_of(people: People, who: Who) -> str:
    """Return the id of a stay of its own: a running portal gives a stay a new id at its first page."""
    if who is Who.SIGNED_IN:
        return people.cookie
    if who is Who.MANAGER:
        return people.manager.another_cookie()
    if who is Who.STUDENT_BY_PASSWORD:
        weak = a_stay(people.student.login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
        return str(weak.session_key)
    if who in people.stages:
        return people.stages[who]
    login = {
        Who.OFFICER: people.officer.login,
        Who.INSPECTOR: people.inspector.login,
        Who.STUDENT: people.student.login,
        Who.KEYED: people.keyed,
    }[who]
    return str(a_stay(login, remembered=CODES_MAILED).session_key)


def open_page(tab: Tab, page: Page, language: str) -> None:
    answer = tab.goto(in_language(page, language))
    assert answer is not None
    assert answer.status == page.status, tab.content()
    assert urlsplit(tab.url).path == urlsplit(page.path).path, f"led to {tab.url}"
    press(tab, page)


def press(tab: Tab, page: Page) -> None:
    """Press what is to be pressed, and wait for the page behind it."""
    if page.pressed:
        with tab.expect_navigation() as navigation:
            tab.locator(page.pressed).first.click()
        answer = navigation.value
        assert answer is not None
        assert answer.status == HTTPStatus.OK, tab.content()
        assert answer.request.method == "POST", f"led to {tab.url}"


def listen(tab: Tab) -> list[str]:
    """Return a list that fills with what the browser complains of: scripts, styles and files that were refused."""
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def violations(tab: Tab) -> list[str]:
    tab.wait_for_load_state()
    if not tab.evaluate("window.axe || window.bringAxe?.(), 'axe' in window"):
        tab.evaluate(AXE)
    found = tab.evaluate(LOOK, TAGS)
    return [f"{each['id']}: {node['html'][:160]} {node['failureSummary']}" for each in found for node in each["nodes"]]


@dataclass(frozen=True)
class Reading:
    """What a page says to who reads it: its language, how many headings of the first level, and its sentences."""

    language: str
    headings: int
    sentences: set[str]
    is_too_wide: bool

    def deviations(self, language: str) -> list[str]:
        """Return what is wrong with a page that was asked for in a language, at the width at which it was read."""
        wrong = {
            f"says that its language is {self.language!r}": self.language != language,
            f"{self.headings} headings of the first level": self.headings != 1,
            "wider than the screen": self.is_too_wide,
        }
        return [f"{language}: {each}" for each, is_so in wrong.items() if is_so]


def read(tab: Tab) -> Reading:
    return _reading(*tab.evaluate(READ))


def read_as_served(tab: Tab, page: Page, language: str) -> Reading:
    """Read a page in place of what the tab shows, without its scripts: a third of the work of opening it."""
    status, url, is_whole, told = tab.evaluate(SERVE, in_language(page, language))
    assert status == page.status
    assert urlsplit(url).path == urlsplit(page.path).path, f"led to {url}"
    assert is_whole, f"without scripts {page.path} hides what it is about or its menu, or a dialog lies over it"
    return _reading(*told)


def in_language(page: Page, language: str) -> str:
    joint = "&" if "?" in page.path else "?"
    return f"{page.path}{joint}language={language}"


def _reading(language: str, headings: int, text: str, is_too_wide: bool) -> Reading:
    lines = [line.strip() for line in text.splitlines()]
    return Reading(language, headings, {line for line in lines if is_sentence(line)}, is_too_wide)


def is_sentence(line: str) -> bool:
    return bool(SENTENCE.search(UNSPOKEN.sub("", line)))


def borrowed(said: dict[str, set[str]]) -> list[str]:
    """Return the sentences that are the same in another language as in English, and that English has none."""
    alike = [
        f"{language}: says in English {sentence!r}"
        for language in LANGUAGES
        if language != "en"
        for sentence in sorted(said[language] & said["en"])
    ]
    return alike if said["en"] else [*alike, "en: says nothing"]


def is_wider_than_the_screen(tab: Tab) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def keep_screenshot(tab: Tab, name: str) -> None:
    """Keep a picture of the whole page, where pictures are asked for; drawn as fast as may be, it takes half the time.

    The session ends with the tab: one that ends before makes Chromium forget that another one told it to be offline.
    """
    if "PICTURES" not in os.environ:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser = tab.context.new_cdp_session(tab)
    drawn = browser.send("Page.captureScreenshot", {"captureBeyondViewport": True, "optimizeForSpeed": True})
    (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(drawn["data"]))
