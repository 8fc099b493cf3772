"""Notifications go into the e-Box of the sender's company too, where its configuration says so."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.configuring.ebox_copies import start_ebox_copies, stop_ebox_copies
from channels.models import Sender, TechnicalUser
from correspondence.models import EboxDocument, EboxRoute
from domain.environments import Tray
from evidence.models import Answer, AuditEvent
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def copying(bench: CounterBench) -> CounterBench:
    TechnicalUser.objects.update(quality="EMPLOYER")
    assert start_ebox_copies(Sender.objects.get(), actor="person:1", at=NOON)
    return bench


def test_a_notification_is_placed_in_the_ebox_with_its_signature(copying: CounterBench):
    _, (notification,) = copying.answers_to(a_payload(an_in()))
    document, sender = EboxDocument.objects.get(), Sender.objects.get()
    submission = Answer.objects.filter(kind="NOTI").get().submission

    assert (document.kind, document.entity_id, document.quality) == ("NOTIFICATION", sender.entity_id, "EMPLOYER")
    assert (document.service, document.is_task, document.about) == ("DIMONA", False, submission.ticket)
    assert submission.subject_name in document.subjects["de"]
    assert dict(document.attachments.values_list("name", "sha256")) == {
        notification.name: hashlib.sha256(notification.content).hexdigest(),
        f"FS{notification.name[2:]}": hashlib.sha256(notification.signature).hexdigest(),
    }


def test_each_part_of_a_notification_is_a_document_of_its_own(copying: CounterBench):
    copying.counter = replace(copying.counter, desk=replace(copying.counter.desk, notification_forms=2))
    copying.answers_to(a_payload(*(an_in(insz=student) for student in STUDENTS[:3])))

    assert EboxDocument.objects.count() == Answer.objects.filter(kind="NOTI").count() == 2


def test_nothing_is_placed_there_that_nobody_asked_for(bench: CounterBench):
    bench.answers_to(a_payload(an_in()))

    assert not EboxDocument.objects.exists()


@pytest.mark.parametrize(("environment", "tray"), [("T", Tray.IN_TEST), ("S", Tray.IN_SIMULATION)])
def test_tests_and_simulations_are_not_placed_there(copying: CounterBench, environment: str, tray: Tray):
    copying.deliver(a_payload(an_in()), key=copying.next_key(environment=environment), tray=tray)
    copying.work()

    assert Answer.objects.filter(kind="NOTI").exists()
    assert not EboxDocument.objects.exists()


def test_a_refused_file_has_no_notification_to_place_there(copying: CounterBench):
    copying.answers_to(b"no XML at all")

    assert Answer.objects.filter(kind="ACRF").exists()
    assert not EboxDocument.objects.exists()


def test_the_company_stops_it_and_what_is_there_stays(copying: CounterBench):
    copying.answers_to(a_payload(an_in()))
    sender = Sender.objects.get()
    assert stop_ebox_copies(sender, actor="person:1", at=NOON)
    assert not stop_ebox_copies(sender, actor="person:1", at=NOON)
    copying.answers_to(a_payload(an_in(insz=STUDENTS[1])))

    assert EboxDocument.objects.count() == 1
    actions = AuditEvent.objects.filter(action__startswith="sender:ebox-copy").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["sender:ebox-copy:started", "sender:ebox-copy:stopped"]
    assert not EboxRoute.objects.exists()
