"""The sweep over what senders left: sets that never became complete, files that nobody finishes, bytes of nobody."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from channels.models import Delivery, DeliveryState, StagedFile
from channels.staging import StagingArea
from domain.channels import Channel
from domain.environments import Tray
from domain.mailboxes import UploadStart
from domain.refusals import OutageError
from evidence.models import Submission
from evidence.spool import Spool
from ingest.recover import drop_stale_files
from tests.counter_bench import DAY, CounterBench, make_entity, make_sender
from tests.dimona_files import STUDENTS, a_payload, an_in

PAYLOAD = a_payload(an_in())


def test_a_temporary_file_that_nobody_renames_is_dropped_after_a_day(bench: CounterBench):
    bench.put("forgotten.tmp", b"half")
    bench.clock.advance(timedelta(hours=23))
    assert bench.counter.sweep().dropped == 0
    bench.clock.advance(timedelta(hours=2))

    assert bench.counter.sweep().dropped == 1
    assert bench.mailbox().list_tray(Tray.IN) == []
    assert [path for path in (bench.home / "staging").rglob("*") if path.is_file()] == []


def test_a_file_that_is_closed_while_stale_ones_are_dropped_is_kept(
    bench: CounterBench, monkeypatch: pytest.MonkeyPatch
):
    upload = bench.mailbox().begin_upload(Tray.IN, f"FI.{bench.next_key()}.1.1", start=UploadStart.EMPTY)
    bench.clock.advance(timedelta(hours=25))
    upload.write(0, PAYLOAD)

    def close_first() -> transaction.Atomic:
        upload.close()
        return transaction.atomic()

    monkeypatch.setattr("ingest.recover.transaction", SimpleNamespace(atomic=close_first))
    report = drop_stale_files(
        StagingArea(bench.home / "staging"), patience=bench.counter.patience, now=bench.clock.now()
    )

    assert report.dropped == 0
    assert StagedFile.objects.get().closed_at is not None


def test_a_delivery_whose_files_were_all_removed_is_closed_without_an_answer(bench: CounterBench):
    key = bench.next_key()
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    bench.mailbox().remove(Tray.IN, f"FI.{key}.1.1")
    bench.clock.advance(timedelta(hours=25))
    bench.counter.sweep()

    assert Delivery.objects.get().state == DeliveryState.CANCELLED
    assert not Submission.objects.exists()


def test_a_delivery_that_cannot_be_sealed_stops_no_other_and_is_told(bench: CounterBench):
    broken, sound = bench.next_key(), bench.next_key()
    bench.put(f"FI.{broken}.1.1", PAYLOAD)
    (path,) = (path for path in (bench.home / "staging").rglob("*") if path.is_file())
    path.unlink()
    bench.put(f"FI.{sound}.1.1", PAYLOAD)
    bench.deliver(a_payload(an_in(insz=STUDENTS[1])))
    bench.clock.advance(timedelta(hours=25))
    report = bench.counter.sweep()
    bench.work()

    assert (report.failed, report.lapsed) == (1, 1)
    assert sorted(answer.codes for answer in bench.answers("ACRF")) == [[], ["ACRF-130"]]
    with pytest.raises(OutageError, match="1 part of the sweep failed"):
        report.require_whole()


def test_an_upload_that_was_cut_is_no_part_of_a_set_that_lapses(bench: CounterBench):
    key = bench.next_key()
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    upload = bench.mailbox().begin_upload(Tray.IN, f"FI.{key}.1.1", start=UploadStart.RESUME)
    upload.abandon()
    bench.clock.advance(timedelta(hours=25))
    bench.counter.sweep()

    assert Delivery.objects.get().state == DeliveryState.CANCELLED
    assert bench.mailbox().list_tray(Tray.IN) == []


def test_a_set_whose_name_grows_too_old_while_it_waits_is_answered_for_what_it_lacks(bench: CounterBench):
    bench.put("FI.DIMN.123456.20250630.00001.R.1.1", PAYLOAD)
    bench.clock.advance(timedelta(hours=25))
    bench.counter.sweep()
    bench.work()

    assert [answer.codes for answer in bench.answers("ACRF")] == [["ACRF-130"]]


def test_a_set_that_never_became_complete_keeps_the_channel_of_its_newest_file(bench: CounterBench):
    key = bench.next_key()
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    bench.clock.advance(timedelta(minutes=1))
    bench.put(f"FS.{key}.1.1", b"x", mailbox=bench.mailbox(channel=Channel.FTP))
    bench.clock.advance(timedelta(hours=24))
    bench.counter.sweep()

    assert Submission.objects.get().channel == Channel.FTP


def test_staged_bytes_that_a_killed_door_left_behind_are_dropped_after_a_day(bench: CounterBench):
    staged = "late.tmp"
    bench.put(staged, PAYLOAD)
    folder = bench.home / "staging" / bench.number
    (folder / "left").write_bytes(b"half")
    for path in folder.iterdir():
        os.utime(path, (bench.clock.now().timestamp(),) * 2)
    bench.clock.advance(timedelta(hours=23))
    assert bench.counter.sweep().dropped == 0
    bench.mailbox().rename(Tray.IN, staged, "another.tmp")
    bench.clock.advance(timedelta(hours=1))

    assert bench.counter.sweep().dropped == 1
    assert len(bench.mailbox().list_tray(Tray.IN)) == len(list(folder.iterdir())) == 1


def test_sets_of_another_sender_that_wait_for_their_go_hold_up_none_whose_grace_is_over(bench: CounterBench):
    other = bench.authority.issue_signer("Other", at=bench.clock.now(), lifetime=timedelta(days=9))
    make_sender("654321", entity=make_entity(company="0400767772", nsso="123456749"), identity=other)
    stage_payloads(bench, sender="654321", count=600)
    bench.clock.advance(timedelta(minutes=1))
    key = bench.next_key()
    bench.put(f"GO.{key}.1")
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()
    bench.work()

    assert [answer.texts("FileName") for answer in bench.answers("ACRF")] == [[f"GO.{key}.1"]]
    assert Delivery.objects.filter(state=DeliveryState.OPEN).count() == 600


def stage_payloads(bench: CounterBench, *, sender: str, count: int) -> None:
    """Leave so many FI staged, each of a set of its own, as closed uploads do."""
    now = bench.clock.now()
    owned = {"owner_id": sender, "tray": Tray.IN}
    named = {"purpose": "DIMN", "named_sender": sender, "name_date": now.date(), "environment": "R"}
    deliveries = Delivery.objects.bulk_create(
        Delivery(**owned, **named, sequence=f"{number:05d}", opened_at=now) for number in range(1, count + 1)
    )
    StagedFile.objects.bulk_create(
        StagedFile(
            **owned,
            name=f"FI.DIMN.{sender}.{DAY}.{delivery.sequence}.R",
            delivery=delivery,
            prefix="FI",
            part=1,
            declared_parts=1,
            path=f"{sender}/{delivery.sequence}",
            upload="00000000-0000-4000-8000-000000000000",
            modified_at=now,
            closed_at=now,
        )
        for delivery in deliveries
    )


def test_what_a_killed_worker_left_in_the_room_of_large_files_is_removed(bench: CounterBench):
    left = Spool.below(bench.home).make() / "FI.DIMN"
    left.write_bytes(PAYLOAD)
    for age, dropped in ((timedelta(hours=23), 0), (timedelta(hours=24), 1)):
        os.utime(left, ((bench.clock.now() - age).timestamp(),) * 2)
        assert bench.counter.sweep().dropped == dropped
    assert not left.exists()
