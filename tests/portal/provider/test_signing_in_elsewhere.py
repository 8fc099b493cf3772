"""Another application sends somebody to the common sign-in page and receives the person signed in."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from auth.models import Login, Session, TokenAlgorithm
from auth.proofs import Proof, Source
from auth.session_life import EndReason, choose_context, end_for_login
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from portal.pages.provider.arrivals import arrival_of, note_arrival
from registers.access.models import Entity
from tests.portal.conftest import PASSWORD, a_login_with_password, carry
from tests.portal.provider.conftest import code_for, register, register_with_key, somebody
from tests.portal.provider.relying_party import CALLBACK, RelyingParty, address_on, header_of

pytestmark = pytest.mark.django_db


def test_an_application_receives_signed_in_whom_it_sent_to_the_common_page(party: RelyingParty, browser: Client):
    answer = party.exchange(code_for(browser, party))

    claims = party.verify(answer.json()["id_token"])
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert claims["acr"] == "urn:be:fedict:iam:fas:Level500"
    assert claims["amr"] == ["hwk", "pin"]
    assert abs(claims["auth_time"] - time.time()) < 60
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "at_hash", "nonce"}


def test_who_is_not_signed_in_signs_in_and_is_led_on_by_a_page(desk, provider_keys):
    party = register(least_level=AssuranceLevel.PASSWORD)
    a_login_with_password(desk)
    browser = Client(headers={"accept-language": "en"})

    choice = browser.get(party.address(), secure=True)["Location"]
    assert choice.startswith("/sign-in?")
    then = _next_of(choice)
    sent = {"user_name": "els.peeters", "password": PASSWORD, "next": then}
    signed_in = browser.post("/sign-in/password", sent, secure=True)
    page = browser.get(signed_in["Location"], secure=True)

    assert "You go on to PersoSelfService (selfservice.example)." in page.text
    assert page["Refresh"] == f"0; url={address_on(page.text)}"
    code = party.came_back(address_on(page.text))["code"]
    assert party.verify(party.exchange(code).json()["id_token"])["acr"] == "urn:be:fedict:iam:fas:Level200"


def test_keys_that_count_for_one_company_sign_nobody_in_elsewhere(desk, provider_keys):
    party, now = register(least_level=AssuranceLevel.PASSWORD), SystemClock().now()
    login, store = a_login_with_password(desk), SessionStore()
    bakery = Entity.objects.create(
        environment="R", company_number="0412345614", name="Bakery", valid_from=now, created_by="t", source="t"
    )
    proof = Proof(Means.TOTP, AssuranceLevel.APP_CODE, login.pk, now, bakery.pk)
    sign_in(store, [proof], source=Source("192.0.2.7"), at=now)
    choose_context(store, entity_id=bakery.pk, quality="EMPLOYER", at=now)
    store.save()
    led_to = carry(Client(), store).get(party.address(), secure=True)["Location"]

    assert led_to.startswith("/step-up?")
    assert "confined=yes" in led_to


def test_an_application_with_its_own_key_signs_assertions_and_has_no_secret(provider_keys):
    party = register_with_key(algorithm=TokenAlgorithm.ES256)
    answer = party.exchange(code_for(somebody(), party))

    assert party.verify(answer.json()["id_token"])["aud"] == party.client_id
    assert header_of(answer.json()["id_token"])["alg"] == "ES256"


def test_a_person_has_one_name_at_an_application_and_another_at_the_next(party: RelyingParty, browser: Client):
    def subject_at(one: RelyingParty) -> str:
        return one.verify(one.exchange(code_for(browser, one)).json()["id_token"])["sub"]

    other = register(name="PersoContact")
    assert subject_at(party) == subject_at(party)
    assert subject_at(party) != subject_at(other)


def test_names_are_told_to_an_application_that_may_know_them(party: RelyingParty, browser: Client):
    given = party.exchange(code_for(browser, party)).json()
    told = party.told_of(given["access_token"]).json()

    assert told == {"sub": told["sub"], "given_name": "Els", "family_name": "Peeters", "locale": "nl"}
    assert told["sub"] == party.verify(given["id_token"])["sub"]


@pytest.mark.parametrize(("is_told", "scope"), [(False, "openid profile"), (True, "openid")])
def test_names_are_told_to_nobody_else(provider_keys, is_told: bool, scope: str):
    party = register(is_told_names=is_told)
    given = party.exchange(code_for(somebody(), party, scope=scope)).json()

    assert given["scope"] == "openid"
    assert party.told_of(given["access_token"]).json().keys() == {"sub"}


@pytest.mark.parametrize(
    ("acr_values", "level"),
    [
        (None, "300"),
        ("urn:be:fedict:iam:fas:Level450", "450"),
        ("urn:be:fedict:iam:fas:Level500 urn:be:fedict:iam:fas:Level400", "400"),
        ("urn:be:fedict:iam:fas:Level100", "300"),
        ("something:else", "300"),
    ],
)
def test_who_is_not_signed_in_surely_enough_is_led_to_a_stronger_key(party: RelyingParty, acr_values, level):
    browser = somebody(level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    led = browser.get(party.address(acr_values=acr_values), secure=True)["Location"]

    assert led.startswith(f"/step-up?level={level}&")
    assert _next_of(led).startswith("/oauth/authorize?")


def test_a_stronger_key_leads_on_with_its_level(party: RelyingParty):
    weak = somebody(level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    then = _next_of(weak.get(party.address(), secure=True)["Location"])
    Session.objects.update(level=AssuranceLevel.EID, authenticated_at=SystemClock().now())

    code = party.came_back(address_on(weak.get(then, secure=True).text))["code"]
    assert party.verify(party.exchange(code).json()["id_token"])["acr"].endswith("Level500")


def test_without_a_word_who_is_signed_in_comes_back_and_who_is_not_is_told(party: RelyingParty, browser: Client):
    silent = party.address(prompt="none")
    weak = somebody("bo", level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)

    assert "code" in party.came_back(browser.get(silent, secure=True)["Location"])
    assert party.came_back(Client().get(silent, secure=True)["Location"])["error"] == "login_required"
    assert party.came_back(weak.get(silent, secure=True)["Location"])["error"] == "interaction_required"


@pytest.mark.parametrize(
    ("wish", "opened_as", "goes_on"),
    [
        ({"prompt": "none"}, "iframe", False),
        ({"prompt": "none"}, "document", False),
        ({}, "iframe", False),
        ({}, "empty", False),
        ({}, "document", True),
    ],
)
def test_an_application_that_looks_in_the_background_keeps_no_stay_alive(
    party: RelyingParty, browser: Client, wish: dict[str, str], opened_as: str, goes_on: bool
):
    used = SystemClock().now() - timedelta(minutes=19)
    Session.objects.update(last_seen_at=used)
    answer = browser.get(party.address(**wish), secure=True, headers={"Sec-Fetch-Dest": opened_as})

    assert party.came_back(answer["Location"])["code"]
    assert (Session.objects.get().last_seen_at > used) is goes_on


def test_a_stay_that_nobody_used_for_twenty_minutes_is_none_for_an_application(party: RelyingParty, browser: Client):
    Session.objects.update(last_seen_at=SystemClock().now() - timedelta(minutes=20))
    answer = browser.get(party.address(prompt="none"), secure=True)

    assert party.came_back(answer["Location"])["error"] == "login_required"


PROVE_AGAIN = [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}]


@pytest.mark.parametrize("wish", PROVE_AGAIN)
def test_an_application_can_have_the_person_prove_himself_again(party: RelyingParty, browser: Client, wish):
    Session.objects.update(authenticated_at=SystemClock().now().replace(year=2020))
    led = browser.get(party.address(**wish), secure=True)["Location"]
    assert led.startswith("/step-up?level=500&")
    assert browser.get(_next_of(led), secure=True).status_code == 302

    Session.objects.update(authenticated_at=SystemClock().now())
    page = browser.get(_next_of(led), secure=True)
    assert "code" in party.came_back(address_on(page.text))


def test_a_recent_proof_is_young_enough(party: RelyingParty, browser: Client):
    assert code_for(browser, party, max_age="300")


@pytest.mark.parametrize("wish", PROVE_AGAIN)
def test_a_request_is_proven_for_once_and_its_address_alone_opens_nothing_later(
    party: RelyingParty, browser: Client, wish
):
    then = _next_of(browser.get(party.address(**wish), secure=True)["Location"])
    Session.objects.update(authenticated_at=SystemClock().now())
    assert browser.get(then, secure=True).status_code == 200

    assert browser.get(then, secure=True)["Location"].startswith("/step-up?")


@pytest.mark.parametrize("wish", PROVE_AGAIN)
def test_what_another_browser_was_sent_with_counts_for_nothing(party: RelyingParty, browser: Client, wish):
    then = _next_of(Client().get(party.address(**wish), secure=True)["Location"])
    Session.objects.update(authenticated_at=SystemClock().now())

    assert browser.get(then, secure=True)["Location"].startswith("/step-up?")


@pytest.mark.parametrize("wish", PROVE_AGAIN)
def test_what_another_application_was_proven_for_counts_for_nothing(party: RelyingParty, browser: Client, wish):
    other = register(name="PersoContact")
    browser.get(other.address(**wish), secure=True)
    Session.objects.update(authenticated_at=SystemClock().now())

    assert browser.get(party.address(**wish), secure=True)["Location"].startswith("/step-up?")


def test_of_many_requests_of_one_browser_the_last_five_are_remembered(party: RelyingParty, browser: Client):
    addresses = [party.address(prompt="login", state=f"state-{number}") for number in range(6)]
    for address in addresses:
        browser.get(address, secure=True)
    Session.objects.update(authenticated_at=SystemClock().now())

    answers = [browser.get(address, secure=True).status_code for address in reversed(addresses)]
    assert answers == [*[200] * 5, 302]


def test_an_arrival_counts_for_an_hour(db):
    store, sent = SessionStore(), SystemClock().now()
    note_arrival(store, "a request", at=sent)

    assert arrival_of(store, "a request", at=sent + timedelta(hours=1)) == sent
    assert arrival_of(store, "a request", at=sent + timedelta(hours=1, seconds=1)) is None


def test_a_source_from_which_too_many_come_who_are_not_signed_in_waits(party: RelyingParty, exhausted):
    stranger, wrong = Client(), party.address(client_id="app-unknown")
    exhausted(Scope.ARRIVAL_SOURCE, but=2)
    assert (stranger.get(party.address(), secure=True).status_code, Client().get(wrong, secure=True).status_code) == (
        302,
        400,
    )
    sessions, refused = Session.objects.count(), AuditEvent.objects.filter(action="application:refused").count()

    for address in (party.address(), wrong, party.address(scope="profile")):
        answer = Client().get(address, secure=True)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
    assert Session.objects.count() == sessions
    assert AuditEvent.objects.filter(action="application:refused").count() == refused


def test_who_is_signed_in_counts_for_no_source(party: RelyingParty, browser: Client, exhausted):
    exhausted(Scope.ARRIVAL_SOURCE)
    assert browser.get(party.address(), secure=True).status_code == 302


def test_a_request_by_post_is_taken_like_a_link(party: RelyingParty, browser: Client):
    path, _, query = party.address().partition("?")
    form = dict(pair.split("=", 1) for pair in query.split("&"))
    answer = browser.post(path, {name: _plain(value) for name, value in form.items()}, secure=True)

    assert answer.status_code == 303
    assert party.came_back(browser.get(answer["Location"], secure=True)["Location"])["code"]


def test_a_login_of_no_person_is_sent_to_no_application(party: RelyingParty, browser: Client):
    Login.objects.update(person=None)
    answer = browser.get(party.address(), secure=True)
    assert party.came_back(answer["Location"])["error"] == "access_denied"


def test_a_block_ends_what_an_application_may_still_ask(party: RelyingParty, browser: Client):
    login, now = Login.objects.get(user_name="els.peeters"), SystemClock().now()
    first, second = code_for(browser, party), code_for(browser, party)
    given = party.exchange(first).json()
    end_for_login(login.pk, reason=EndReason.BLOCKED, at=now, actor="test")

    assert party.told_of(given["access_token"]).status_code == 401
    assert party.exchange(second).json() == {"error": "invalid_grant"}


def test_what_is_described_is_where_it_says(party: RelyingParty):
    told = party.metadata()
    assert told["issuer"] == settings.GUICHET.web.public_url.rstrip("/")
    assert told["subject_types_supported"] == ["pairwise"]
    for name in ("jwks_uri", "userinfo_endpoint", "authorization_endpoint"):
        assert party.server.get(urlsplit(told[name]).path, secure=True).status_code in {200, 400, 401}
    assert all("d" not in key for key in party.server.get("/oauth/keys.json", secure=True).json()["keys"])


def test_what_was_told_is_on_record_and_names_nobody(party: RelyingParty, browser: Client):
    party.exchange(code_for(browser, party))

    event = AuditEvent.objects.get(action="application:signed-in")
    assert (event.detail["application"], event.detail["level"]) == (party.client_id, 500)
    assert "Peeters" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_the_address_may_have_a_query_of_its_own(provider_keys):
    party = register(redirect_uris=(f"{CALLBACK}?tenant=1",))
    party.callback = f"{CALLBACK}?tenant=1"
    assert code_for(somebody(), party)


def _next_of(path: str) -> str:
    return parse_qs(urlsplit(path).query)["next"][0]


def _plain(value: str) -> str:
    return unquote_plus(value)
