"""A sender's receipt (FI.ACRF) names an answer and acknowledges it once; it is answered only when it is wrong."""

import pytest
from django.db import transaction

from channels.models import Delivery, Sender, SenderState, StagedFile
from domain.environments import Tray
from domain.mailboxes import UploadStart
from domain.refusals import RefusalCode
from domain.verdicts import Accepted, Refused
from evidence.models import Answer, AuditEvent, Reception, Submission, SubmissionState, UsedName
from ingest.match_receipt import MAX_RECEIPT_BYTES, accept_receipt, match_receipt
from tests.counter_bench import DAY, NOON, SENDER, CounterBench
from tests.dimona_files import a_payload, an_in

ACKNOWLEDGEMENT, NOTIFICATION, NO_SUCH_ANSWER = "00001", "00002", "00009"


def receipt(sequence: str, *, environment: str = "R", sender: str = SENDER, tail: str = "") -> str:
    return f"FI.ACRF.{sender}.{DAY}.{sequence}.{environment}{tail}"


@pytest.fixture
def answered(bench: CounterBench) -> CounterBench:
    """A bench with two answers in OUT: an acknowledgement and a notification."""
    bench.deliver(a_payload(an_in()))
    bench.work()
    return bench


def codes_by_name(bench: CounterBench, *trays: Tray) -> dict[str, list[str]]:
    """Return what every receipt was answered, by its name; accepted ones are not in it."""
    answers = [answer for tray in trays or (Tray.OUT,) for answer in bench.answers("ACRF", tray=tray)]
    told = {answer.texts("FileName")[0]: answer.codes for answer in answers}
    return {name: codes for name, codes in told.items() if ".ACRF." in name}


def test_a_receipt_acknowledges_its_answer_and_gets_none(answered: CounterBench):
    before = answered.mailbox().list_tray(Tray.OUT)
    answered.put(receipt(NOTIFICATION))
    assert answered.mailbox().list_tray(Tray.IN) == []
    answered.work()

    assert answered.mailbox().list_tray(Tray.OUT) == before
    assert {a.sequence: a.acknowledged_at for a in Answer.objects.all()} == {1: None, 2: NOON}
    submission = Submission.objects.get(reception=Reception.RECEIPT)
    assert (submission.state, submission.leased_until) == (SubmissionState.FILED, None)


def test_a_receipt_is_kept_and_leaves_its_traces(answered: CounterBench):
    answered.put(receipt(NOTIFICATION, tail=".1.1"), b"<Receipt><!-- anything")
    answered.work()
    submission = Submission.objects.get(reception=Reception.RECEIPT)
    part = submission.parts.get()

    with answered.counter.desk.payloads.blobs.open(part.blob_id) as kept:
        assert kept.read() == b"<Receipt><!-- anything"
    assert part.name == receipt(NOTIFICATION, tail=".1.1")
    actions = submission.events.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["submission:sealed", "receipt:accepted"]
    told = AuditEvent.objects.get(action="answer:acknowledged")
    assert told.submission == Answer.objects.get(sequence=2).submission
    assert told.detail["receipt"] == submission.pk
    assert not UsedName.objects.filter(purpose="ACRF").exists()
    assert not StagedFile.objects.exists()
    assert not list((answered.home / "staging").rglob("FI*"))


def test_a_receipt_may_come_by_rename(answered: CounterBench):
    answered.put(receipt(ACKNOWLEDGEMENT) + ".filepart", b"")
    answered.mailbox().rename(Tray.IN, receipt(ACKNOWLEDGEMENT) + ".filepart", receipt(ACKNOWLEDGEMENT))
    answered.work()

    assert Answer.objects.get(sequence=1).acknowledged_at == NOON


def test_the_rest_of_a_set_is_dropped_and_never_waited_for(answered: CounterBench):
    companions = [receipt(NOTIFICATION).replace("FI", prefix, 1) + tail for prefix, tail in COMPANIONS]
    for name in companions:
        answered.put(name, b"eager")
    answered.put(receipt(NOTIFICATION))
    answered.work()

    dropped = AuditEvent.objects.filter(action="receipt:companion-dropped").order_by("id")
    assert [event.detail["file"] for event in dropped] == companions
    assert not Delivery.objects.filter(purpose="ACRF").exists()
    assert codes_by_name(answered) == {}
    assert answered.mailbox().list_tray(Tray.IN) == []


COMPANIONS = (("FS", ""), ("FS", ".1.1"), ("GO", ""), ("GO", ".1"), ("TD", ""))


def test_each_wrong_receipt_is_answered_with_its_code(answered: CounterBench):
    wrong = {
        receipt(NO_SUCH_ANSWER): ("ACRF-166", Tray.IN),
        receipt("0000A"): ("ACRF-166", Tray.IN),
        receipt("ZZZZZ"): ("ACRF-166", Tray.IN),
        receipt(NOTIFICATION, environment="T"): ("ACRF-166", Tray.IN_TEST),
        receipt(NOTIFICATION, sender="654321"): ("ACRF-108", Tray.IN),
        receipt(NOTIFICATION, environment="T", tail=".1.1"): ("ACRF-119", Tray.IN),
        receipt(NOTIFICATION, environment="S"): ("ACRF-257", Tray.IN),
        receipt(NOTIFICATION, environment="R", tail=".1.1"): ("ACRF-118", Tray.IN_TEST),
        receipt(NOTIFICATION, tail=".2.1"): ("ACRF-128", Tray.IN),
        receipt("0002"): ("ACRF-112", Tray.IN),
        f"{receipt(NOTIFICATION)}.1": ("ACRF-131", Tray.IN),
    }
    for name, (_, tray) in wrong.items():
        answered.put(name, b"", tray=tray)
    answered.put(receipt("00001"), b"x" * (MAX_RECEIPT_BYTES + 1))
    answered.work()

    expected = {name: [code] for name, (code, _) in wrong.items()} | {receipt("00001"): ["ACRF-184"]}
    assert codes_by_name(answered, Tray.OUT, Tray.OUT_TEST) == expected
    assert not Answer.objects.filter(acknowledged_at__isnull=False).exists()
    states = Submission.objects.filter(reception=Reception.RECEIPT).values_list("state", flat=True)
    assert set(states) == {SubmissionState.REFUSED}


def test_an_answer_is_acknowledged_once(answered: CounterBench):
    answered.put(receipt(NOTIFICATION), b"x" * MAX_RECEIPT_BYTES)
    answered.put(receipt(NOTIFICATION), b"x" * MAX_RECEIPT_BYTES)
    answered.work()

    assert codes_by_name(answered) == {receipt(NOTIFICATION): ["ACRF-167"]}


def test_of_two_receipts_judged_at_once_one_counts(answered: CounterBench):
    answered.put(receipt(NOTIFICATION))
    answered.put(receipt(NOTIFICATION, tail=".1.1"))
    first, second = Submission.objects.filter(reception=Reception.RECEIPT).order_by("id")
    assert list(match_receipt(first)) == list(match_receipt(second)) == []

    with transaction.atomic():
        assert accept_receipt(first, actor="one", at=NOON) == Accepted()
        verdict = accept_receipt(second, actor="two", at=NOON)
    assert isinstance(verdict, Refused)
    assert [refusal.code for refusal in verdict.refusals] == [RefusalCode.ANSWER_ALREADY_ACKNOWLEDGED]


def test_a_receipt_names_an_answer_beyond_the_digits(answered: CounterBench):
    Answer.objects.filter(sequence=2).update(sequence=100_036)
    answered.put(receipt("A0010"))
    answered.work()

    assert Answer.objects.get(sequence=100_036).acknowledged_at == NOON


def test_a_receipt_of_a_sender_suspended_while_it_came_is_refused(answered: CounterBench):
    upload = answered.mailbox().begin_upload(Tray.IN, receipt(NOTIFICATION), start=UploadStart.EMPTY)
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")
    upload.close()
    answered.work()

    assert codes_by_name(answered) == {receipt(NOTIFICATION): ["ACRF-103"]}
