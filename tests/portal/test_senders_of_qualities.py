"""Which managers see a sender, and what they keep of each other's choices for it."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.models import Session
from channels.models import TechnicalUser
from domain.channels import Channel
from portal.pages.overtaken import SHOWN
from tests.portal.people import settle_manager
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


def test_channels_that_somebody_opened_after_the_page_was_shown_stay_open(visitor: Visitor):
    sender = visitor.add_sender()
    path = f"/reports/{sender.number}/channels"
    shown = visitor.get(path).context["shown"]
    visitor.send(path, channels=["SFTP"])
    visitor.send(path, status=HTTPStatus.CONFLICT, channels=["WEB_SERVICE"], **{SHOWN: shown})

    assert [row.channel for row in sender.channels.all()] == [Channel.SFTP]


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
