"""Who is led back to a page that takes forms alone comes to the page with its button, never to an address without a page."""

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, resolve

from auth.models import Session
from evidence.clock import SystemClock
from portal.pages.routing import declared
from portal.pages.sent_from import form_page_of
from tests.architecture.test_forms import methods_of
from tests.architecture.test_pages import address_of_nothing, routes
from tests.portal.conftest import carry
from tests.portal.people import a_person, a_stay

WITHOUT_A_BUTTON = {
    "provider-token": "answers with data",
    **dict.fromkeys(["eid-challenge", "eid-login", "eid-pairing"], "answers with data"),
    **dict.fromkeys(["eid-agent-challenge", "eid-agent-login"], "answers with data"),
}
"""What only scripts and programs of ours send to."""


def takes_forms_alone(route: URLPattern) -> bool:
    return methods_of(route.callback) == {"POST"}


TAKING = [route for route in routes() if takes_forms_alone(route)]
OF_SOMEBODY = [route for route in TAKING if (rule := declared(route.callback)) is not None and rule.level is not None]


def shows_a_page(path: str) -> bool:
    return "GET" in methods_of(resolve(path).func)


def led_to(answer) -> str:
    assert answer.status_code == HTTPStatus.FOUND
    return parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]


@pytest.mark.django_db
def test_a_stay_is_not_ended_by_who_opens_the_address_of_the_button(browser: Client):
    _person, login = a_person()
    carry(browser, a_stay(login))
    browser.get("/home", secure=True)
    assert browser.get("/sign-out", secure=True).headers["Location"] == "/"
    assert not Session.objects.exclude(ended_at=None).exists()


@pytest.mark.django_db
def test_a_program_that_asks_where_messages_are_sent_is_shown_no_page(browser: Client):
    answer = browser.get("/login/eid/challenge", headers={"accept": "application/json"}, secure=True)
    assert (answer.status_code, answer.content) == (HTTPStatus.METHOD_NOT_ALLOWED, b"")


def test_every_page_that_takes_forms_alone_says_where_its_button_stands():
    silent = {str(route.name) for route in TAKING if form_page_of(route.callback) is None}
    assert silent == set(WITHOUT_A_BUTTON)


@pytest.mark.django_db
@pytest.mark.parametrize("route", OF_SOMEBODY, ids=[str(route.name) for route in OF_SOMEBODY])
def test_who_signs_in_late_comes_back_to_a_page_and_reads_that_nothing_was_saved(route: URLPattern, browser: Client):
    path, told = urlsplit(led_to(browser.post(address_of_nothing(route), secure=True)))[2:4]
    assert shows_a_page(path)
    assert parse_qs(told) == {"unsent": ["yes"]}
    assert led_to(browser.get(address_of_nothing(route), secure=True)) == path


@pytest.mark.django_db
def test_who_ended_a_session_too_late_finds_the_button_again(browser: Client):
    _person, login = a_person()
    carry(browser, a_stay(login))
    browser.get("/home", secure=True)
    Session.objects.update(last_seen_at=SystemClock().now() - timedelta(minutes=21))
    then = led_to(browser.post("/sessions/1/end", secure=True))
    browser.cookies.clear()
    carry(browser, a_stay(login))
    browser.get("/home", secure=True)
    page = browser.get(then, follow=True, secure=True)

    assert page.status_code == HTTPStatus.OK
    assert "What you sent was not saved" in page.text
    assert "What you sent was not saved" not in browser.get("/sessions", secure=True).text
