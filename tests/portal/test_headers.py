"""What every answer tells a browser: pages, refusals, data and files alike."""

from runpy import run_path

import pytest
from django.http import HttpResponse
from django.test import Client

import portal.settings
from tests.portal.people import settle_manager

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.test_routing")]

FILE = "/static/frontend/guichet.css"
ANSWERS = {
    "/sign-in": 200,
    "/app-codes": 200,
    "/refusing/denied": 403,
    "/refusing/missing": 404,
    "/nowhere": 404,
    "/refusing/stale": 409,
    "/refusing/often": 429,
    "/session": 200,
    FILE: 200,
}


@pytest.fixture
def signed_in(settings) -> Client:
    settings.SECURE_HSTS_SECONDS = 60
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.SESSION_COOKIE_NAME] = settle_manager().cookie
    return client


def read(client: Client, path: str, status: int) -> HttpResponse:
    answer = client.get(path, secure=True)
    answer.close()
    assert answer.status_code == status
    return answer


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_answer_says_what_it_may_load_and_is_taken_for_nothing_else(signed_in: Client, path: str, status: int):
    headers = read(signed_in, path, status).headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"] == "max-age=60"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    for what in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{what}=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(("path", "status"), [one for one in ANSWERS.items() if one[0] != FILE])
def test_every_answer_but_a_file_is_framed_and_kept_by_nobody(signed_in: Client, path: str, status: int):
    headers = read(signed_in, path, status).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert "no-store" in headers["Cache-Control"]


def test_how_long_browsers_keep_to_https_is_what_the_operator_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUICHET_HSTS_SECONDS", "31536000")

    assert run_path(portal.settings.__file__)["SECURE_HSTS_SECONDS"] == 31536000


def test_a_file_may_be_kept(signed_in: Client):
    assert "public" in read(signed_in, FILE, 200).headers["Cache-Control"]


def test_a_program_is_told_as_data_that_what_it_sent_is_not_from_here():
    answer = Client(enforce_csrf_checks=True).post("/login/eid", secure=True, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_from_here")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/session/extend", "/login/eid"])
def test_a_form_that_is_not_from_here_is_kept_by_nobody(path: str):
    answer = Client(enforce_csrf_checks=True).post(path, secure=True)

    assert answer.status_code == 403
    assert "no-store" in answer.headers["Cache-Control"]
