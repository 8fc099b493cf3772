"""Whatever truly became of an answer since it was offered is no fault in its row, in whatever order it came."""

from datetime import timedelta

import pytest

from domain.environments import Tray
from evidence.models import Answer, AnswerFile, Submission
from evidence.verification.rows import RowChecks, verify_rows
from ingest.retain import Keeping, retire_answers
from tests.counter_bench import DAY, SENDER, CounterBench, make_entity, make_sender, open_bench
from tests.dimona_files import a_payload, an_in

KEPT = Keeping(downloaded=timedelta(days=30), offered=timedelta(days=90))


@pytest.fixture
def bench(db, tmp_path) -> CounterBench:
    (tmp_path / "home").mkdir()
    bench = open_bench(tmp_path / "home", tmp_path)
    make_sender(SENDER, entity=make_entity(), identity=bench.identity)
    return bench


def verified() -> list[str]:
    checks = RowChecks()
    verify_rows(checks, advance=lambda _amount: None)
    return [sentence for check in checks.all() for sentence in check.sentences]


def test_what_became_of_answers_is_no_fault(bench: CounterBench):
    payload = a_payload(an_in())
    signature = bench.sign(payload)
    key = bench.deliver(payload, signature=signature)
    bench.work()
    mailbox = bench.mailbox()
    content, last = (entry.name for entry in mailbox.list_tray(Tray.OUT)[:2])
    bench.clock.advance(timedelta(hours=1))
    mailbox.note_downloaded(Tray.OUT, content)
    bench.clock.advance(timedelta(hours=1))
    mailbox.remove(Tray.OUT, last)
    bench.put(f"FI.ACRF.{SENDER}.{DAY}.00002.R")
    bench.work()
    bench.clock.advance(timedelta(days=31))
    assert retire_answers(KEPT, now=bench.clock.now()) == 1
    assert verified() == []

    bench.deliver(payload, key=key, signature=signature)
    bench.work()
    mailbox.remove(Tray.OUT, last)
    assert Submission.objects.filter(first_of_name=Submission.objects.order_by("pk").first()).count() == 1
    assert AnswerFile.objects.get(name=last).collected_at == bench.clock.now()
    assert Answer.objects.exclude(acknowledged_at=None).count() == 1
    assert verified() == []
