"""What a sender may do with its own files before their set is sealed."""

from pathlib import Path

import pytest

from channels.inboxes import StagingQuota
from channels.mailboxes import Mailboxes
from channels.models import Sender, SenderState, StagedFile
from channels.staging import StagingArea
from channels.uploads import StagedUpload
from domain.environments import Tray
from domain.mailbox_refusals import (
    LeavesGap,
    NameNotTaken,
    NoSuchFile,
    NotAllowed,
    QuotaExceeded,
    UploadSuperseded,
)
from domain.mailboxes import UploadStart
from domain.refusals import OutageError
from evidence.models import Submission, SubmissionPart
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import a_payload, an_in

KEY = f"DIMN.123456.{DAY}.00001.R"
PAYLOAD = a_payload(an_in())
MIB = 1024**2


def names(bench: CounterBench, tray: Tray = Tray.IN) -> list[str]:
    return [entry.name for entry in bench.mailbox().list_tray(tray)]


def staged_bytes(bench: CounterBench) -> list[bytes]:
    return [path.read_bytes() for path in (bench.home / "staging").rglob("*") if path.is_file()]


def test_a_complete_set_leaves_the_inbox_when_its_go_is_closed(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.put(f"FS.{KEY}.1.1", b"signature")
    assert names(bench) == [f"FI.{KEY}.1.1", f"FS.{KEY}.1.1"]
    bench.put(f"GO.{KEY}.1")

    assert names(bench) == []
    assert staged_bytes(bench) == []
    assert Submission.objects.get().subject_name == f"GO.{KEY}.1"


@pytest.mark.parametrize("order", [("GO", "FS", "FI"), ("FS", "GO", "FI"), ("GO", "FI", "FS")])
def test_the_last_close_that_completes_the_set_seals_it(bench: CounterBench, order: tuple[str, ...]):
    for prefix in order:
        assert not Submission.objects.exists()
        tail = ".1" if prefix == "GO" else ".1.1"
        bench.put(f"{prefix}.{KEY}{tail}", PAYLOAD if prefix == "FI" else b"")

    assert Submission.objects.count() == 1


def test_an_upload_that_is_abandoned_completes_nothing(bench: CounterBench):
    bench.put(f"FS.{KEY}.1.1", b"signature")
    bench.put(f"GO.{KEY}.1")
    upload = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)
    upload.write(0, PAYLOAD[:20])
    upload.abandon()
    assert not Submission.objects.exists()
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)

    part = SubmissionPart.objects.get(prefix="FI")
    assert part.blob.size == len(PAYLOAD)


def test_an_upload_can_be_resumed_where_it_broke_off(bench: CounterBench):
    first = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)
    first.write(0, PAYLOAD[:20])
    first.abandon()
    assert bench.mailbox().find(Tray.IN, f"FI.{KEY}.1.1").size == 20
    second = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.RESUME)
    second.write(20, PAYLOAD[20:])
    second.close()

    assert staged_bytes(bench) == [PAYLOAD]


def test_a_handle_that_was_replaced_can_no_longer_be_closed(bench: CounterBench):
    older = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)
    older.write(0, b"older")
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)

    with pytest.raises(NotAllowed, match="send it again"):
        older.close()
    assert staged_bytes(bench) == [PAYLOAD]


def test_two_uploads_that_resume_the_same_file_do_not_mix(bench: CounterBench):
    bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY).abandon()
    older = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.RESUME)
    older.write(0, PAYLOAD[:20])
    newer = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.RESUME)
    newer.write(20, PAYLOAD[20:])
    newer.close()

    with pytest.raises(NotAllowed):
        older.write(0, b"something else")
    with pytest.raises(NotAllowed):
        older.close()
    assert staged_bytes(bench) == [PAYLOAD]


def test_a_handle_still_open_on_a_sealed_file_fails(bench: CounterBench):
    older = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)
    bench.deliver(PAYLOAD, key=KEY)

    with pytest.raises(NotAllowed):
        older.close()
    assert names(bench) == []


def test_an_overwrite_before_the_seal_counts(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", b"first thoughts")
    bench.deliver(PAYLOAD, key=KEY)

    assert SubmissionPart.objects.get(prefix="FI").blob.size == len(PAYLOAD)
    assert staged_bytes(bench) == []


def test_a_removed_file_is_not_part_of_the_set(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.mailbox().remove(Tray.IN, f"FI.{KEY}.1.1")
    bench.put(f"FS.{KEY}.1.1", b"signature")
    bench.put(f"GO.{KEY}.1")

    assert not Submission.objects.exists()
    assert len(staged_bytes(bench)) == 2


def test_a_temporary_name_counts_once_it_is_renamed(bench: CounterBench):
    bench.put(f"FS.{KEY}.1.1", b"signature")
    bench.put(f"GO.{KEY}.1")
    bench.put(f"FI.{KEY}.1.1.filepart", PAYLOAD)
    assert not Submission.objects.exists()
    bench.mailbox().rename(Tray.IN, f"FI.{KEY}.1.1.filepart", f"FI.{KEY}.1.1")

    assert Submission.objects.count() == 1


def test_a_rename_replaces_the_file_that_had_the_name(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", b"first thoughts")
    bench.put("new.tmp", PAYLOAD)
    bench.mailbox().rename(Tray.IN, "new.tmp", f"FI.{KEY}.1.1")

    assert names(bench) == [f"FI.{KEY}.1.1"]
    assert staged_bytes(bench) == [PAYLOAD]


def test_a_file_that_is_still_being_written_is_not_renamed(bench: CounterBench):
    bench.mailbox().begin_upload(Tray.IN, "new.tmp", start=UploadStart.EMPTY).abandon()

    with pytest.raises(NotAllowed, match="still being written"):
        bench.mailbox().rename(Tray.IN, "new.tmp", f"FI.{KEY}.1.1")


def test_renaming_the_go_away_takes_it_back(bench: CounterBench):
    bench.put(f"GO.{KEY}.1")
    bench.mailbox().rename(Tray.IN, f"GO.{KEY}.1", "go.tmp")
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.put(f"FS.{KEY}.1.1", b"signature")

    assert not Submission.objects.exists()


def test_files_in_an_inbox_are_not_read_back(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)

    with pytest.raises(NotAllowed):
        bench.mailbox().open_answer(Tray.IN, f"FI.{KEY}.1.1")


def test_nothing_is_put_into_an_outbox(bench: CounterBench):
    with pytest.raises(NotAllowed):
        bench.mailbox().begin_upload(Tray.OUT, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)


@pytest.mark.parametrize(
    "name", ["", "a" * 65, "../IN", "a/b", "ü.xml", "with space", "line\nbreak", "nul\x00", ".", ".."]
)
def test_a_name_outside_the_alphabet_is_not_taken(bench: CounterBench, name: str):
    with pytest.raises(NameNotTaken):
        bench.mailbox().begin_upload(Tray.IN, name, start=UploadStart.EMPTY)
    assert not StagedFile.objects.exists()


def test_another_senders_files_are_not_seen(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)

    assert bench.mailbox("654321").list_tray(Tray.IN) == []
    with pytest.raises(NoSuchFile):
        bench.mailbox("654321").remove(Tray.IN, f"FI.{KEY}.1.1")


def test_a_suspended_sender_delivers_nothing(bench: CounterBench):
    signed_in = bench.mailbox()
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")

    with pytest.raises(NotAllowed, match="suspended"):
        signed_in.begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)


def test_a_suspended_sender_delivers_nothing_by_a_rename(bench: CounterBench):
    bench.put("new.tmp", PAYLOAD)
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")

    with pytest.raises(NotAllowed, match="suspended"):
        bench.mailbox().rename(Tray.IN, "new.tmp", f"FI.{KEY}.1.1")


def small_mailboxes(bench: CounterBench, home: Path, **quota: int) -> Mailboxes:
    return Mailboxes(
        staging=StagingArea(home / "staging"),
        quota=StagingQuota(**{"max_bytes": 10**6, "max_files": 10} | quota),
        seal=bench.counter.sealer,
        blobs=bench.counter.desk.payloads.blobs,
        clock=bench.clock,
    )


def test_bytes_beyond_the_staging_quota_are_refused(bench: CounterBench):
    bench.mailboxes = small_mailboxes(bench, bench.home, max_bytes=100)
    bench.put("one.tmp", b"x" * 60)

    with pytest.raises(QuotaExceeded):
        bench.put("two.tmp", b"x" * 41)


def test_bytes_of_uploads_that_were_cut_count_too(bench: CounterBench):
    bench.mailboxes = small_mailboxes(bench, bench.home, max_bytes=100)
    cut = bench.mailbox().begin_upload(Tray.IN, "one.tmp", start=UploadStart.EMPTY)
    cut.write(0, b"x" * 60)
    cut.abandon()

    with pytest.raises(QuotaExceeded):
        bench.put("two.tmp", b"x" * 41)


def test_files_beyond_the_staging_quota_are_refused(bench: CounterBench):
    bench.mailboxes = small_mailboxes(bench, bench.home, max_files=1)
    bench.put("one.tmp")

    with pytest.raises(QuotaExceeded, match="GO"):
        bench.put("two.tmp")


def test_a_cancel_in_time_is_acknowledged_and_drops_the_set(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.put(f"TD.{KEY}.1")
    bench.work()

    (answer,) = bench.answers("ACRF")
    assert (answer.codes, answer.texts("FileName")) == ([], [f"TD.{KEY}.1"])
    assert names(bench) == []
    assert bench.answers("NOTI") == []


def test_a_cancel_after_the_seal_is_refused_and_changes_nothing(bench: CounterBench):
    bench.deliver(PAYLOAD, key=KEY)
    bench.put(f"TD.{KEY}.1")
    bench.work()

    assert sorted(answer.codes for answer in bench.answers("ACRF")) == [[], ["ACRF-133"]]
    assert len(bench.answers("NOTI")) == 1


def test_parallel_uploads_do_not_fill_more_than_the_quota_and_a_step(bench: CounterBench):
    step = 256 * 1024
    bench.mailboxes = small_mailboxes(bench, bench.home, max_bytes=4 * step)
    uploads = [bench.mailbox().begin_upload(Tray.IN, f"{n}.tmp", start=UploadStart.EMPTY) for n in range(4)]

    assert taken(uploads, block=step // 2) <= 4 * step + len(uploads) * step


def taken(uploads: list[StagedUpload], *, block: int) -> int:
    """Write blocks in turn until the quota is full, and return how many bytes were taken."""
    for turn in range(100):
        for number, upload in enumerate(uploads):
            try:
                upload.write(turn * block, b"x" * block)
            except QuotaExceeded:
                return (turn * len(uploads) + number) * block
    pytest.fail("the quota never filled")


def test_an_empty_file_is_sealed_though_nothing_of_it_is_on_the_disk(bench: CounterBench):
    bench.put(f"FI.{KEY}.1.1")
    for path in (bench.home / "staging").rglob("*"):
        if path.is_file():
            path.unlink()
    bench.put(f"FS.{KEY}.1.1", b"signature")
    bench.put(f"GO.{KEY}.1")
    bench.work()

    assert [answer.codes for answer in bench.answers("ACRF")] == [["ACRF-134"]]


def test_uploads_that_are_open_together_share_the_staging_quota(bench: CounterBench):
    bench.mailboxes = small_mailboxes(bench, bench.home, max_bytes=100 * MIB)
    one, two = (bench.mailbox().begin_upload(Tray.IN, name, start=UploadStart.EMPTY) for name in ("1.tmp", "2.tmp"))
    one.write(0, bytes(60 * MIB))
    two.write(0, bytes(30 * MIB))

    with pytest.raises(QuotaExceeded):
        two.write(30 * MIB, bytes(20 * MIB))


def test_an_upload_gets_the_room_that_another_leaves_while_it_is_open(bench: CounterBench):
    bench.mailboxes = small_mailboxes(bench, bench.home, max_bytes=100 * MIB)
    bench.put("1.tmp", b"x")
    upload = bench.mailbox().begin_upload(Tray.IN, "2.tmp", start=UploadStart.EMPTY)
    bench.mailbox().remove(Tray.IN, "1.tmp")
    upload.write(0, bytes(100 * MIB))

    assert upload.size() == 100 * MIB


def test_bytes_that_nobody_sent_are_no_part_of_a_file(bench: CounterBench):
    upload = bench.mailbox().begin_upload(Tray.IN, "1.tmp", start=UploadStart.EMPTY)
    upload.write(0, b"1234")
    upload.write(2, b"56")

    with pytest.raises(LeavesGap):
        upload.write(5, b"x")
    with pytest.raises(LeavesGap):
        upload.truncate(5)
    assert upload.size() == 4
    upload.truncate(3)
    assert upload.size() == 3


@pytest.mark.parametrize("start", list(UploadStart))
def test_an_upload_that_another_one_replaced_takes_no_room_of_the_disk(bench: CounterBench, start: UploadStart):
    older = bench.mailbox().begin_upload(Tray.IN, "1.tmp", start=UploadStart.EMPTY)
    older.write(0, b"x" * MIB)
    newer = bench.mailbox().begin_upload(Tray.IN, "1.tmp", start=start)

    with pytest.raises(UploadSuperseded):
        older.write(0, b"x")
    with pytest.raises(UploadSuperseded):
        older.truncate(MIB)
    assert older.size() == 0
    newer.close()


def test_an_upload_whose_file_was_removed_takes_no_room_of_the_disk(bench: CounterBench):
    upload = bench.mailbox().begin_upload(Tray.IN, "1.tmp", start=UploadStart.EMPTY)
    upload.write(0, b"x" * MIB)
    bench.mailbox().remove(Tray.IN, "1.tmp")

    with pytest.raises(UploadSuperseded):
        upload.write(MIB, b"x")
    assert upload.size() == 0


def test_a_takeover_that_fails_at_its_end_leaves_no_descriptor_open(
    bench: CounterBench, monkeypatch: pytest.MonkeyPatch
):
    bench.put("1.tmp", b"x")

    def fail(*_words: object, **_options: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(StagingArea, "discard", fail)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OutageError):
        bench.mailbox().begin_upload(Tray.IN, "1.tmp", start=UploadStart.EMPTY)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
