"""The list of pages that browsers look at leaves no page out without a reason."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.urls import resolve, reverse

from tests.architecture.test_pages import routes
from tests.portal.browser.pages import PAGES
from tests.portal.browser.routes_without_pages import POSTED_TO_ALONE, WITHOUT_PAGES
from tests.portal.people import People

ROUTES = {str(route.name): route for route in routes()}


def looked_at() -> set[str | None]:
    """Return the routes of which a page is looked at that is shown, not refused."""
    return {resolve(page.path.partition("?")[0]).url_name for page in PAGES if page.status == HTTPStatus.OK}


def test_every_route_has_a_page_that_is_looked_at_or_says_why_not() -> None:
    assert set(ROUTES) - looked_at() - WITHOUT_PAGES == set()


def test_no_route_says_why_it_is_not_looked_at_that_is_or_that_is_gone() -> None:
    assert WITHOUT_PAGES & looked_at() == set()
    assert WITHOUT_PAGES - set(ROUTES) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(POSTED_TO_ALONE))
def test_a_route_that_is_posted_to_alone_shows_nothing(name: str, settled: People, browser) -> None:
    browser.cookies[settings.SESSION_COOKIE_NAME] = settled.manager.cookie
    given = dict.fromkeys(ROUTES[name].pattern.converters, 1)
    assert browser.get(reverse(name, kwargs=given), secure=True).status_code == HTTPStatus.METHOD_NOT_ALLOWED
