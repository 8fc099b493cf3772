"""What a program is told that asked for data, where a person is led on: a status and a code, never another address (§4.4)."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from auth.models import Session
from auth.refusals import TooManyAttemptsError
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from portal.pages.refusals import Denied, StaleForm, StrongerKeyNeeded, TooManyAttempts
from portal.pages.routing import Context, Freshness, page
from tests.portal.conftest import carry
from tests.portal.people import a_person, a_stay


@page(level=AssuranceLevel.EMAIL_CODE)
def for_email_codes(_request: HttpRequest, stay: Session) -> HttpResponse:
    return HttpResponse(f"level {stay.level}")


@page(level=AssuranceLevel.PASSWORD, freshness=Freshness.RECENT)
def for_the_lately_proven(_request: HttpRequest, _stay: Session) -> HttpResponse:
    return HttpResponse("lately")


@page(level=AssuranceLevel.PASSWORD, context=Context.REQUIRED)
def for_a_company(_request: HttpRequest, stay: Session) -> HttpResponse:
    return HttpResponse(f"entity {stay.entity_id}")


@page(level=AssuranceLevel.PASSWORD)
def refusing(_request: HttpRequest, _stay: Session, how: str) -> HttpResponse:
    refusals = {
        "denied": Denied("Only the chief may do this."),
        "weak": StrongerKeyNeeded(450),
        "stale": StaleForm(),
        "often": TooManyAttempts(TooManyAttemptsError(Scope.LOGIN_USER, retry_after=61)),
    }
    raise refusals[how]


urlpatterns = [
    path("", include("portal.urls")),
    path("email-codes", for_email_codes),
    path("lately", for_the_lately_proven),
    path("company", for_a_company),
    path("refusing/<str:how>", refusing),
]
handler404 = "portal.pages.failures.not_found"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def ask(browser: Client, address: str, accept: str = "application/json") -> Any:
    return browser.get(address, secure=True, headers={"accept": accept})


def signed_in(browser: Client, **stay: object) -> Client:
    _person, login = a_person()
    return carry(browser, a_stay(login, **stay))


def told(answer: Any) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()["code"]


def test_who_is_not_signed_in_is_told_so(browser: Client):
    assert told(ask(browser, "/email-codes")) == (HTTPStatus.UNAUTHORIZED, "not_signed_in")


def test_a_stay_that_ended_is_none(browser: Client):
    signed_in(browser, level=AssuranceLevel.APP_CODE, means=Means.TOTP)
    Session.objects.update(last_seen_at=SystemClock().now() - timedelta(minutes=21))
    assert told(ask(browser, "/email-codes")) == (HTTPStatus.UNAUTHORIZED, "not_signed_in")


def test_a_stay_that_is_too_weak_is_told_which_level_would_do(browser: Client):
    signed_in(browser, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    answer = ask(browser, "/email-codes")
    assert told(answer) == (HTTPStatus.FORBIDDEN, "insufficient_level")
    assert (answer.json()["required_level"], answer.json()["confined"]) == (350, False)


def test_a_right_that_needs_a_stronger_key_says_its_level(browser: Client):
    answer = ask(signed_in(browser), "/refusing/weak")
    assert told(answer) == (HTTPStatus.FORBIDDEN, "insufficient_level")
    assert answer.json()["required_level"] == 450


def test_an_old_proof_is_no_weak_one(browser: Client):
    signed_in(browser, at=SystemClock().now() - timedelta(minutes=6))
    assert told(ask(browser, "/lately")) == (HTTPStatus.FORBIDDEN, "proof_too_old")


def test_what_is_done_for_a_company_needs_one(browser: Client):
    assert told(ask(signed_in(browser), "/company")) == (HTTPStatus.FORBIDDEN, "no_company")


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [("denied", 403, "refused"), ("stale", 409, "conflict"), ("often", 429, "too_many_attempts")],
)
def test_what_a_page_refuses_has_a_code(browser: Client, how: str, status: int, code: str):
    answer = ask(signed_in(browser), f"/refusing/{how}")
    assert told(answer) == (status, code)
    assert answer.headers.get("Retry-After") == ("61" if how == "often" else None)


def test_the_sentence_of_a_refusal_is_its_detail(browser: Client):
    assert ask(signed_in(browser), "/refusing/denied").json()["detail"] == "Only the chief may do this."


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "text/html, application/json"])
def test_what_takes_a_page_is_led_on(browser: Client, accept: str):
    assert ask(browser, "/email-codes", accept).headers["Location"] == "/sign-in?next=%2Femail-codes"


def test_data_is_given_to_a_stay_that_is_sure_enough(browser: Client):
    signed_in(browser, level=AssuranceLevel.EMAIL_CODE, means=Means.EMAIL_CODE)
    assert ask(browser, "/email-codes").text == "level 350"
