"""Which managers see a sender, and what they keep of each other's choices for it."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.models import Session
from channels.models import TechnicalUser
from tests.portal.people import settle_manager
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.mark.parametrize(
    ("quality", "status"), [("EMPLOYER", HTTPStatus.OK), ("SERVICE_PROVIDER", HTTPStatus.NOT_FOUND)]
)
def test_a_sender_without_a_quality_is_one_of_the_standard_quality(visitor: Visitor, quality: str, status: HTTPStatus):
    sender = visitor.add_sender()
    visitor.send("/company/qualities/new", quality="SERVICE_PROVIDER", registration_number="")
    TechnicalUser.objects.update(quality="")
    Session.objects.filter(login=visitor.manager.login).update(quality=quality)

    visitor.get(f"/reports/{sender.number}", status=status)
    assert (sender.number in visitor.get("/reports").content.decode()) == (status == HTTPStatus.OK)
