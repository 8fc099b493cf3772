"""An access manager changes, replaces, blocks and unblocks the technical user of a sender of his company."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client

from channels.configuring.senders import add_sender
from channels.models import Sender
from domain.languages import Language
from evidence.models import AuditEvent
from tests.portal.people import settle_manager, settle_user
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db
CHANGED = {"name": "Mia Claes", "address": "mia@example.be", "phone": "02 555 12 34", "language": "fr"}


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def sender(visitor: Visitor) -> Sender:
    return add_sender(
        visitor.manager.company.entity,
        contact_name="Jan Peeters",
        contact_address="jan@example.be",
        language=Language.NL,
        quality="EMPLOYER",
        actor="test",
        at=datetime.now(UTC),
    )


def seen(sender: Sender) -> tuple[str, ...]:
    found = Sender.objects.select_related("technical_user").get(pk=sender.pk)
    user = found.technical_user
    return user.contact_name, user.contact_address, user.contact_phone, found.language, user.state


def test_another_person_takes_over_in_the_same_account(visitor: Visitor, sender: Sender):
    visitor.send(f"/reports/{sender.pk}/contact", **CHANGED)

    assert seen(sender) == ("Mia Claes", "mia@example.be", "+3225551234", "fr", "DRAFT")
    event = AuditEvent.objects.get(action="technical-user:replaced")
    assert event.detail["changed"] == ["name", "email", "phone", "language"]
    assert "Claes" not in str(event.detail)


def test_the_same_person_is_changed_and_not_replaced(visitor: Visitor, sender: Sender):
    visitor.send(f"/reports/{sender.pk}/contact", **{**CHANGED, "name": "Jan Peeters"})

    assert AuditEvent.objects.filter(action="technical-user:changed").exists()
    assert not AuditEvent.objects.filter(action="technical-user:replaced").exists()


def test_a_telephone_number_is_taken_away_by_leaving_it_empty(visitor: Visitor, sender: Sender):
    for phone in (CHANGED["phone"], ""):
        visitor.send(f"/reports/{sender.pk}/contact", **{**CHANGED, "phone": phone})

    assert seen(sender)[2] == ""


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"phone": "call me"}, "Enter a telephone number like"),
        ({"address": "nowhere"}, "Enter an e-mail address like"),
        ({"name": ""}, "Enter the name of the technical user."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changed(visitor: Visitor, sender: Sender, deviation, sentence: str):
    answer = visitor.send(f"/reports/{sender.pk}/contact", status=HTTPStatus.OK, **{**CHANGED, **deviation})

    assert sentence in answer.content.decode()
    assert seen(sender)[0] == "Jan Peeters"


def test_a_blocked_technical_user_is_told_and_unblocked(visitor: Visitor, sender: Sender):
    visitor.send(f"/reports/{sender.pk}/contact/block")
    assert seen(sender)[-1] == "BLOCKED"
    assert "Jan Peeters, blocked" in visitor.get(f"/reports/{sender.pk}").content.decode()
    visitor.send(f"/reports/{sender.pk}/contact/block", status=HTTPStatus.CONFLICT)

    visitor.send(f"/reports/{sender.pk}/contact/unblock")
    assert seen(sender)[-1] == "DRAFT"
    visitor.send(f"/reports/{sender.pk}/contact/unblock", status=HTTPStatus.CONFLICT)


def test_the_technical_user_of_a_working_sender_works_again_at_once(visitor: Visitor, sender: Sender):
    Sender.objects.filter(pk=sender.pk).update(state="ACTIVE")
    visitor.send(f"/reports/{sender.pk}/contact/block")
    visitor.send(f"/reports/{sender.pk}/contact/unblock")

    assert seen(sender)[-1] == "ACTIVE"


@pytest.mark.parametrize("step", ["", "/block", "/unblock"])
def test_nobody_elses_technical_user_is_reached(visitor: Visitor, sender: Sender, step: str):
    other = a_visitor(Client(), settle_manager(company="0123456749", user_name="an.other"))
    user = a_visitor(Client(), settle_user(visitor.manager))

    other.get(f"/reports/{sender.pk}/contact{step}", status=HTTPStatus.NOT_FOUND)
    user.get(f"/reports/{sender.pk}/contact{step}", status=HTTPStatus.FORBIDDEN)
