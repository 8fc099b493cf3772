"""The list of pages that browsers look at leaves no page out without a reason."""

from http import HTTPStatus

from django.urls import resolve

from tests.architecture.test_forms import methods_of
from tests.architecture.test_pages import routes
from tests.portal.browser.pages import PAGES
from tests.portal.browser.routes_without_pages import POSTED_TO_ALONE, WITHOUT_PAGES

ROUTES = {str(route.name): route for route in routes()}


def looked_at() -> set[str | None]:
    """Return the routes of which a page is looked at that is shown, not refused."""
    return {resolve(page.path.partition("?")[0]).url_name for page in PAGES if page.status == HTTPStatus.OK}


def test_every_route_has_a_page_that_is_looked_at_or_says_why_not() -> None:
    assert set(ROUTES) - looked_at() - WITHOUT_PAGES == set()


def test_no_route_says_why_it_is_not_looked_at_that_is_or_that_is_gone() -> None:
    assert WITHOUT_PAGES & looked_at() == set()
    assert WITHOUT_PAGES - set(ROUTES) == set()


def test_a_route_that_is_said_to_be_posted_to_alone_shows_no_page() -> None:
    """What it answers to whoever opens it: test_sent_from.py."""
    assert [name for name in sorted(POSTED_TO_ALONE) if methods_of(ROUTES[name].callback) != {"POST"}] == []
