"""What an application does wrong, one thing each: told on a page, back at its address, or at the token endpoint."""

import base64
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from auth.models import SignInCode
from auth.provider.applications import withdraw_application
from auth.provider.codes import purge_codes
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from tests.portal.provider.conftest import code_for, register, register_with_key, somebody
from tests.portal.provider.relying_party import CALLBACK, RelyingParty

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "deviation",
    [
        {"client_id": None},
        {"client_id": "app-unknown"},
        {"client_id": "a" * 65},
        {"redirect_uri": None},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?more=1"},
        {"redirect_uri": "https://selfservice.example/call"},
        {"redirect_uri": "https://SELFSERVICE.example/callback"},
        {"redirect_uri": "https://selfservice.example.evil.example/callback"},
        {"redirect_uri": "http://selfservice.example/callback"},
    ],
)
def test_an_unknown_application_or_address_sends_nobody_anywhere(party: RelyingParty, browser: Client, deviation):
    answer = browser.get(party.address(**deviation), secure=True)

    assert (answer.status_code, answer.has_header("Location")) == (400, False)
    assert "This link to sign in does not work" in answer.text
    assert not SignInCode.objects.exists()


def test_a_withdrawn_application_receives_nobody(party: RelyingParty, browser: Client):
    code = code_for(browser, party)
    withdraw_application(party.client_id, actor="test", at=SystemClock().now())

    assert browser.get(party.address(), secure=True).status_code == 400
    assert party.exchange(code).json() == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("deviation", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "hurry"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"nonce": "n" * 256}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.."}, "request_not_supported"),
        ({"request_uri": "https://selfservice.example/r"}, "request_uri_not_supported"),
        ({"ui_locales": "x" * 2000}, "invalid_request"),
    ],
)
def test_a_wrong_request_goes_back_as_an_error(party: RelyingParty, browser: Client, deviation, error):
    answer = browser.get(party.address(**deviation), secure=True)

    assert party.came_back(answer["Location"])["error"] == error
    assert not SignInCode.objects.exists()


def test_a_parameter_that_comes_twice_is_no_request(party: RelyingParty, browser: Client):
    answer = browser.get(f"{party.address()}&nonce=another", secure=True)
    assert party.came_back(answer["Location"])["error"] == "invalid_request"


def test_a_code_counts_once_and_its_second_use_ends_what_came_of_the_first(party: RelyingParty, browser: Client):
    code = code_for(browser, party)
    given = party.exchange(code).json()
    again = party.exchange(code)

    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert party.told_of(given["access_token"]).status_code == 401
    assert AuditEvent.objects.get(action="application:code:refused").detail["reason"] == "used before"


@pytest.mark.parametrize("deviation", [{"code_verifier": "v" * 43}, {"redirect_uri": f"{CALLBACK}/"}])
def test_a_wrong_verifier_or_address_uses_the_code_up(party: RelyingParty, browser: Client, deviation):
    code = code_for(browser, party)

    assert party.exchange(code, **deviation).json() == {"error": "invalid_grant"}
    assert party.exchange(code).json() == {"error": "invalid_grant"}


def test_a_code_of_another_application_is_none(party: RelyingParty, browser: Client):
    code, other = code_for(browser, party), register(name="Other")
    other.verifier = party.verifier

    assert other.exchange(code).json() == {"error": "invalid_grant"}
    assert party.exchange(code).status_code == 200


def test_a_code_lasts_a_minute(party: RelyingParty, browser: Client):
    code = code_for(browser, party)
    row = SignInCode.objects.get()
    assert row.expires_at - row.issued_at == timedelta(seconds=60)
    SignInCode.objects.update(issued_at=row.issued_at - timedelta(seconds=60), expires_at=SystemClock().now())

    assert party.exchange(code).json() == {"error": "invalid_grant"}


def test_codes_of_yesterday_are_forgotten(party: RelyingParty, browser: Client):
    code_for(browser, party)
    assert purge_codes(now=SystemClock().now()) == 0
    assert purge_codes(now=SystemClock().now() + timedelta(days=1, seconds=1)) == 1


@pytest.mark.parametrize(
    ("deviation", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"code_verifier": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"client_id": "app-other"}, "invalid_client"),
        ({"client_secret": "in the form"}, "invalid_client"),
        ({"client_assertion": "both ways"}, "invalid_client"),
    ],
)
def test_a_wrong_exchange_is_refused(party: RelyingParty, browser: Client, deviation, error):
    answer = party.exchange(code_for(browser, party), **deviation)

    assert answer.json() == {"error": error}
    assert answer.status_code == (401 if error == "invalid_client" else 400)


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic ???", "Basic OjpA", "Bearer abc"])
def test_without_its_secret_an_application_is_nobody(party: RelyingParty, browser: Client, authorization: str):
    answer = party.exchange(code_for(browser, party), authorization=authorization)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_another_secret_is_refused_and_too_many_are_answered_429(party: RelyingParty, browser: Client):
    code = code_for(browser, party)
    for _ in range(30):
        assert party.exchange(code, authorization=party.basic("wrong")).status_code == 401

    answer = party.exchange(code)
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)


def test_right_exchanges_count_for_nothing(party: RelyingParty, browser: Client):
    for _ in range(32):
        assert party.exchange(code_for(browser, party)).status_code == 200


ASSERTIONS = {
    "another key": lambda party: party.assertion(
        key=ECKey.generate_key("P-256", private=True), kid=party.key.thumbprint()
    ),
    "a key of another name": lambda party: party.assertion(kid="other"),
    "another audience": lambda party: party.assertion(aud="https://elsewhere.example"),
    "no audience": lambda party: party.assertion(aud=None),
    "over": lambda party: party.assertion(exp=int(time.time()) - 31),
    "no end": lambda party: party.assertion(exp=None),
    "an end without bounds": lambda party: party.assertion(exp=float("1e300")),
    "lasts too long": lambda party: party.assertion(exp=int(time.time()) + 700),
    "no number": lambda party: party.assertion(jti=None),
    "another subject": lambda party: party.assertion(sub="app-other"),
    "another issuer": lambda party: party.assertion(iss="app-other", sub="app-other"),
    "HS256 under a public key": lambda _: jws.serialize_compact(
        {"alg": "HS256"}, b"{}", OctKey.import_key("k" * 32), algorithms=["HS256"]
    ),
    "something critical that nobody here knows": lambda party: jws.serialize_compact(
        {"alg": "ES256", "kid": party.key.thumbprint(), "crit": ["b64"], "b64": True},
        base64.urlsafe_b64decode(party.assertion().split(".")[1] + "=="),
        party.key,
        algorithms=["ES256"],
    ),
    "no signature": lambda party: f"{party.assertion().rpartition('.')[0]}.",
    "no token": lambda _: "assertion",
}


@pytest.mark.parametrize("name", ASSERTIONS)
def test_a_wrong_assertion_proves_nobody(provider_keys, name: str):
    party = register_with_key()
    code = code_for(somebody(), party)

    answer = party.exchange(code, client_assertion=ASSERTIONS[name](party))
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_an_assertion_counts_once(provider_keys):
    party, browser = register_with_key(), somebody()
    assertion = party.assertion()

    assert party.exchange(code_for(browser, party), client_assertion=assertion).status_code == 200
    assert party.exchange(code_for(browser, party), client_assertion=assertion).status_code == 401


def test_an_assertion_may_mean_us_by_our_own_name(provider_keys):
    party = register_with_key()
    assertion = party.assertion(aud=["https://localhost:8443"])
    assert party.exchange(code_for(somebody(), party), client_assertion=assertion).status_code == 200


def test_an_application_with_a_key_has_no_secret(provider_keys):
    party = register_with_key()
    code = code_for(somebody(), party)
    answer = party.exchange(
        code, authorization=party.basic("anything"), client_assertion=None, client_assertion_type=None
    )
    assert answer.json() == {"error": "invalid_client"}


@pytest.mark.parametrize("token", ["", "guessed", quote("é")])
def test_an_access_token_that_was_never_given_opens_nothing(party: RelyingParty, token: str):
    answer = party.told_of(token)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_an_access_token_of_a_withdrawn_application_opens_nothing_from_then_on(party: RelyingParty, browser: Client):
    given = party.exchange(code_for(browser, party)).json()
    assert party.told_of(given["access_token"]).status_code == 200

    withdraw_application(party.client_id, actor="test", at=SystemClock().now())

    assert party.told_of(given["access_token"]).status_code == 401


def test_an_access_token_lasts_five_minutes(party: RelyingParty, browser: Client):
    given = party.exchange(code_for(browser, party)).json()
    assert given["expires_in"] == 300
    SignInCode.objects.update(token_ends_at=SystemClock().now())
    assert party.told_of(given["access_token"]).status_code == 401


def test_a_form_that_is_none_is_refused(party: RelyingParty):
    answer = party.server.post("/oauth/token", b"{}", content_type="application/json", secure=True)
    assert answer.json() == {"error": "invalid_request"}
