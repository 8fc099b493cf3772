"""Signing in by card as a person does it: a browser, the portal over TLS, the extension or the agent, and a card."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from commands.demo.card_authority import CardAuthority, Generation
from eid_agent.virtual_card import CardContent, VirtualCard
from tests.architecture.repository import ROOT
from tests.auth.eid.cards import ELS, PIN, answer_of
from tests.eid_agent.virtual_readers import CLIENT_SOCKET, Slot, running_service
from tests.portal.browser.looking import a_visit, is_wider_than_the_screen, keep_screenshot, listen, violations
from tests.portal.browser.running_portal import LANGUAGES, RunningPortal, start_portal
from tests.portal.eid.folders import DAY, fill_folder, pins_of

pytestmark = pytest.mark.django_db

EXTENSION = """
window.addEventListener("message", async ({ data }) => {
  if (data?.action !== "web-eid:authenticate") return;
  window.postMessage({ action: "web-eid:authenticate-ack" }, "*");
  const answer = await window.askCard(data.challengeNonce);
  window.postMessage(JSON.parse(answer), "*");
});
"""
"""What the Web eID extension does on a page, with a card in this process."""


@pytest.fixture(scope="module")
def cards() -> CardAuthority:
    return CardAuthority.create(Generation.APPLET_1_8, at=datetime.now(UTC) - 400 * DAY)


@pytest.fixture(scope="module")
def content(cards: CardAuthority) -> CardContent:
    return cards.issue_card(ELS, pin=PIN, at=datetime.now(UTC) - 30 * DAY)


@pytest.fixture(scope="module")
def portal(django_db_setup, tmp_path_factory, cards: CardAuthority) -> Iterator[RunningPortal]:
    home = tmp_path_factory.mktemp("with-cards")
    fill_folder(home / "eid_trust", cards, at=datetime.now(UTC))
    portal = start_portal(home, GUICHET_EID_ROOTS=" ".join(pins_of(home / "eid_trust")))
    yield portal
    portal.stop()


@pytest.fixture
def tab(browser: Browser, portal: RunningPortal) -> Iterator[Tab]:
    with a_visit(browser, portal, None) as visit:
        yield visit.new_page()


def show_code(tab: Tab, path: str = "/sign-in/eid?next=/sessions") -> str:
    tab.goto(path)
    tab.get_by_role("button", name="Show a code for the agent").click()
    return tab.locator("code").inner_text()


def run_agent(command: str, portal: RunningPortal, *arguments: str, pin: str = PIN) -> subprocess.CompletedProcess[str]:
    """Run the command of the page as it is shown, with what a demo needs besides; the PIN is typed, in no argument."""
    authority = portal.home / "keys" / "authority.cert.pem"
    words = command.split()
    assert words[0] == "guichet"
    return subprocess.run(
        [sys.executable, "-m", "commands", *words[1:], "--authority", str(authority), "--no-browser", *arguments],
        cwd=ROOT,
        input=f"{pin}\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,
    )


def address_in(told: str) -> str:
    found = re.search(r"https://localhost:\S+/continue\?ticket=\S+", told)
    assert found, told
    return found[0]


@pytest.fixture
def card_file(tmp_path: Path, content: CardContent) -> Path:
    content.write(tmp_path / "card.json")
    return tmp_path / "card.json"


def test_the_agent_signs_the_browser_in_without_a_script(browser: Browser, portal, card_file) -> None:
    with a_visit(browser, portal, None, java_script_enabled=False) as visit:
        tab = visit.new_page()
        done = run_agent(show_code(tab), portal, "--demo-card", str(card_file))
        assert done.returncode == 0, done.stderr
        tab.goto(address_in(done.stdout))
        tab.get_by_role("button", name="Finish signing in").click()

        expect(tab).to_have_url(f"{portal.url}/sessions")


def test_what_the_agent_brings_counts_in_no_other_browser(browser: Browser, portal, tab: Tab, card_file) -> None:
    done = run_agent(show_code(tab), portal, "--demo-card", str(card_file))
    with a_visit(browser, portal, None) as elsewhere:
        other = elsewhere.new_page()
        other.goto(address_in(done.stdout))
        other.get_by_role("button", name="Finish signing in").click()
        expect(other.get_by_role("heading", level=1)).to_have_text("Signing in with this card did not succeed.")
        keep_screenshot(other, "sign-in-eid-refused-en")

    tab.goto(address_in(done.stdout))
    tab.get_by_role("button", name="Finish signing in").click()
    expect(tab).to_have_url(f"{portal.url}/sessions")


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give the reader a network of its own")
def test_a_card_in_a_real_reader_signs_the_browser_in(tab: Tab, portal, content, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(CLIENT_SOCKET, str(tmp_path / "run" / "pcscd.comm"))
    with running_service(tmp_path) as namespace:
        slot, card = Slot(namespace), VirtualCard(content)
        slot.insert(card)
        command = show_code(tab, "/sign-in/eid")
        wrong = run_agent(command, portal, pin="9999")
        done = run_agent(command, portal)
        slot.remove()

    assert (wrong.returncode, done.returncode) == (4, 0), wrong.stderr + done.stderr
    assert "That PIN is wrong.\nTries left for the PIN: 2\n" in wrong.stdout
    assert f"You are signing in at {portal.url}\n" in done.stdout
    assert "Card of Els Maria Peeters, valid until" in wrong.stdout.partition("That PIN is wrong.")[0]
    assert PIN not in done.stdout.replace(portal.url, "").partition("ticket=")[0]
    assert (card.verified, card.tries) == (2, 3)
    tab.goto(address_in(done.stdout))
    tab.get_by_role("button", name="Finish signing in").click()
    expect(tab).to_have_url(f"{portal.url}/home")


def answer_by(tab: Tab, portal: RunningPortal, content: CardContent | None) -> None:
    """Give the tab a browser extension, and a card unless nobody puts one in."""

    def ask(nonce: str) -> str:
        if content is None:
            return json.dumps(
                {"action": "web-eid:authenticate-failure", "error": {"code": "ERR_WEBEID_USER_CANCELLED"}}
            )
        token = answer_of(VirtualCard(content), origin=portal.url, nonce=nonce)
        return json.dumps({"action": "web-eid:authenticate-success", **token})

    tab.expose_function("askCard", ask)
    tab.add_init_script(EXTENSION)


def sign_in(tab: Tab) -> None:
    tab.goto("/sign-in/eid?next=/sessions")
    tab.get_by_role("button", name="Sign in with the card reader").click()


def test_the_extension_signs_the_browser_in(tab: Tab, portal: RunningPortal, content) -> None:
    complaints = listen(tab)
    answer_by(tab, portal, content)
    sign_in(tab)

    expect(tab).to_have_url(f"{portal.url}/sessions")
    assert complaints == []


def test_who_takes_the_card_away_can_begin_again(tab: Tab, portal: RunningPortal) -> None:
    answer_by(tab, portal, None)
    sign_in(tab)

    expect(tab.get_by_role("status")).to_have_text("The card was not used. Try again when you are ready.")
    expect(tab.get_by_role("button", name="Sign in with the card reader")).to_be_enabled()


def test_without_the_extension_the_page_says_what_else_there_is(tab: Tab, portal: RunningPortal) -> None:
    sign_in(tab)

    expect(tab.get_by_role("status")).to_have_text(
        "The Web eID extension was not found in this browser. The help with cards and readers, below, says where to get it. "
        "The agent works without it."
    )
    keep_screenshot(tab, "sign-in-eid-without-extension-en")


def test_a_card_that_is_not_believed_is_told_on_the_page(tab: Tab, portal: RunningPortal) -> None:
    foreign = CardAuthority.create(Generation.APPLET_1_8, at=datetime.now(UTC) - 400 * DAY)
    answer_by(tab, portal, foreign.issue_card(ELS, pin=PIN, at=datetime.now(UTC) - 30 * DAY))
    sign_in(tab)

    expect(tab.get_by_role("status")).to_have_text("Signing in with this card did not succeed.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_with_the_code_keeps_nobody_out(browser: Browser, portal: RunningPortal, language: str) -> None:
    with a_visit(browser, portal, None, viewport={"width": 390, "height": 844}) as visit:
        tab = visit.new_page()
        tab.goto(f"/sign-in/eid?language={language}")
        tab.locator("form button.govuk-button--secondary").last.click()
        expect(tab.locator("code")).to_contain_text("guichet eid-agent login --portal https://localhost:")
        keep_screenshot(tab, f"sign-in-eid-code-{language}")

        assert violations(tab) == []
        assert not is_wider_than_the_screen(tab)
