"""A student makes attestations in a browser: as many as are wanted, and one for however often a button is tapped."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab
from pypdf import PdfReader

from tests.portal.browser.looking import PHONE, a_visit
from tests.portal.browser.pages import Who

pytestmark = pytest.mark.django_db
PAPERS = (("Nederlands", "Attest studentenarbeid"), ("Français", "Attestation de travail étudiant"))

LISTED = "main tbody tr"
SECOND_TAP = "() => new Promise((comes) => window.setTimeout(comes, 1100))"
"""When a button that prevents a double tap counts another press, by the page's own clock: it may have stood still."""


@pytest.fixture(scope="module")
def phones(browser, portal, people, django_db_blocker) -> Iterator[dict[bool, BrowserContext]]:
    """A phone of the student's with scripts and one without; a running portal sees only what is committed."""
    with django_db_blocker.unblock(), ExitStack() as opened:
        visit = partial(a_visit, browser, portal, people, Who.STUDENT_BY_PASSWORD, viewport=PHONE)
        yield {scripts: opened.enter_context(visit(java_script_enabled=scripts)) for scripts in (True, False)}


def open_list(phone: BrowserContext) -> Tab:
    tab = phone.new_page()
    tab.goto("/student/attestation?language=en")
    return tab


def listed(tab: Tab) -> int:
    return tab.locator(LISTED).count()


def make(tab: Tab, language: str) -> str:
    """Make an attestation in that language and return the code that is shown."""
    tab.get_by_role("radio", name=language).check()
    tab.get_by_role("button", name="Make an attestation").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your attestation is made")
    return tab.locator("main .counter-code").inner_text()


def download(tab: Tab) -> str:
    with tab.expect_download() as begun:
        tab.get_by_role("button", name="Download the PDF").click()
    (page,) = PdfReader(io.BytesIO(Path(begun.value.path()).read_bytes())).pages
    return page.extract_text()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_two_attestations_in_two_languages_are_made_one_after_the_other(phones, *, has_scripts: bool) -> None:
    tab = open_list(phones[has_scripts])
    before, codes = listed(tab), []
    for language, title in PAPERS:
        codes.append(make(tab, language))
        paper = download(tab)
        if has_scripts:
            tab.evaluate(SECOND_TAP)
        same = download(tab)
        assert title in paper
        assert codes[-1] in paper
        assert same == paper
        tab.get_by_role("link", name="Make another attestation").click()
    assert codes[0] != codes[1]
    expect(tab.locator(LISTED)).to_have_count(before + 2)


def test_a_double_tap_makes_one_attestation_and_shows_it(phones) -> None:
    tab = open_list(phones[True])
    before = listed(tab)
    tab.get_by_role("radio", name="Nederlands").check()
    tab.get_by_role("button", name="Make an attestation").dblclick()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your attestation is made")
    tab.goto("/student/attestation")
    assert listed(tab) == before + 1


def test_a_double_tap_without_scripts_makes_one_attestation_and_leads_to_the_list(phones) -> None:
    tab = open_list(phones[False])
    before = listed(tab)
    tab.get_by_role("radio", name="Nederlands").check()
    tab.get_by_role("button", name="Make an attestation").dblclick()
    expect(tab.get_by_role("heading", level=1)).not_to_have_text("Attestation for an employer")
    tab.goto("/student/attestation")
    assert listed(tab) == before + 1
