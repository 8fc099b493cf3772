"""What the extension and the agent ask the portal, and what they are told."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from auth import throttles
from auth.models import Login, LoginTransaction, Session
from commands.demo.card_authority import CardAuthority, Generation, Holder
from domain.assurance import AssuranceLevel
from domain.identifiers import insz
from domain.sign_in_limits import Rate, Scope
from eid_agent.virtual_card import CardContent, VirtualCard
from evidence.models import AuditEvent
from portal.eid import origin_of
from registers.persons.models import PersonDetails, PersonIdentifier
from tests.auth.eid.cards import ELS, PIN, answer_of
from tests.portal.eid.conftest import NOW, a_browser
from tests.portal.eid.folders import DAY, fill_lists

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("portal_with_cards")]

OTHER = Holder(insz(900101001, born_from_2000=False), "Janssens", "Jan")
REFUSED = {"message": "Signing in with this card did not succeed."}


@pytest.fixture(scope="module")
def card(card_authority) -> CardContent:
    return card_authority.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)


def ask(browser: Client, path: str, content: object = None, **headers: str):
    return browser.post(path, json.dumps(content), content_type="application/json", **headers)


def sign_in(browser: Client, card: CardContent, *, query: str = "", **headers: str):
    nonce = ask(browser, f"/login/eid/challenge{query}", **headers).json()["nonce"]
    return ask(browser, "/login/eid", answer_of(VirtualCard(card), nonce=nonce), **headers)


def code_of(browser: Client, query: str = "") -> str:
    return ask(browser, f"/login/eid/pairing{query}").json()["code"]


def pair(code: str, card: CardContent, *, agent: Client | None = None):
    agent = agent or a_browser()
    nonce = ask(agent, "/login/eid/agent/challenge", {"code": code}).json()["nonce"]
    return ask(agent, "/login/eid/agent", {"code": code, "token": answer_of(VirtualCard(card), nonce=nonce)})


def stay() -> Session:
    return Session.objects.get(ended_at__isnull=True, login__isnull=False)


def reasons() -> list[str]:
    events = AuditEvent.objects.filter(action="account:login:failure").order_by("pk")
    return [event.detail["reason"] for event in events]


def test_the_extension_signs_its_browser_in_at_the_highest_level(browser, card):
    answer = sign_in(browser, card, query="?next=/sessions")

    assert (answer.status_code, answer.json()) == (200, {"continue": "/sessions"})
    assert (stay().level, stay().means) == (AssuranceLevel.EID, "EID")
    assert browser.get("/sessions").status_code == 200


@pytest.mark.parametrize("cookie", [None, "of-a-stay-that-is-over"], ids=["no stay", "a stay that is over"])
def test_the_page_goes_on_with_its_form_token_after_the_challenge(card, cookie: str | None):
    strict = a_browser(checks_tokens=True)
    if cookie is not None:
        strict.cookies[settings.SESSION_COOKIE_NAME] = cookie
    token = str(strict.get("/sign-in/eid").context["csrf_token"])
    from_page = {"HTTP_X_CSRFTOKEN": token, "HTTP_REFERER": "https://localhost:8443/sign-in/eid"}

    assert sign_in(strict, card, **from_page).status_code == 200
    assert ask(strict, "/session/extend", **from_page).status_code == 403


def test_the_same_person_comes_back_to_the_same_login(browser, card):
    sign_in(browser, card)
    sign_in(a_browser(), card)

    assert (Login.objects.count(), PersonIdentifier.objects.count()) == (1, 1)


@pytest.mark.parametrize("path", ["https://elsewhere.example", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(browser, card, path):
    assert sign_in(browser, card, query=f"?next={path}").json() == {"continue": "/home"}


def test_the_agent_signs_in_the_browser_that_shows_the_code(browser, card):
    address = pair(code_of(browser, "?next=/sessions"), card).json()["continue"]
    assert "Finish signing in" in browser.get(address).content.decode()

    answer = browser.post("/sign-in/eid/continue", {"ticket": address.partition("=")[2]})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sessions")
    assert stay().level == AssuranceLevel.EID


def test_opening_the_address_signs_nobody_in_yet(browser, card):
    browser.get(pair(code_of(browser), card).json()["continue"])

    assert not Session.objects.filter(login__isnull=False).exists()


def test_the_address_of_the_agent_counts_in_no_other_browser(browser, card):
    ticket = pair(code_of(browser), card).json()["continue"].partition("=")[2]

    answer = a_browser().post("/sign-in/eid/continue", {"ticket": ticket})
    assert answer.status_code == 401
    assert not Session.objects.filter(login__isnull=False).exists()


@pytest.mark.parametrize("query", ["?next=/sessions", ""])
def test_a_card_that_fails_leads_back_to_where_it_was_shown_for(browser, query):
    code_of(browser, query)
    text = browser.post("/sign-in/eid/continue", {"ticket": "invented"}).content.decode()

    assert f'href="/sign-in/eid{query.replace("/", "%2F")}"' in text
    assert f'href="/sign-in{query.replace("/", "%2F")}"' in text


def test_a_card_that_fails_to_strengthen_a_stay_leads_to_the_other_keys_that_would_do(browser, card):
    sign_in(browser, card)
    code_of(browser, "?level=500&next=/sessions")
    text = browser.post("/sign-in/eid/continue", {"ticket": "invented"}).content.decode()

    assert 'href="/sign-in/eid?level=500&amp;next=%2Fsessions"' in text
    assert 'href="/step-up?level=500&amp;next=%2Fsessions"' in text


def test_another_way_than_a_card_is_one_that_is_strong_enough(browser, card):
    sign_in(browser, card)
    text = browser.get("/sign-in/eid?level=500&next=/sessions").content.decode()
    assert 'href="/step-up?level=500&amp;next=%2Fsessions"' in text


def test_a_page_shows_code_and_command(browser):
    text = browser.post("/sign-in/eid/agent?next=/sessions").content.decode()

    code = text.partition("--code ")[2][:9]
    assert f"guichet eid-agent login --portal https://localhost:8443 --code {code}" in text
    assert ask(a_browser(), "/login/eid/agent/challenge", {"code": code}).status_code == 200


def test_a_card_strengthens_the_stay_that_is_there(browser, card):
    sign_in(browser, card)
    Session.objects.filter(login__isnull=False).update(level=AssuranceLevel.PASSWORD)
    before = stay()

    assert sign_in(browser, card, query="?level=500&next=/home").json() == {"continue": "/home"}
    assert (stay().signed_in_at, stay().level) == (before.signed_in_at, AssuranceLevel.EID)
    assert AuditEvent.objects.filter(action="account:login:step_up").count() == 1


def test_somebody_elses_card_strengthens_nothing(browser, card, card_authority):
    sign_in(browser, card)
    other = card_authority.issue_card(OTHER, pin=PIN, at=NOW - 30 * DAY)

    assert sign_in(browser, other, query="?level=500").status_code == 401
    assert stay().login_id == Login.objects.order_by("pk")[0].pk


def test_a_replayed_token_is_refused(browser, card):
    nonce = ask(browser, "/login/eid/challenge").json()["nonce"]
    token = answer_of(VirtualCard(card), nonce=nonce)
    ask(browser, "/login/eid", token)

    again = ask(a_browser(), "/login/eid", token)
    assert (again.status_code, again.json()) == (401, REFUSED)
    assert reasons() == ["eid_nonce_expired"]


def _revoke(card, authority):
    fill_lists(settings.GUICHET.eid.trust, authority, at=NOW, revoked=card)
    return card


def _foreign(_card, _authority):
    return CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY).issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)


def _expired(_card, authority):
    return authority.issue_card(ELS, pin=PIN, at=NOW - 11 * 365 * DAY)


def _signing(card, _authority):
    return CardContent(card.applet, PIN, card.signature_key, card.signature_key, card.signature, card.signature)


def _no_lists(card, _authority):
    for path in (settings.GUICHET.eid.trust / "crls").iterdir():
        path.unlink()
    return card


REASONS = [
    (_revoke, "eid_revoked"),
    (_foreign, "eid_untrusted"),
    (_expired, "eid_expired"),
    (_signing, "eid_wrong_certificate"),
    (_no_lists, "eid_revocation_unavailable"),
]


@pytest.mark.parametrize(("deviate", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_every_refusal_is_told_alike_and_recorded_with_its_reason(browser, card, card_authority, deviate, reason):
    answer = sign_in(browser, deviate(card, card_authority))

    assert (answer.status_code, answer.json()) == (401, REFUSED)
    assert reasons() == [reason]
    assert not Session.objects.filter(login__isnull=False).exists()


def test_the_agent_is_told_alike_as_well(browser, card, card_authority):
    answer = pair(code_of(browser), _revoke(card, card_authority))

    assert (answer.status_code, answer.json()) == (401, REFUSED)
    assert reasons() == ["eid_revoked"]


def test_the_record_of_a_refusal_names_nobody(browser, card, card_authority):
    sign_in(browser, _revoke(card, card_authority))

    told = str(AuditEvent.objects.get(action="account:login:failure").detail)
    assert [word for word in (ELS.national_number, "Peeters") if word in told] == []


def test_a_card_signed_for_another_site_is_refused(browser, card):
    nonce = ask(browser, "/login/eid/challenge").json()["nonce"]

    assert (
        ask(browser, "/login/eid", answer_of(VirtualCard(card), nonce=nonce, origin="https://evil.example")).status_code
        == 401
    )
    assert reasons() == ["eid_signature_invalid"]


@pytest.mark.parametrize("content", [None, [], {"code": "AAAA-AAAA"}, {"code": ["A"]}, {}], ids=str)
def test_a_code_that_no_page_shows_is_refused(content):
    assert ask(a_browser(), "/login/eid/agent/challenge", content).status_code == 401
    assert ask(a_browser(), "/login/eid/agent", content).status_code == 401


@pytest.mark.parametrize("path", ["/login/eid/agent", "/login/eid/agent/challenge"])
@pytest.mark.parametrize("kind", [MULTIPART_CONTENT, "application/x-www-form-urlencoded", "text/plain"])
def test_a_form_is_no_token_and_no_trouble_of_ours(path, kind):
    parts = encode_multipart(BOUNDARY, {"code": "AAAA-AAAA"})

    assert a_browser().generic("POST", path, parts, kind).status_code == 401


def test_without_a_root_signing_in_by_card_is_not_possible_now(browser, card):
    (settings.GUICHET.eid.trust / "anchors" / "root.der").unlink()

    answer = sign_in(browser, card)
    assert (answer.status_code, answer.json()["message"]) == (503, "Signing in with a card is not possible now.")


def test_the_pages_say_when_signing_in_by_card_is_not_possible(browser):
    keys = settings.GUICHET.home / "keys" / "signing_in.json"
    kept = keys.read_text(encoding="ascii")
    keys.unlink()
    try:
        answers = [browser.post("/sign-in/eid/agent"), browser.post("/sign-in/eid/continue", {"ticket": "x"})]
    finally:
        keys.write_text(kept, encoding="ascii")

    assert [answer.status_code for answer in answers] == [503, 503]
    assert "Signing in with a card is not possible now." in answers[0].content.decode()


def test_the_pages_own_requests_need_its_token_and_the_agents_do_not():
    strict = Client(
        enforce_csrf_checks=True, SERVER_NAME="localhost", SERVER_PORT="8443", **{"wsgi.url_scheme": "https"}
    )

    forbidden = [ask(strict, path).status_code for path in ("/login/eid/challenge", "/login/eid", "/login/eid/pairing")]
    assert forbidden == [403, 403, 403]
    assert ask(strict, "/login/eid/agent/challenge", {"code": "AAAA-AAAA"}).status_code == 401


def test_asking_for_a_challenge_by_get_is_not_possible(browser):
    assert browser.get("/login/eid/challenge").status_code == 405


def test_the_table_of_what_is_under_way_holds_no_number(browser, card):
    pair(code_of(browser), card)

    held = b"".join(bytes(row.sealed) for row in LoginTransaction.objects.all())
    assert ELS.national_number.encode() not in held


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://Guichet.Example:443/", "https://guichet.example"),
        ("https://guichet.example/portal", "https://guichet.example"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_our_origin_is_written_as_browsers_write_it(address, origin):
    assert origin_of(address) == origin


def test_tokens_that_cannot_be_read_are_counted_too():
    told = [ask(a_browser(), "/login/eid/agent", {"code": "AAAA-AAAA", "token": 7}) for _ in range(11)]

    assert [answer.status_code for answer in told] == [401] * 10 + [429]
    assert reasons() == ["eid_token_malformed"] * 10


def test_a_person_who_has_no_name_yet_is_called_as_on_the_card(browser, card):
    sign_in(browser, card)

    details = PersonDetails.objects.get()
    assert (details.family_name, details.first_name) == ("Peeters", "Els Maria")


def test_a_name_that_is_known_stays(browser, card):
    sign_in(browser, card)
    PersonDetails.objects.update(first_name="Els")
    sign_in(a_browser(), card)

    assert PersonDetails.objects.get().first_name == "Els"


def test_a_name_that_somebody_said_gives_way_to_that_of_the_card(browser, card):
    sign_in(browser, card)
    PersonDetails.objects.update(family_name="Wronk", first_name="Clown", name_proved_at=None, language="fr")
    sign_in(a_browser(), card)

    details = PersonDetails.objects.get()
    assert (details.family_name, details.first_name, details.language) == ("Peeters", "Els Maria", "fr")


def test_codes_can_be_guessed_ten_times_in_five_minutes(browser):
    told = [ask(a_browser(), "/login/eid/agent/challenge", {"code": "AAAA-AAAA"}) for _ in range(11)]

    assert [answer.status_code for answer in told] == [401] * 10 + [429]
    assert int(told[-1].headers["Retry-After"]) <= 301
    assert browser.post("/sign-in/eid/continue", {"ticket": "x"}).status_code == 429


def test_wrong_passwords_of_anybody_leave_cards_open(browser, card, monkeypatch):
    full = dict.fromkeys((Scope.LOGIN_SOURCE, Scope.LOGIN_ALL), (Rate(1, timedelta(minutes=5)),))
    monkeypatch.setattr(throttles, "RATES", {**throttles.RATES, **full})
    wrong = {"user_name": "els", "password": "wrong-horse-12"}

    assert [a_browser().post("/sign-in/password", wrong).status_code for _ in range(2)] == [401, 429]
    assert sign_in(browser, card).status_code == 200
    assert pair(code_of(a_browser()), card).status_code == 200


def test_who_succeeds_is_not_counted(browser, card):
    for _ in range(6):
        assert pair(code_of(browser), card).status_code == 200


@pytest.mark.parametrize("path", ["/login/eid/challenge", "/login/eid/pairing", "/sign-in/eid/agent"])
def test_asking_for_very_many_challenges_is_stopped(browser, monkeypatch, path):
    rates = {**throttles.RATES, Scope.CARD_SOURCE: (Rate(2, timedelta(minutes=5)),)}
    monkeypatch.setattr(throttles, "RATES", rates)

    answers = [ask(browser, path) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "eID or itsme stays possible" not in answers[-1].content.decode()


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_pages_open_in_each_language(browser, language):
    for path in ("/sign-in/eid?next=/sessions", "/sign-in/eid/continue?ticket=x"):
        assert browser.get(path, headers={"accept-language": language}).status_code == 200
