"""Form tokens belong to a stay: those from before a sign-in, another context or a sign-out are refused after it."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

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
    assert send(strict, "/session/extend", token) == HTTPStatus.FORBIDDEN
    assert send(strict, "/session/extend", token_on(strict, "/home")) == HTTPStatus.FOUND


def test_signing_out_takes_other_tokens(strict: Client):
    token = token_on(strict, "/home")
    assert send(strict, "/sign-out", token) in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}

    assert send(strict, "/session/extend", token) == HTTPStatus.FORBIDDEN


def context_of(client: Client) -> str:
    page = client.get("/context", secure=True).content.decode()
    return page.split('name="context" value="')[1].split('"')[0]
