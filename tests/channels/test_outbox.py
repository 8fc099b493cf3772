"""What a sender sees of its answers, and how it says that it has them."""

from datetime import timedelta

import pytest

from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile, NotAllowed
from evidence.models import AnswerFile, AuditEvent
from tests.counter_bench import NOON, CounterBench, make_entity, make_sender
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


def test_files_of_an_answer_are_collected_one_by_one(answered: CounterBench):
    """A client may fetch and remove file by file: what it has not removed yet stays to be read."""
    mailbox = answered.mailbox()
    files = [name for name in names(answered) if ".ACRF." in name]
    others = [name for name in names(answered) if ".ACRF." not in name]
    for count, name in enumerate(files, start=1):
        assert answered.read(Tray.OUT, name) is not None
        mailbox.remove(Tray.OUT, name)
        assert [shown for shown in names(answered) if ".ACRF." in shown] == files[count:]

    assert names(answered) == others
    assert AuditEvent.objects.filter(action="answer:collected").count() == 3


def test_the_first_download_of_the_content_is_noted(answered: CounterBench):
    for prefix in ("GO", "FS", "FO", "FO"):
        answered.mailbox().note_downloaded(Tray.OUT, f"{prefix}.ACRF.999999.20260701.00001.R")
        answered.clock.advance(timedelta(hours=1))

    (downloaded,) = AnswerFile.objects.filter(downloaded_at__isnull=False)
    assert downloaded.name == "FO.ACRF.999999.20260701.00001.R"
    assert downloaded.downloaded_at == NOON + timedelta(hours=2)
    assert AuditEvent.objects.filter(action="answer:downloaded").count() == 1


def test_an_answer_removed_while_it_was_read_counts_as_downloaded(answered: CounterBench):
    answered.mailbox().remove(Tray.OUT, "FO.ACRF.999999.20260701.00001.R")
    answered.mailbox().note_downloaded(Tray.OUT, "FO.ACRF.999999.20260701.00001.R")

    assert AnswerFile.objects.get(name="FO.ACRF.999999.20260701.00001.R").downloaded_at == NOON


def test_reading_the_outbox_costs_one_query_a_question(answered: CounterBench, django_assert_num_queries):
    mailbox, content = answered.mailbox(), "FO.ACRF.999999.20260701.00001.R"
    mailbox.note_downloaded(Tray.OUT, content)
    with django_assert_num_queries(3):
        mailbox.list_tray(Tray.OUT)
        mailbox.find(Tray.OUT, content)
        mailbox.open_answer(Tray.OUT, content).close()
    with django_assert_num_queries(3) as begin_update_commit:
        mailbox.note_downloaded(Tray.OUT, content)
    assert [query["sql"].split()[0] for query in begin_update_commit] == ["BEGIN", "UPDATE", "COMMIT"]
