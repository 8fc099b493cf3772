"""Certificates that end and senders that stop become tasks of the e-Box, once each, until their cause is gone."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Q

from channels.configuring.retiring import retire_sender
from channels.configuring.senders import change_state
from channels.models import Sender, SenderCertificate
from channels.sender_life import SenderChange
from correspondence.ebox import handle, route, seen_by_manager, seen_by_user
from correspondence.models import EboxDocument
from domain.access.actors import Actor
from domain.environments import Environment
from ingest.expiry_tasks import ask_to_renew, settle_renewals, suspend_without_certificate
from ingest.register_certificate import withdraw_certificate
from registers.access.sender_services import end_services
from tests.counter_bench import make_sender
from tests.registers.access.conftest import EMPLOYER, NOON, Company, make_company

DAY = timedelta(days=1)
END = NOON + 61 * DAY


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


@pytest.fixture
def sender(company: Company, identity) -> Sender:
    made = make_sender("123456", entity=company.entity, identity=identity)
    SenderCertificate.objects.update(valid_from=NOON - DAY, valid_until=END)
    return made


@pytest.fixture(scope="module")
def identity():
    from commands.authority import Authority  # noqa: PLC0415 - a key takes a while

    authority = Authority.create("Senders", at=NOON - DAY, lifetime=999 * DAY)
    return authority.issue_signer("Signer", at=NOON - DAY, lifetime=900 * DAY)


def tasks(kind: str) -> list[tuple[str, str]]:
    found = EboxDocument.objects.filter(kind=kind).order_by("pk")
    return [(document.subjects["en"], document.state) for document in found]


def another_certificate(sender: Sender, *, until: datetime) -> None:
    SenderCertificate.objects.create(
        sender=sender, der=b"-", sha256="5f" * 32, valid_from=NOON, valid_until=until, registered_at=NOON
    )


def test_a_certificate_that_ends_is_a_task_sixty_thirty_seven_and_one_day_before(sender: Sender):
    assert ask_to_renew(at=NOON) == 0
    for days in (60, 59, 30, 7, 2, 1):
        ask_to_renew(at=END - days * DAY)

    told = tasks("CERTIFICATE_EXPIRES")
    assert [subject for subject, _state in told] == [
        f"Certificate of sender 123456 expires in {left}" for left in ("60 days", "30 days", "7 days", "1 day")
    ]
    assert [state for _subject, state in told] == ["HANDLED", "HANDLED", "HANDLED", "NEW"]


def test_a_task_that_was_ticked_off_does_not_come_again(sender: Sender):
    ask_to_renew(at=END - 60 * DAY)
    handle(EboxDocument.objects.get(), by="person:1", at=END - 60 * DAY)
    ask_to_renew(at=END - 59 * DAY)

    assert [state for _subject, state in tasks("CERTIFICATE_EXPIRES")] == ["HANDLED"]


CAUSES = {
    "a successor": lambda sender: another_certificate(sender, until=END + 400 * DAY),
    "a withdrawal": lambda sender: withdraw_certificate(sender.certificates.get(), actor="test", at=NOON),
    "a retired sender": lambda sender: retire_sender(sender, end_services=end_services, by=Actor.operator(), at=NOON),
}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_a_task_is_handled_when_its_cause_is_gone(sender: Sender, cause):
    ask_to_renew(at=END - 60 * DAY)
    cause(sender)
    settle_renewals(by="test", at=END - 60 * DAY)

    assert [state for _subject, state in tasks("CERTIFICATE_EXPIRES")] == ["HANDLED"]
    assert ask_to_renew(at=END - 30 * DAY) == 0


def test_a_suspension_is_told_with_its_reason_and_over_when_the_sender_works_again(sender: Sender):
    change_state(sender, SenderChange.SUSPEND, actor="person:1", at=NOON, reason="holidays")
    change_state(sender, SenderChange.SUSPEND, actor="person:1", at=NOON + DAY)
    (document,) = EboxDocument.objects.filter(kind="SENDER_SUSPENDED")
    assert "an access manager asked for it" in document.bodies["en"]
    assert (document.state, document.about) == ("NEW", "123456")
    change_state(sender, SenderChange.RESUME, actor="person:1", at=NOON + 2 * DAY)

    assert tasks("SENDER_SUSPENDED") == [("Sender 123456 is suspended", "HANDLED")]


def test_a_sender_whose_last_certificate_ended_is_suspended_once(sender: Sender):
    assert suspend_without_certificate(at=END - DAY) == 0
    assert suspend_without_certificate(at=END) == 1
    assert suspend_without_certificate(at=END + DAY) == 0
    sender.refresh_from_db()

    assert sender.state == "SUSPENDED"
    (document,) = EboxDocument.objects.filter(kind="SENDER_SUSPENDED")
    assert "kein Zertifikat ist mehr gültig" in document.bodies["de"]


def test_tasks_go_to_whom_their_service_is_routed(company: Company, sender: Sender):
    account = company.user()
    route(account.pk, ["CHANNELS"], entity_id=company.id, quality=EMPLOYER, environment=Environment.PRODUCTION)
    ask_to_renew(at=END - 60 * DAY)
    change_state(sender, SenderChange.SUSPEND, actor="person:1", at=NOON)

    routed = seen_by_user(company.id, EMPLOYER, account_id=account.pk, answers=Q())
    assert {document.kind for document in routed} == {"CERTIFICATE_EXPIRES", "SENDER_SUSPENDED"}
    assert set(routed) <= set(seen_by_manager(company.id, None))
    assert not seen_by_user(company.id, EMPLOYER, account_id=company.user().pk, answers=Q()).exists()
