"""lftp at the door."""

from domain.environments import Tray

FI = "FI.DIMN.123456.20260302.00001.R.1.1"


def test_a_file_is_put(door):
    (door.folder / FI).write_bytes(b"payload" * 50_000)
    ended = door.lftp(f"put -O IN {FI}")
    assert ended.code == 0, ended.complaints
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"payload" * 50_000


def test_an_upload_is_continued(door):
    (door.folder / FI).write_bytes(b"first half, second half")
    door.trays.trays[Tray.IN][FI] = bytearray(b"first half")
    ended = door.lftp(f"put -c -O IN {FI}")
    assert ended.code == 0, ended.complaints
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"first half, second half"


def test_a_folder_is_mirrored_into_a_tray(door):
    (door.folder / "set").mkdir()
    (door.folder / "set" / FI).write_bytes(b"payload")
    ended = door.lftp("mirror -R set IN")
    assert ended.code == 0, ended.complaints
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"payload"


def test_a_mirrored_set_that_is_sealed_leaves_no_complaint(door):
    (door.folder / "set").mkdir()
    for name in (FI, "GO.DIMN.123456.20260302.00001.R.1"):
        (door.folder / "set" / name).write_bytes(b"payload")
    ended = door.lftp("mirror -R set IN")
    assert (ended.code, ended.complaints) == (0, "")
    assert door.trays.sealed[FI] == b"payload"


def test_an_outbox_is_mirrored(door):
    door.trays.trays[Tray.OUT].update({f"FO.{number}": bytearray(b"%d" % number) for number in range(600)})
    ended = door.lftp("mirror OUT answers")
    assert ended.code == 0, ended.complaints
    fetched = {path.name: path.read_bytes() for path in (door.folder / "answers").iterdir()}
    assert fetched == {f"FO.{number}": b"%d" % number for number in range(600)}


def test_an_answer_is_fetched_and_collected(door):
    door.trays.trays[Tray.OUT]["FO.NOTI"] = bytearray(b"answer")
    ended = door.lftp("get -E OUT/FO.NOTI")
    assert ended.code == 0, ended.complaints
    assert (door.folder / "FO.NOTI").read_bytes() == b"answer"
    assert door.trays.trays[Tray.OUT] == {}
