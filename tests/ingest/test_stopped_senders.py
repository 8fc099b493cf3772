"""A sender that an operator suspended goes on by an operator alone; a weaker stop neither undoes nor overwrites a stronger one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from channels.configuring.senders import change_state
from channels.models import Sender
from channels.sender_life import SenderChange
from correspondence.models import EboxDocument
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from evidence.models import AuditEvent
from ingest.expiry_tasks import suspend_without_certificate
from tests.ingest.test_expiry_tasks import END, company, identity, sender
from tests.registers.access.conftest import NOON

__all__ = ["company", "identity", "sender"]
HOUR = timedelta(hours=1)
MANAGER, FILE, COUNTER, OPERATOR = "person:1", "sender:123456", "notices", "operator"


def suspend(sender: Sender, actor: str, *, reason: str = "", after: int = 0) -> bool:
    return change_state(sender, SenderChange.SUSPEND, actor=actor, at=NOON + after * HOUR, reason=reason)


def resume(sender: Sender, actor: str) -> bool:
    return change_state(sender, SenderChange.RESUME, actor=actor, at=NOON + 10 * HOUR)


def standing(sender: Sender) -> tuple[str, str]:
    found = Sender.objects.get(pk=sender.pk)
    return found.state, found.suspended_by


@pytest.mark.parametrize("actor", [MANAGER, FILE, COUNTER])
def test_nobody_else_lets_a_sender_go_on_that_an_operator_suspended(sender: Sender, actor: str):
    suspend(sender, OPERATOR, reason="operator")
    with pytest.raises(ConfigurationRefusedError) as refused:
        resume(sender, actor)

    assert refused.value.fault is ConfigurationFault.STOPPED_BY_OPERATOR
    assert standing(sender) == ("SUSPENDED", "OPERATOR")
    assert resume(sender, OPERATOR)
    assert standing(sender) == ("ACTIVE", "")


@pytest.mark.parametrize(
    ("actor", "reason", "by"),
    [
        (MANAGER, "", "COMPANY"),
        (FILE, "declared by file", "COMPANY"),
        (COUNTER, "no certificate is valid any more", "PLATFORM"),
        (OPERATOR, "manager", "COMPANY"),
        (OPERATOR, "certificate", "PLATFORM"),
    ],
)
def test_a_manager_lets_go_on_what_no_operator_stopped_for_the_counter(
    sender: Sender, actor: str, reason: str, by: str
):
    suspend(sender, actor, reason=reason)

    assert standing(sender) == ("SUSPENDED", by)
    assert resume(sender, MANAGER)


@pytest.mark.parametrize("first", [MANAGER, FILE, COUNTER])
def test_what_was_stopped_before_becomes_the_stop_of_an_operator_who_stops_it_too(sender: Sender, first: str):
    suspend(sender, first)
    assert suspend(sender, OPERATOR, reason="operator", after=1)

    assert standing(sender) == ("SUSPENDED", "OPERATOR")
    told = AuditEvent.objects.filter(action="sender:state-changed").order_by("pk").last()
    assert told is not None
    assert (told.actor, told.detail["before"], told.detail["after"]) == (OPERATOR, "SUSPENDED", "SUSPENDED")
    tasks = EboxDocument.objects.filter(kind="SENDER_SUSPENDED").order_by("pk")
    assert [task.state for task in tasks] == ["HANDLED", "NEW"]


@pytest.mark.parametrize("second", [MANAGER, FILE, OPERATOR])
def test_a_stop_that_is_no_stronger_changes_nothing(sender: Sender, second: str):
    suspend(sender, OPERATOR, reason="operator")
    assert not suspend(sender, second, after=1)

    assert standing(sender) == ("SUSPENDED", "OPERATOR")
    assert EboxDocument.objects.filter(kind="SENDER_SUSPENDED").count() == 1


def test_a_sender_without_certificate_is_suspended_by_the_counter(sender: Sender):
    assert suspend_without_certificate(at=END) == 1

    assert standing(sender) == ("SUSPENDED", "PLATFORM")


def test_a_retired_sender_is_suspended_by_nobody(sender: Sender):
    suspend(sender, OPERATOR, reason="operator")
    change_state(sender, SenderChange.RETIRE, actor=MANAGER, at=NOON)

    assert standing(sender) == ("RETIRED", "")


@pytest.mark.parametrize("stand", [("SUSPENDED", ""), ("ACTIVE", "OPERATOR"), ("SUSPENDED", "KING")])
def test_the_database_knows_by_whom_every_suspended_sender_was_suspended(sender: Sender, stand: tuple[str, str]):
    with pytest.raises(IntegrityError, match="suspended_sender_by_whom"), transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(state=stand[0], suspended_by=stand[1])
