"""A set that arrives whole is sealed without staging, unless anything of it is staged or its sender has no room."""

from datetime import timedelta
from pathlib import Path

import pytest

from channels.inboxes import StagingQuota
from channels.models import Delivery, Sender, SenderState, StagedFile
from channels.web.noting_seal import Sealed
from channels.web.problems import Problem, ProblemKind
from domain.environments import Tray
from domain.mailboxes import UploadStart
from domain.refusals import OutageError
from evidence.models import AuditEvent, Submission, SubmissionPart
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import a_payload, an_in
from tests.web.in_process import a_reception, events_of, open_channels

KEY = f"DIMN.123456.{DAY}.00001.R"
PAYLOAD = a_payload(an_in())


def deliver(bench: CounterBench, **deviation: object) -> Sealed:
    return a_reception(bench, **deviation).complete(events_of(KEY, PAYLOAD, bench.sign(PAYLOAD)))


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_whole_set_leaves_no_trace_in_staging(bench: CounterBench):
    sealed = deliver(bench)
    submission = Submission.objects.get()

    assert sealed == Sealed(submission.ticket or "", f"GO.{KEY}.1", "R", bench.clock.now(), is_repeated=False)
    assert (submission.payload_bytes, submission.declared_parts) == (len(PAYLOAD), 1)
    assert list(SubmissionPart.objects.order_by("prefix").values_list("name", flat=True)) == [
        f"FI.{KEY}.1.1",
        f"FS.{KEY}.1.1",
    ]
    assert not Delivery.objects.exists()
    assert files_below(bench.home / "staging") == []


def test_a_whole_set_takes_two_statements(bench: CounterBench, django_assert_num_queries):
    reception, events = a_reception(bench), events_of(KEY, PAYLOAD, bench.sign(PAYLOAD))
    with django_assert_num_queries(4):  # two of them begin and end the transaction
        reception.complete(events)


def test_its_event_tells_what_that_of_a_staged_set_tells(bench: CounterBench):
    signature = bench.sign(PAYLOAD)
    a_reception(bench).complete(events_of(KEY, PAYLOAD, signature))
    bench.deliver(PAYLOAD, key=KEY.replace("00001", "00002"), signature=signature)
    whole, staged = AuditEvent.objects.filter(action="submission:sealed").order_by("id")

    assert set(whole.detail) == set(staged.detail)
    assert (whole.detail["parts"], whole.detail["name_used"]) == (
        [part.replace("00002", "00001") for part in staged.detail["parts"]],
        1,
    )


def test_a_name_that_was_sealed_before_is_answered_with_its_first_ticket(bench: CounterBench):
    open_channels(bench)
    first = deliver(bench)
    again = deliver(bench)
    bench.work()

    assert (again.ticket, again.is_repeated) == (first.ticket, True)
    assert sorted(answer.codes for answer in bench.answers("ACRF")) == [[], ["ACRF-133"]]


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "cut"])
@pytest.mark.parametrize("name", [f"FI.{KEY}.1.1", f"FS.{KEY}.1.1", f"GO.{KEY}.1"])
def test_what_is_staged_of_the_set_is_replaced(bench: CounterBench, name: str, *, is_closed: bool):
    upload = bench.mailbox().begin_upload(Tray.IN, name, start=UploadStart.EMPTY)
    upload.write(0, b"older")
    if is_closed:
        upload.close()
    else:
        upload.abandon()
    deliver(bench)

    assert Submission.objects.get().payload_bytes == len(PAYLOAD)
    assert not StagedFile.objects.exists()


def test_a_suspended_sender_has_nothing_sealed(bench: CounterBench):
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")

    with pytest.raises(Problem, match="answers can be collected, nothing can be delivered"):
        deliver(bench)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "quota", [StagingQuota(max_bytes=10**9, max_files=2), StagingQuota(max_bytes=100, max_files=9)], ids=str
)
def test_a_sender_without_room_has_nothing_sealed(bench: CounterBench, quota: StagingQuota):
    reception = a_reception(bench, quota=quota)
    with pytest.raises(Problem) as refused:
        reception.complete(events_of(KEY, PAYLOAD, bench.sign(PAYLOAD)))
    reception.discard()

    assert refused.value.kind is ProblemKind.STAGING_FULL
    assert not Submission.objects.exists()
    assert files_below(bench.home / "blobs") == []


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.rename", "pathlib.Path.mkdir"])
def test_a_disk_that_fails_at_any_step_has_nothing_sealed(
    bench: CounterBench, monkeypatch: pytest.MonkeyPatch, step: str
):
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    reception, events = a_reception(bench), events_of(KEY, PAYLOAD, bench.sign(PAYLOAD))
    with monkeypatch.context() as broken:
        broken.setattr(step, fail)
        with pytest.raises(OutageError):
            reception.complete(events)
    assert not Submission.objects.exists()
    assert files_below(bench.home / "blobs") == []
    assert not deliver(bench).is_repeated


def test_what_cannot_commit_with_the_seal_takes_the_seal_back(bench: CounterBench):
    def refuse(_: Sealed) -> None:
        raise Problem(ProblemKind.CONFLICT, "another has taken over")

    with pytest.raises(Problem):
        deliver(bench, also=refuse)
    assert not Submission.objects.exists()
    assert not deliver(bench).is_repeated


def test_a_copy_that_a_killed_process_left_among_the_blobs_is_swept_after_a_day(bench: CounterBench):
    deliver(bench)
    stored = files_below(bench.home / "blobs")
    left = bench.home / "blobs" / "incoming" / "left"
    left.write_bytes(b"half")
    bench.clock.instant = bench.clock.now().fromtimestamp(left.stat().st_mtime, bench.clock.now().tzinfo)
    assert bench.counter.sweep().dropped == 0
    bench.clock.advance(timedelta(hours=25))

    assert bench.counter.sweep().dropped == 1
    assert files_below(bench.home / "blobs") == stored
