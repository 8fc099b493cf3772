"""Who suspends a sender reads what that stops and what it does not, as the doors have it."""

import pytest
from django.test import Client

from channels.ftp.users import _MAY_SIGN_IN as MAY_SIGN_IN_BY_FTP
from channels.logins import _MAY_SIGN_IN as MAY_SIGN_IN_BY_SFTP
from channels.models import Sender, SenderState
from channels.web.tokens import _MAY_SIGN_IN as MAY_SIGN_IN_BY_WEB
from tests.portal.people import settle_manager
from tests.portal.test_structured_reports import a_visitor

pytestmark = pytest.mark.django_db


def test_a_suspended_sender_still_signs_in_and_the_page_says_so(client: Client):
    visitor = a_visitor(client, settle_manager())
    sender = visitor.add_sender()
    Sender.objects.filter(pk=sender.pk).update(state=SenderState.ACTIVE)

    asked = visitor.get(f"/reports/{sender.number}/suspend").content.decode()
    for doors in (MAY_SIGN_IN_BY_SFTP, MAY_SIGN_IN_BY_FTP, MAY_SIGN_IN_BY_WEB):
        assert SenderState.SUSPENDED in doors
    assert "Its programs still sign in and collect answers." in asked
