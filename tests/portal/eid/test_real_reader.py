"""Signing in with a card in a real reader: pcscd, the driver of a virtual reader, pyscard, and the counter's own judgement."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager

import pytest
from django.test import Client

from auth.models import Session
from commands.demo.card_authority import CardAuthority, Generation
from domain.assurance import AssuranceLevel
from domain.languages import Language
from eid_agent.cards import BelgianCard
from eid_agent.readers import find_card, open_readers
from eid_agent.signing_in import sign_in
from eid_agent.texts import Texts
from eid_agent.troubles import AgentError, Trouble
from eid_agent.virtual_card import CardContent, VirtualCard
from evidence.models import AuditEvent
from tests.architecture.repository import ROOT
from tests.auth.eid.cards import ELS, PIN, answer_of
from tests.eid_agent.channels import Person
from tests.eid_agent.virtual_readers import Slot
from tests.portal.eid.conftest import NOW, a_browser
from tests.portal.eid.folders import DAY, fill_folder, fill_lists, pin_root

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may give the reader a network of its own"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("portal_with_cards"),
]

ORIGIN = "https://localhost:8443"


class PortalInProcess:
    """The real portal without its sockets; fulfils `signing_in.SignInPortal`. TLS itself is tested elsewhere."""

    def __init__(self, origin: str = ORIGIN) -> None:
        self.origin = origin
        self._agent = a_browser()
        self.tokens: list[Mapping[str, str]] = []

    def fetch_nonce(self, code: str) -> str:
        return self._ask("/login/eid/agent/challenge", {"code": code})["nonce"]

    def hand_over(self, code: str, token: Mapping[str, str]) -> str:
        self.tokens.append(token)
        return self._ask("/login/eid/agent", {"code": code, "token": dict(token)})["continue"]

    def _ask(self, path: str, content: object) -> dict[str, str]:
        answer = self._agent.post(path, json.dumps(content), content_type="application/json")
        if answer.status_code != 200:
            raise AgentError(Trouble.NOT_SIGNED_IN)
        return answer.json()


@contextmanager
def held_card(seconds: float = 10.0):
    with open_readers() as readers:
        name = find_card(readers, wanted=None, tell_to_insert=lambda: None, seconds=seconds)
        with readers.hold(name) as line:
            yield line, line.find_pin_pad()


def code_for(browser: Client) -> str:
    return browser.post("/login/eid/pairing", content_type="application/json").json()["code"]


def lead(browser: Client, person: Person, *, portal: PortalInProcess | None = None) -> str:
    portal = portal or PortalInProcess()
    texts = Texts(Language.EN)
    return sign_in(code_for(browser), portal=portal, hold_card=held_card, dialogue=person, texts=texts)


def trouble_of(browser: Client, person: Person, **kwargs: object) -> Trouble:
    with pytest.raises(AgentError) as stopped:
        lead(browser, person, **kwargs)
    return stopped.value.trouble


def reasons() -> list[str]:
    events = AuditEvent.objects.filter(action="account:login:failure").order_by("pk")
    return [event.detail["reason"] for event in events]


@pytest.fixture(scope="module")
def content(card_authority) -> CardContent:
    return card_authority.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)


@pytest.fixture
def card(slot: Slot, content: CardContent) -> VirtualCard:
    card = VirtualCard(content)
    slot.insert(card)
    return card


def test_the_right_pin_signs_the_browser_in(browser, card):
    address = lead(browser, Person([PIN]))
    answer = browser.post("/sign-in/eid/continue", {"ticket": address.partition("=")[2]})

    assert answer.status_code == 302
    assert Session.objects.get(login__isnull=False).level == AssuranceLevel.EID
    assert (card.verified, card.tries, card.is_open) == (1, 3, False)


def test_an_rsa_card_of_the_older_kind_signs_its_browser_in(browser, slot, settings):
    older = CardAuthority.create(Generation.APPLET_1_7, at=NOW - 400 * DAY)
    fill_folder(settings.GUICHET.eid.trust, older, at=NOW)
    pin_root(settings)
    slot.insert(VirtualCard(older.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)))
    portal = PortalInProcess()

    address = lead(browser, Person([PIN]), portal=portal)
    assert portal.tokens[0]["algorithm"] == "RS256"
    assert browser.post("/sign-in/eid/continue", {"ticket": address.partition("=")[2]}).status_code == 302


def test_wrong_pins_count_from_three_to_blocked(browser, card):
    person = Person(["9999", "8888", "7777"], agrees=True)

    assert trouble_of(browser, person) is Trouble.PIN_BLOCKED
    assert [told for told in person.read if told.startswith("Tries left")] == [
        "Tries left for the PIN: 3",
        "Tries left for the PIN: 2",
        "Tries left for the PIN: 1",
    ]
    assert (card.tries, card.verified, len(person.asked)) == (0, 3, 1)
    assert trouble_of(browser, Person([PIN])) is Trouble.PIN_BLOCKED
    assert card.verified == 3


def test_the_last_try_is_kept_unless_the_person_wants_it_used(browser, card):
    card.tries = 1

    assert trouble_of(browser, Person([PIN], agrees=False)) is Trouble.STOPPED
    assert (card.tries, card.verified) == (1, 0)


@pytest.mark.parametrize(
    "commands", [0, 3, 8, 9], ids=["at once", "while it is read", "before the PIN", "after the PIN"]
)
def test_a_card_that_is_pulled_ends_it_and_can_be_used_again(browser, slot, content, commands):
    card, portal = VirtualCard(content), PortalInProcess()
    slot.insert(card, pulled_after=commands)

    assert trouble_of(browser, Person([PIN]), portal=portal) in {Trouble.REMOVED, Trouble.CARD_FAILED}
    assert portal.tokens == []
    slot.notice()
    slot.insert(card)
    assert lead(a_browser(), Person([PIN]))


def test_a_card_that_is_put_in_late_is_waited_for(browser, slot, content):
    threading.Timer(1.0, slot.insert, [VirtualCard(content)]).start()

    assert lead(browser, Person([PIN]))


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_a_card_that_another_program_holds_is_waited_for(card, ends):
    """The other's transaction ends before ours begins; where it broke, the card was reset and is connected anew."""
    used: list[int] = []
    ours = threading.Thread(target=lambda: used.append(tries_told()))
    with contextlib.suppress(RuntimeError), held_card():
        ours.start()
        time.sleep(0.7)
        assert used == []
        if ends == "badly":
            raise RuntimeError
    ours.join(20)
    assert used == [3]


def tries_told() -> int | None:
    with held_card() as (line, _):
        return BelgianCard(line).tries_left()


def test_another_kind_of_card_is_shown_no_pin(browser, slot, content):
    class BankCard(VirtualCard):
        @property
        def atr(self) -> bytes:
            return bytes.fromhex("3B6500002063CB6800")

    slot.insert(BankCard(content))
    while atr_in_reader() is None:
        time.sleep(0.1)
    assert trouble_of(browser, Person([PIN])) is Trouble.OTHER_CARD
    assert slot.heard == []


def atr_in_reader() -> bytes | None:
    with open_readers() as readers:
        return readers.atr_in(readers.names()[0])


def _revoked(content, authority, trust):
    fill_lists(trust, authority, at=NOW, revoked=content)
    return content


def _expired(_content, authority, _trust):
    return authority.issue_card(ELS, pin=PIN, at=NOW - 11 * 365 * DAY)


def _foreign(_content, _authority, _trust):
    return CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY).issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)


def _signing(content, _authority, _trust):
    """Return a card whose signing certificate and key stand where those for signing in should."""
    return CardContent(
        content.applet, PIN, content.signature_key, content.signature_key, content.signature, content.signature
    )


REFUSED = [
    (_revoked, "eid_revoked"),
    (_expired, "eid_expired"),
    (_foreign, "eid_untrusted"),
    (_signing, "eid_wrong_certificate"),
]


@pytest.mark.parametrize(("deviate", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_a_card_that_is_not_believed_signs_nobody_in(browser, slot, content, card_authority, settings, deviate, reason):
    slot.insert(VirtualCard(deviate(content, card_authority, settings.GUICHET.eid.trust)))

    assert trouble_of(browser, Person([PIN])) is Trouble.NOT_SIGNED_IN
    assert reasons() == [reason]
    assert not Session.objects.filter(login__isnull=False).exists()


def test_a_token_that_is_replayed_with_another_code_is_refused(browser, card):
    portal = PortalInProcess()
    lead(browser, Person([PIN]), portal=portal)

    with pytest.raises(AgentError):
        portal.hand_over(code_for(a_browser()), portal.tokens[0])
    assert reasons() == ["eid_signature_invalid"]


def test_a_nonce_that_is_replayed_is_refused(browser, card):
    nonce = browser.post("/login/eid/challenge", content_type="application/json").json()["nonce"]
    with held_card() as (line, _):
        token = json.dumps(answer_of(line, nonce=nonce))

    answers = [browser.post("/login/eid", token, content_type="application/json").status_code for _ in range(2)]
    assert answers == [200, 401]
    assert reasons() == ["eid_nonce_expired"]


def test_a_card_that_signed_for_another_origin_signs_nobody_in(browser, card):
    portal = PortalInProcess("https://evil.example")

    assert trouble_of(browser, Person([PIN]), portal=portal) is Trouble.NOT_SIGNED_IN
    assert reasons() == ["eid_signature_invalid"]


def test_the_command_shows_reader_and_card_without_a_pin(card):
    done = subprocess.run(
        [sys.executable, "-m", "commands", "eid-agent", "show", "--language", "nl"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Programma van de kaart: 1.8\nKaart van Els Maria Peeters, geldig tot " in done.stdout
    assert "Resterende pogingen voor de pincode: 3" in done.stdout
    assert card.verified == 0
