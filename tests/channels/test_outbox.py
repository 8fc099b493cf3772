"""What a sender sees of its answers, and how it says that it has them."""

from datetime import timedelta

import pytest

from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile, NotAllowed
from evidence.models import AuditEvent
from tests.counter_bench import CounterBench, make_entity, make_sender
from tests.dimona_files import a_payload, an_in


@pytest.fixture
def answered(bench: CounterBench) -> CounterBench:
    bench.deliver(a_payload(an_in()))
    bench.work()
    return bench


def names(bench: CounterBench) -> list[str]:
    return [entry.name for entry in bench.mailbox().list_tray(Tray.OUT)]


def test_each_answer_shows_content_signature_and_go(answered: CounterBench):
    assert names(answered) == [
        "FO.ACRF.999999.20260701.00001.R",
        "FO.NOTI.999999.20260701.00002.R",
        "FS.ACRF.999999.20260701.00001.R",
        "FS.NOTI.999999.20260701.00002.R",
        "GO.ACRF.999999.20260701.00001.R",
        "GO.NOTI.999999.20260701.00002.R",
    ]


def test_a_removed_answer_is_collected_and_gone(answered: CounterBench):
    answered.mailbox().remove(Tray.OUT, "FO.ACRF.999999.20260701.00001.R")

    assert "FO.ACRF.999999.20260701.00001.R" not in names(answered)
    with pytest.raises(NoSuchFile):
        answered.mailbox().remove(Tray.OUT, "FO.ACRF.999999.20260701.00001.R")
    assert AuditEvent.objects.filter(action="answer:collected").count() == 1


def test_answers_of_another_sender_are_not_there(answered: CounterBench):
    make_sender("654321", entity=make_entity(company="0400767772", nsso="123456749"), identity=_stranger(answered))
    mailbox = answered.mailbox("654321")

    assert mailbox.list_tray(Tray.OUT) == []
    with pytest.raises(NoSuchFile):
        mailbox.open_answer(Tray.OUT, "FO.ACRF.999999.20260701.00001.R")


def _stranger(bench: CounterBench):

    return bench.authority.issue_signer("Sender 654321", at=bench.clock.now(), lifetime=timedelta(days=9))


def test_answers_cannot_be_renamed(answered: CounterBench):
    with pytest.raises(NotAllowed):
        answered.mailbox().rename(Tray.OUT, "FO.ACRF.999999.20260701.00001.R", "mine")


def test_the_go_of_an_answer_is_empty(answered: CounterBench):
    assert answered.read(Tray.OUT, "GO.ACRF.999999.20260701.00001.R") == b""
