"""The pages of officers: each opens to the roles that the reference names, and to nobody else however surely he signs in."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern

from auth.models import OperatorRole
from auth.operators import give_role
from domain.assurance import AssuranceLevel, Means
from tests.architecture.test_forms import methods_of
from tests.architecture.test_page_rules import OF_OFFICERS
from tests.architecture.test_pages import address_of_nothing, routes
from tests.portal.conftest import carry
from tests.portal.people import a_person, a_stay

ROLES: tuple[OperatorRole | None, ...] = (None, *OperatorRole)
PAGES = {str(route.name): route for route in routes() if route.name in OF_OFFICERS}


def an_officer(role: OperatorRole | None) -> Client:
    """Return the browser of somebody with that role alone, signed in with an eID just now."""
    _person, login = a_person(f"of.{role or 'none'}".lower())
    if role is not None:
        give_role(login, role, at=datetime.now(UTC), actor="test")
    browser = carry(Client(headers={"accept-language": "en"}), a_stay(login, level=AssuranceLevel.EID, means=Means.EID))
    browser.get("/home", secure=True)
    return browser


def is_open(route: URLPattern, browser: Client) -> bool:
    """Whether the page lets somebody in; what its address is about is not there."""
    ask = browser.get if "GET" in methods_of(route.callback) else browser.post
    answer = ask(address_of_nothing(route), secure=True)
    if answer.status_code == HTTPStatus.FOUND:
        assert answer.headers["Location"].startswith("/registration/")
    else:
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}
    return bool(answer.status_code != HTTPStatus.FORBIDDEN)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES, ids=[str(role) for role in ROLES])
def test_an_officers_page_opens_to_its_roles_alone(role: OperatorRole | None, desk: object):
    browser = an_officer(role)
    found = {name for name, route in PAGES.items() if is_open(route, browser)}
    assert found == {name for name, roles in OF_OFFICERS.items() if role in roles}
