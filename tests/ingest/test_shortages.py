"""A database that lacks memory for one submission holds up no other; one that is gone ends the round."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import NoReturn, cast

import pytest
from django.db import OperationalError, connection

from domain.refusals import OutageError
from evidence.models import Submission
from ingest.claim import MAX_LEASES
from ingest.dimona_message import DimonaMessage
from ingest.messages import JudgedSubmission, Tell
from ingest.work import NotFiledError
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in

PAYLOAD = a_payload(an_in())


@dataclass(frozen=True, kw_only=True)
class _FailingMessage(DimonaMessage):
    """The message, for some of whose submissions the database fails."""

    failures: Mapping[int, Callable[[], NoReturn]]

    def file_batch(self, batch: Sequence[JudgedSubmission], *, filed_at: datetime) -> Sequence[Tell]:
        for one in batch:
            self.failures.get(one.submitted.submission_id, lambda: None)()
        return super().file_batch(batch, filed_at=filed_at)


def lose_the_database() -> NoReturn:
    raise OperationalError("server closed the connection unexpectedly")


def lack_memory() -> NoReturn:
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200'; END $$")
    raise AssertionError("the database has memory")


def failing(bench: CounterBench, failures: Mapping[int, Callable[[], NoReturn]]) -> None:
    sound = cast("DimonaMessage", bench.counter.desk.messages["DIMN"])
    settings = {field.name: getattr(sound, field.name) for field in fields(DimonaMessage)}
    messages = {"DIMN": _FailingMessage(**settings, failures=failures)}
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, messages=messages))


def test_a_submission_for_which_the_database_has_no_memory_holds_up_no_neighbour_and_is_filed_later(
    bench: CounterBench,
):
    sound = bench.counter
    bench.deliver(PAYLOAD)
    bench.deliver(a_payload(an_in(insz=STUDENTS[1])))
    first, second = Submission.objects.order_by("pk").values_list("pk", flat=True)
    failing(bench, {first: lack_memory})
    for _ in range(MAX_LEASES + 1):
        with pytest.raises(OutageError, match=f"{first}.*could not be filed"):
            bench.work()
        bench.clock.advance(timedelta(minutes=9))
        bench.counter.sweep()

    assert dict(Submission.objects.values_list("pk", "state")) == {first: "RECEIVED", second: "FILED"}
    bench.counter = sound
    bench.clock.advance(timedelta(minutes=10))
    bench.work()
    assert set(Submission.objects.values_list("state", flat=True)) == {"FILED"}


def test_what_cannot_be_filed_keeps_a_round_from_no_later_batch_and_is_told_with_what_failed_before(
    bench: CounterBench, monkeypatch
):
    monkeypatch.setattr("ingest.claim.CLAIMED_AT_ONCE", 1)
    bench.deliver(PAYLOAD)
    first = Submission.objects.get().pk
    failing(bench, {first: lack_memory})
    with pytest.raises(OutageError):
        bench.work()
    bench.clock.advance(timedelta(seconds=6))
    for student in STUDENTS[1:3]:
        bench.deliver(a_payload(an_in(insz=student)))
    second, third = Submission.objects.exclude(pk=first).order_by("pk").values_list("pk", flat=True)
    failing(bench, {first: lack_memory, second: lack_memory})

    with pytest.raises(NotFiledError) as told:
        bench.work()
    assert told.value.submission_ids == (first, second)
    assert dict(Submission.objects.values_list("pk", "state")) == {
        first: "RECEIVED",
        second: "RECEIVED",
        third: "FILED",
    }


@pytest.mark.parametrize("claimed_at_once", [1, 2], ids=["in an earlier batch", "in the same batch"])
def test_a_database_that_goes_away_ends_the_round_and_what_failed_before_is_told_with_it(
    bench: CounterBench, monkeypatch, claimed_at_once
):
    monkeypatch.setattr("ingest.claim.CLAIMED_AT_ONCE", claimed_at_once)
    for student in STUDENTS[:2]:
        bench.deliver(a_payload(an_in(insz=student)))
    first, second = Submission.objects.order_by("pk").values_list("pk", flat=True)
    failing(bench, {first: lack_memory, second: lose_the_database})

    with pytest.raises(OutageError, match=rf"the database does not answer; .*\[{first}\] could not be filed"):
        bench.work()


def test_a_submission_that_lacks_memory_for_days_holds_up_nobody_who_comes_later_and_is_set_apart(bench: CounterBench):
    bench.deliver(PAYLOAD)
    first = Submission.objects.get().pk
    failing(bench, {first: lack_memory})
    with pytest.raises(OutageError):
        bench.work()
    bench.clock.advance(timedelta(minutes=9))
    bench.deliver(a_payload(an_in(insz=STUDENTS[1])))
    with pytest.raises(OutageError):
        bench.work()
    assert Submission.objects.exclude(pk=first).get().state == "FILED"

    for _ in range(30):
        bench.clock.advance(timedelta(hours=1))
        with suppress(OutageError):
            bench.work()
        bench.counter.sweep()
    assert Submission.objects.get(pk=first).state == "QUARANTINED"
    assert len(list((bench.home / "outbox").glob("*.json"))) == 1


def test_a_lack_of_memory_that_others_caused_sets_nothing_apart(bench: CounterBench, monkeypatch):
    for student in STUDENTS[:2]:
        bench.deliver(a_payload(an_in(insz=student)))
    with monkeypatch.context() as shortage:
        shortage.setattr("ingest.work.acknowledge", lambda *_, **__: lack_memory())
        for _ in range(MAX_LEASES + 1):
            bench.work()
            bench.clock.advance(timedelta(minutes=9))
            bench.counter.sweep()

    assert set(Submission.objects.values_list("state", "outage")) == {("UNDECIDED", "out of shared memory")}
    bench.clock.advance(timedelta(minutes=10))
    bench.work()
    assert set(Submission.objects.values_list("state", flat=True)) == {"FILED"}
