"""An address that takes forms alone, opened as a page: kept by a browser, typed, or come back to."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, resolve

from portal.pages.sent_from import form_page_of
from tests.architecture.test_pages import address_of_nothing
from tests.portal.people import People
from tests.portal.test_sent_from import TAKING, WITHOUT_A_BUTTON, shows_a_page


@pytest.mark.django_db
@pytest.mark.parametrize("route", TAKING, ids=[str(route.name) for route in TAKING])
def test_whoever_opens_the_address_of_a_button_finds_the_button_or_reads_that_there_is_no_page(
    route: URLPattern, settled: People, browser: Client
):
    browser.cookies[settings.SESSION_COOKIE_NAME] = settled.manager.cookie
    browser.get("/home", secure=True)
    answer = browser.get(address_of_nothing(route), secure=True)
    if str(route.name) in WITHOUT_A_BUTTON:
        assert (answer.status_code, answer.headers["Allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, "POST")
        assert "No page is shown here" in answer.text
    else:
        assert answer.status_code == HTTPStatus.FOUND
        assert answer.headers["Location"] == form_page_of(route.callback).path(resolve(address_of_nothing(route)))
        assert shows_a_page(answer.headers["Location"])
