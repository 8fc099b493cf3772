"""A set is more than its closed files: uploads under way, or cut, and several GOs, belong to it too."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.models import StagedFile
from domain.environments import Tray
from domain.mailbox_refusals import NotAllowed
from domain.mailboxes import UploadStart
from domain.refusals import OutageError
from evidence.models import Reception, Submission, UsedName
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import a_payload, an_in

KEY = f"DIMN.123456.{DAY}.00001.R"
SIMULATED = f"DIMN.123456.{DAY}.00001.S"
PAYLOAD = a_payload(an_in())
MINUTE = timedelta(minutes=1)


def begin(bench: CounterBench, name: str, *, tray: Tray = Tray.IN):
    upload = bench.mailbox().begin_upload(tray, name, start=UploadStart.EMPTY)
    upload.write(0, PAYLOAD[:20])
    return upload


def acknowledged(bench: CounterBench, *, tray: Tray = Tray.OUT) -> list[list[str]]:
    bench.work()
    return [answer.codes for answer in bench.answers("ACRF", tray=tray)]


def test_a_cancel_takes_an_upload_that_was_cut_along(bench: CounterBench):
    begin(bench, f"FI.{KEY}.1.1").abandon()
    bench.put(f"TD.{KEY}.1")

    assert acknowledged(bench) == [[]]
    assert not StagedFile.objects.exists()
    assert not UsedName.objects.exists()


def test_a_cancel_takes_an_upload_that_is_under_way_along(bench: CounterBench):
    upload = begin(bench, f"FI.{KEY}.1.1")
    bench.put(f"FS.{KEY}.1.1", b"signature")
    bench.put(f"TD.{KEY}.1")

    with pytest.raises(NotAllowed):
        upload.close()
    assert acknowledged(bench) == [[]]
    assert not StagedFile.objects.exists()


def test_a_cancel_leaves_uploads_of_other_sets_alone(bench: CounterBench):
    others = [f"FI.{KEY[:-3]}2.R.1.1", f"FI.{KEY}.1.1.tmp", f"FX.{KEY}.1.1"]
    for name in others:
        begin(bench, name).abandon()
    begin(bench, f"FI.{KEY}.1.1").abandon()
    begin(bench, f"FI.{KEY}.1.1", tray=Tray.IN_TEST).abandon()
    bench.put(f"TD.{KEY}.1")

    assert sorted(StagedFile.objects.filter(tray=Tray.IN).values_list("name", flat=True)) == sorted(others)
    assert StagedFile.objects.filter(tray=Tray.IN_TEST).count() == 1


def test_a_cancel_of_a_sealed_set_is_refused_although_its_name_is_sent_again(bench: CounterBench):
    bench.deliver(PAYLOAD, key=KEY)
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.put(f"TD.{KEY}.1")

    assert sorted(acknowledged(bench)) == [[], ["ACRF-133"]]
    assert StagedFile.objects.get().name == f"FI.{KEY}.1.1"


def test_a_part_that_is_still_being_written_is_waited_for(bench: CounterBench):
    upload = begin(bench, f"FI.{KEY}.1.1")
    bench.put(f"FS.{KEY}.1.1", bench.sign(PAYLOAD))
    bench.put(f"GO.{KEY}.1")
    for at in range(20, 60, 10):
        bench.clock.advance(10 * MINUTE)
        upload.write(at, PAYLOAD[at : at + 10])
        bench.counter.sweep()
    upload.write(60, PAYLOAD[60:])
    upload.close()

    assert acknowledged(bench) == [[]]


def test_a_part_that_is_overwritten_slowly_is_waited_for(bench: CounterBench):
    bench.put(f"FI.{KEY}.2.1", b"first thoughts")
    bench.put(f"GO.{KEY}.2")
    upload = begin(bench, f"FI.{KEY}.2.1")
    for _ in range(2):
        bench.clock.advance(10 * MINUTE)
        upload.write(0, PAYLOAD)
    bench.counter.sweep()

    assert not Submission.objects.exists()


def test_a_part_whose_upload_stands_still_is_waited_for_no_longer_than_the_grace(bench: CounterBench):
    begin(bench, f"FI.{KEY}.1.1")
    bench.put(f"FS.{KEY}.1.1", b"signature")
    bench.put(f"GO.{KEY}.1")
    bench.clock.advance(15 * MINUTE)
    bench.counter.sweep()

    assert acknowledged(bench) == [["ACRF-120"]]


def test_a_signature_under_way_is_waited_for_in_a_simulation(bench: CounterBench):
    bench.put(f"FI.{SIMULATED}.1.1", PAYLOAD, tray=Tray.IN_SIMULATION)
    upload = begin(bench, f"FS.{SIMULATED}.1.1", tray=Tray.IN_SIMULATION)
    bench.put(f"GO.{SIMULATED}.1", tray=Tray.IN_SIMULATION)
    assert not Submission.objects.exists()
    upload.close()

    assert acknowledged(bench, tray=Tray.OUT_SIMULATION) == [["ACRF-125"]]


@pytest.mark.parametrize(("first", "last"), [(".2", ".1"), (".2", ""), ("", ".1")])
def test_the_last_go_of_a_set_counts(bench: CounterBench, first: str, last: str):
    bench.put(f"GO.{KEY}{first}")
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.clock.advance(MINUTE)
    bench.put(f"GO.{KEY}{last}")
    bench.put(f"FS.{KEY}.1.1", bench.sign(PAYLOAD))

    assert acknowledged(bench) == [[]]
    submission = Submission.objects.get()
    assert (submission.reception, submission.subject_name) == (Reception.COMPLETE, f"GO.{KEY}{last}")


def remove(bench: CounterBench, name: str) -> None:
    bench.mailbox().remove(Tray.IN, name)


def put_aside(bench: CounterBench, name: str) -> None:
    bench.mailbox().rename(Tray.IN, name, "aside.tmp")


@pytest.mark.parametrize("take_back", [remove, put_aside])
@pytest.mark.parametrize("taken_back", [".2", ".1"])
def test_a_go_that_is_taken_back_leaves_the_other_one(bench: CounterBench, take_back, taken_back: str):
    for tail in (".2", ".1"):
        bench.put(f"GO.{KEY}{tail}")
    take_back(bench, f"GO.{KEY}{taken_back}")
    declared = 3 - int(taken_back[1:])
    for part in range(1, declared + 1):
        bench.put(f"FI.{KEY}.{declared}.{part}", PAYLOAD)
        assert not Submission.objects.exists()
        bench.put(f"FS.{KEY}.{declared}.{part}", bench.sign(PAYLOAD))

    assert Submission.objects.get().subject_name == f"GO.{KEY}.{declared}"


@pytest.mark.parametrize("start", list(UploadStart))
def test_a_part_that_is_opened_anew_holds_the_seal_up_until_it_is_closed(bench: CounterBench, start: UploadStart):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.put(f"GO.{KEY}.1")
    upload = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=start)
    bench.put(f"FS.{KEY}.1.1", b"signature")
    assert not Submission.objects.exists()
    upload.write(0, PAYLOAD)
    upload.close()

    assert Submission.objects.count() == 1


def test_a_part_that_the_disk_did_not_take_is_not_closed(bench: CounterBench, monkeypatch: pytest.MonkeyPatch):
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)
    bench.put(f"FS.{KEY}.1.1", b"signature")
    upload = bench.mailbox().begin_upload(Tray.IN, f"GO.{KEY}.1", start=UploadStart.EMPTY)

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OutageError):
        upload.close()
    assert not Submission.objects.exists()


AFTER_MIDNIGHT = datetime(2026, 7, 1, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "day", "codes"),
    [
        (AFTER_MIDNIGHT, "20260702", []),
        (AFTER_MIDNIGHT - timedelta(seconds=1), "20260702", ["ACRF-111"]),
        (AFTER_MIDNIGHT, "20250701", []),
        (AFTER_MIDNIGHT, "20250630", ["ACRF-126"]),
    ],
)
def test_the_day_of_a_name_is_that_of_brussels(bench: CounterBench, at: datetime, day: str, codes: list[str]):
    bench.clock.instant = at
    key = f"DIMN.123456.{day}.00001.R"
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    if not codes:
        bench.put(f"FS.{key}.1.1", bench.sign(PAYLOAD))
        bench.put(f"GO.{key}.1")

    assert acknowledged(bench) == [codes]
    assert Submission.objects.get().received_on == (at + timedelta(hours=2)).date()
