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

READ = """() => [
  document.documentElement.lang,
  document.querySelectorAll('h1').length,
  `${document.body.innerText}\n${document.title}`,
]"""


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
    joint = "&" if "?" in page.path else "?"
    answer = tab.goto(f"{page.path}{joint}language={language}")
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


def read(tab: Tab) -> Reading:
    language, headings, text = tab.evaluate(READ)
    lines = [line.strip() for line in text.splitlines()]
    return Reading(language, headings, {line for line in lines if is_sentence(line)})


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
    """Keep a picture of the whole page, where pictures are asked for; drawn as fast as may be, it takes half the time."""
    if "PICTURES" not in os.environ:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser = tab.context.new_cdp_session(tab)
    drawn = browser.send("Page.captureScreenshot", {"captureBeyondViewport": True, "optimizeForSpeed": True})
    browser.detach()
    (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(drawn["data"]))
