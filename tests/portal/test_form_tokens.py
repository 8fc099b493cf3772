"""Form tokens belong to a stay: those from before a sign-in, another context or a sign-out are refused after it, as out of date."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from auth.models import Session
from tests.portal.people import settle_manager

pytestmark = pytest.mark.django_db
SECRET = settings.CSRF_COOKIE_NAME


@pytest.fixture
def strict() -> Client:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en", "referer": "https://testserver/"})
    client.cookies[settings.SESSION_COOKIE_NAME] = settle_manager().cookie
    return client


def token_on(client: Client, path: str) -> str:
    return str(client.get(path, secure=True).context["csrf_token"])


def send(client: Client, path: str, token: str) -> int:
    return client.post(path, {"csrfmiddlewaretoken": token}, secure=True).status_code


def token_of_an_older_page(client: Client, path: str) -> str:
    """Return a token of that page, after which another tab chose a company."""
    token = token_on(client, path)
    send_choice(client)
    return token


def send_choice(client: Client) -> None:
    token = token_on(client, "/context")
    client.post("/context", {"csrfmiddlewaretoken": token, "context": context_of(client)}, secure=True)


def is_signed_in(client: Client) -> bool:
    return client.get("/session", secure=True).status_code == HTTPStatus.OK


def test_tokens_of_one_stay_are_good_on_each_of_its_pages(strict: Client):
    token = token_on(strict, "/home")
    strict.get("/sessions", secure=True)

    assert send(strict, "/session/extend", token) == HTTPStatus.FOUND


def test_another_context_takes_other_tokens(strict: Client):
    token = token_on(strict, "/context")
    before = strict.cookies[SECRET].value
    chosen = strict.post("/context", {"csrfmiddlewaretoken": token, "context": context_of(strict)}, secure=True)

    assert chosen.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
    assert strict.cookies[SECRET].value != before
    assert send(strict, "/session/extend", token) == HTTPStatus.CONFLICT
    assert send(strict, "/session/extend", token_on(strict, "/home")) == HTTPStatus.FOUND


def test_signing_out_takes_other_tokens(strict: Client):
    token = token_on(strict, "/home")
    assert send(strict, "/sign-out", token) in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}

    assert send(strict, "/session/extend", token) == HTTPStatus.CONFLICT


def test_a_form_of_an_older_page_is_told_to_be_so_with_the_way_back_to_its_page(strict: Client):
    token = token_of_an_older_page(strict, "/people")
    referer = "https://testserver/people?q=a&page=2"
    answer = strict.post("/people/users/new", {"csrfmiddlewaretoken": token}, secure=True, headers={"referer": referer})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "This form is out of date" in answer.text
    assert "chosen another company" in answer.text
    assert 'href="/people?q=a&amp;page=2"' in answer.text
    assert "Allow cookies" not in answer.text


def test_a_browser_that_sends_only_the_origin_is_led_to_the_start(strict: Client):
    token = token_of_an_older_page(strict, "/home")
    headers = {"origin": "https://testserver", "referer": ""}
    answer = strict.post("/session/extend", {"csrfmiddlewaretoken": token}, secure=True, headers=headers)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert '<a class="govuk-link" href="/">Show how things stand now</a>' in answer.text


@pytest.mark.parametrize("header", ["origin", "referer"])
def test_a_form_from_elsewhere_is_no_older_page_of_ours(strict: Client, header: str):
    token = token_of_an_older_page(strict, "/home")
    headers = {header: "https://elsewhere.example/people"}
    answer = strict.post("/session/extend", {"csrfmiddlewaretoken": token}, secure=True, headers=headers)

    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_browser_that_keeps_no_cookies_is_told_to_allow_them(strict: Client):
    token = token_on(strict, "/help/am-i-registered")
    del strict.cookies[SECRET]
    answer = strict.post("/help/am-i-registered", {"csrfmiddlewaretoken": token}, secure=True)

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Allow cookies" in answer.text


def test_a_form_without_any_token_is_none_of_ours(strict: Client):
    token_on(strict, "/home")

    assert strict.post("/session/extend", secure=True).status_code == HTTPStatus.FORBIDDEN


def test_signing_out_on_an_older_page_ends_the_stay(strict: Client):
    token = token_of_an_older_page(strict, "/people")

    assert send(strict, "/sign-out", token) == HTTPStatus.FOUND
    assert not is_signed_in(strict)
    assert not Session.objects.filter(login__isnull=False, ended_at__isnull=True).exists()


@pytest.mark.parametrize("header", ["origin", "referer"])
@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "http://testserver/", "null", "https://[", ""])
def test_another_site_signs_nobody_out(strict: Client, header: str, elsewhere: str):
    token = token_on(strict, "/home")
    headers = {"referer": "", header: elsewhere}
    answer = strict.post("/sign-out", {"csrfmiddlewaretoken": token}, secure=True, headers=headers)

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert is_signed_in(strict)


def test_the_state_of_a_stay_gives_the_token_that_an_older_page_goes_on_with(strict: Client):
    token_of_an_older_page(strict, "/people")
    told = strict.get("/session", secure=True).json()

    assert send(strict, "/session/extend", told["token"]) == HTTPStatus.FOUND


def context_of(client: Client) -> str:
    page = client.get("/context", secure=True).content.decode()
    return page.split('name="context" value="')[1].split('"')[0]
