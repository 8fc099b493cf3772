"""Workers die, disks fail, programs have faults: nothing is lost, nothing done twice, nobody refused for it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from correspondence.models import Carrier, OutboxMessage
from correspondence.outbox import post
from domain.refusals import OutageError
from evidence.models import Answer, Submission, SubmissionState
from ingest.claim import MAX_LEASES, Lease, LeaseLostError, claim_waiting, lock_claimed
from ingest.hold_back import release
from registers.student_days.models import Declaration
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in

PAYLOAD = a_payload(an_in())


def state(bench: CounterBench) -> str:
    return Submission.objects.get().state


def claim(bench: CounterBench, worker: str = "first") -> list[Submission]:
    return claim_waiting(Lease(worker, bench.counter.lease), now=bench.clock.now())


def test_a_claimed_submission_is_nobody_elses(bench: CounterBench):
    bench.deliver(PAYLOAD)

    assert len(claim(bench, "first")) == 1
    assert claim(bench, "second") == []


def test_a_lease_that_ran_out_is_given_back_and_taken_by_the_next(bench: CounterBench):
    bench.deliver(PAYLOAD)
    claim(bench)
    bench.clock.advance(timedelta(seconds=121))

    assert bench.counter.sweep().released == 1
    bench.work()
    assert state(bench) == SubmissionState.FILED


def test_a_worker_started_again_under_its_name_goes_on_with_what_it_had(bench: CounterBench):
    bench.deliver(PAYLOAD)
    claim(bench, "worker")
    bench.counter.work_once("worker")

    assert state(bench) == SubmissionState.FILED


def test_whoever_lost_its_lease_changes_nothing(bench: CounterBench):
    bench.deliver(PAYLOAD)
    claim(bench, "slow")
    bench.clock.advance(timedelta(seconds=121))
    bench.counter.sweep()
    claim(bench, "fast")

    with pytest.raises(LeaseLostError), transaction.atomic():
        lock_claimed(Submission.objects.get().pk, worker="slow", state=SubmissionState.CLAIMED)


def test_a_worker_that_died_between_acknowledgement_and_filing_is_replaced(bench: CounterBench):
    bench.deliver(PAYLOAD)
    bench.counter.claim_and_acknowledge("dies")
    assert state(bench) == SubmissionState.RECEIVED
    bench.clock.advance(timedelta(seconds=121))
    bench.work()

    assert state(bench) == SubmissionState.FILED
    assert sorted(Answer.objects.values_list("kind", flat=True)) == ["ACRF", "NOTI"]


def test_filing_told_twice_files_once(bench: CounterBench):
    bench.deliver(PAYLOAD)
    accepted = bench.counter.claim_and_acknowledge("receive")
    assert bench.counter.file_and_notify(accepted, "file") == 1

    assert bench.counter.file_and_notify(accepted, "file") == 0
    assert Declaration.objects.count() == 1


def test_a_lost_blob_is_our_outage_and_is_tried_again(bench: CounterBench):
    bench.deliver(PAYLOAD)
    hidden = bench.home / "hidden"
    (bench.home / "blobs").rename(hidden)
    bench.work()
    assert state(bench) == SubmissionState.UNDECIDED
    assert bench.answers("ACRF") == []
    hidden.rename(bench.home / "blobs")
    bench.work()
    assert state(bench) == SubmissionState.UNDECIDED
    bench.clock.advance(timedelta(seconds=6))
    bench.work()

    assert state(bench) == SubmissionState.FILED


class _FaultyMessage:
    """A message whose program has a fault."""

    def judge_form(self, *_arguments, **_options):
        raise ZeroDivisionError


def with_fault(bench: CounterBench) -> None:
    messages = {"DIMN": _FaultyMessage()}
    payloads = replace(bench.counter.desk.payloads, messages=messages)
    bench.counter = replace(
        bench.counter,
        desk=replace(bench.counter.desk, messages=messages, payloads=payloads),
    )


def test_a_fault_in_filing_leaves_the_submission_for_later_and_is_reported(bench: CounterBench):
    sound = bench.counter
    bench.deliver(PAYLOAD)
    with_fault(bench)
    with pytest.raises(OutageError, match="could not be filed"):
        bench.work()
    assert state(bench) == SubmissionState.RECEIVED
    bench.counter = sound
    bench.clock.advance(timedelta(seconds=121))
    bench.work()

    assert state(bench) == SubmissionState.FILED
    assert Answer.objects.count() == 2


def test_a_submission_that_fails_five_times_is_set_apart_and_the_operator_is_told(bench: CounterBench):
    sound = bench.counter
    bench.deliver(PAYLOAD)
    with_fault(bench)
    for _ in range(MAX_LEASES):
        with pytest.raises(OutageError):
            bench.work()
        bench.clock.advance(timedelta(seconds=121))
    bench.counter = sound
    assert bench.counter.sweep().quarantined == 1

    assert state(bench) == SubmissionState.QUARANTINED
    assert [answer.codes for answer in bench.answers("ACRF")] == [[]]
    (letter,) = (bench.home / "outbox").glob("*.json")
    assert "guichet work --release" in json.loads(letter.read_text())["body"]


def test_what_was_set_apart_goes_on_when_it_is_released(bench: CounterBench):
    bench.deliver(PAYLOAD)
    bench.counter.claim_and_acknowledge("first")
    Submission.objects.update(state=SubmissionState.QUARANTINED, leased_until=None, leased_by="")
    pk = Submission.objects.get().pk

    assert release(pk, actor="operator", at=bench.clock.now())
    assert not release(pk, actor="operator", at=bench.clock.now())
    bench.clock.advance(timedelta(seconds=1))
    bench.work()
    assert state(bench) == SubmissionState.FILED


def test_a_fault_in_judging_one_submission_does_not_hold_up_its_neighbours(bench: CounterBench):
    bench.deliver(PAYLOAD)
    bench.deliver(a_payload(an_in(insz=STUDENTS[1])))
    first = Submission.objects.order_by("pk").first()
    Submission.objects.filter(pk=first.pk).update(owner="999998")
    bench.work()

    assert list(Submission.objects.order_by("pk").values_list("state", flat=True)) == ["UNDECIDED", "FILED"]
    assert Submission.objects.get(pk=first.pk).outage == "internal fault KeyError"


def test_submissions_are_claimed_in_the_order_of_their_reception(bench: CounterBench):
    for _ in range(3):
        bench.deliver(PAYLOAD)
        bench.clock.advance(timedelta(seconds=1))
    bench_order = [submission.received_at for submission in claim(bench)]

    assert bench_order == sorted(bench_order)


def test_a_letter_is_written_once_for_an_occasion(bench: CounterBench):

    for _ in range(2):
        post(
            carrier=Carrier.MAIL, recipient="a@b.example", subject="s", body="b", occasion="same", at=bench.clock.now()
        )

    assert OutboxMessage.objects.count() == 1
    assert bench.counter.sweep().carried == 1
    assert bench.counter.sweep().carried == 0


class _FailingStore:
    """A blob store whose disk is full for writing."""

    def __init__(self, store):
        self._store = store

    def store(self, _source):
        raise OSError(28, "No space left on device")

    store_all = store

    def open(self, sha256):
        return self._store.open(sha256)

    def drop_left(self, untouched_since):
        return self._store.drop_left(untouched_since)


def with_full_disk(bench: CounterBench) -> None:
    desk = bench.counter.desk
    answers = replace(desk.answers, blobs=_FailingStore(desk.answers.blobs))
    bench.counter = replace(bench.counter, desk=replace(desk, answers=answers))


def test_a_disk_that_is_full_for_an_hour_quarantines_nothing(bench: CounterBench):
    sound = bench.counter
    bench.deliver(PAYLOAD)
    with_full_disk(bench)
    for _ in range(20):
        bench.work()
        bench.counter.sweep()
        bench.clock.advance(timedelta(minutes=3))
    assert state(bench) == SubmissionState.UNDECIDED
    bench.counter = sound
    bench.clock.advance(timedelta(minutes=10))
    bench.work()

    assert state(bench) == SubmissionState.FILED


def test_a_disk_that_is_full_while_filing_quarantines_nothing(bench: CounterBench):
    sound = bench.counter
    bench.deliver(PAYLOAD)
    bench.counter.claim_and_acknowledge("test")
    with_full_disk(bench)
    for _ in range(20):
        bench.clock.advance(timedelta(minutes=11))
        with pytest.raises(OutageError):
            bench.work()
        bench.counter.sweep()
    assert state(bench) == SubmissionState.RECEIVED
    bench.counter = sound
    bench.clock.advance(timedelta(minutes=11))
    bench.work()

    assert state(bench) == SubmissionState.FILED


def test_what_was_only_claimed_beside_a_killer_is_not_set_apart(bench: CounterBench):
    for student in STUDENTS[:3]:
        bench.deliver(a_payload(an_in(insz=student)))
        bench.clock.advance(timedelta(seconds=1))
    killer = Submission.objects.order_by("received_at").first().pk
    for _ in range(MAX_LEASES):
        assert killer in [submission.pk for submission in claim(bench)]
        bench.clock.advance(timedelta(seconds=121))
        bench.counter.sweep()
    bench.work()

    states = list(Submission.objects.order_by("received_at").values_list("state", flat=True))
    assert states == ["QUARANTINED", "FILED", "FILED"]
