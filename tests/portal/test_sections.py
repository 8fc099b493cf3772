"""The menu and the overview offer what a person may do in his company, and nothing that its page then refuses."""

import re
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client

from domain.assurance import AssuranceLevel
from portal.pages.navigation import PLACES
from registers.access.models import Grant, UserAccount
from tests.portal.people import settle_manager, settle_user
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db
OF_COMPANIES = {f"/{path}" for path in ("presences", "people", "reports", "deliveries", "company", "mandates", "code")}


@pytest.fixture
def chief(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def user(chief: Visitor) -> Visitor:
    return a_visitor(Client(), settle_user(chief.manager))


def offered_to(visitor: Visitor, page: str = "/home") -> set[str]:
    text = visitor.get(page).text
    return set(re.findall(r'href="(/[a-z-]+)"', text))


def test_a_user_without_any_right_is_offered_the_e_box_alone(user: Visitor):
    assert offered_to(user) & (OF_COMPANIES | {"/ebox"}) == {"/ebox"}


def test_a_main_access_manager_is_offered_everything_of_the_company(chief: Visitor):
    assert offered_to(chief) >= OF_COMPANIES | {"/ebox"}


def test_a_right_in_a_service_offers_the_pages_that_it_opens(chief: Visitor, user: Visitor):
    account = UserAccount.objects.get(person_id=user.manager.person_id)
    now = datetime.now(UTC)
    Grant.objects.create(
        environment="R", account=account, service="CHECK_INS", right="CONSULT", state="ACTIVE", granted_by="test",
        granted_at=now, valid_from=now, source="OPERATOR",
    )  # fmt: skip
    assert offered_to(user) & OF_COMPANIES == {"/presences", "/deliveries"}


def test_what_is_offered_is_shown(chief: Visitor):
    for path in offered_to(chief) & OF_COMPANIES:
        chief.get(path)


def test_what_is_not_offered_is_refused(user: Visitor):
    for path in OF_COMPANIES - offered_to(user):
        user.get(path, status=HTTPStatus.FORBIDDEN)


def test_what_only_lacks_a_stronger_key_is_still_offered(chief: Visitor):
    chief.manager.login.sessions.update(level=AssuranceLevel.APP_CODE)
    assert "/mandates" in offered_to(chief)


def test_every_section_of_a_company_but_the_e_box_says_what_opens_it():
    assert {place.first_page for place in PLACES if place.is_for_company and not place.opened_by} == {"ebox"}
