"""OpenSSH's own sftp at the door."""

from domain.environments import Tray
from domain.mailbox_refusals import NotAllowed, QuotaExceeded
from domain.refusals import OutageError
from tests.sftp_server.conftest import USER, OpenDoor

SET = "DIMN.123456.20260302.00001.R"
FI, FS, GO = f"FI.{SET}.1.1", f"FS.{SET}.1.1", f"GO.{SET}.1"


def write_set(door: OpenDoor, payload: bytes = b"<DIMN/>") -> None:
    for name, content in ((FI, payload), (FS, b"c2lnbmVk"), (GO, b"")):
        (door.folder / name).write_bytes(content)


def test_a_set_put_file_by_file_arrives_as_it_was(door):
    write_set(door, payload=bytes(range(256)) * 4096)
    ended = door.sftp("cd IN", f"put {FI}", f"put {FS}", f"put {GO}")
    assert ended.code == 0, ended.complaints
    assert door.trays.sealed == {FI: bytes(range(256)) * 4096, FS: b"c2lnbmVk", GO: b""}


def test_a_whole_folder_is_put_into_a_tray(door):
    folder = door.folder / "set"
    folder.mkdir()
    for name in (FI, FS, GO):
        (folder / name).write_bytes(name.encode())
    door.trays.seal_at = "never"
    ended = door.sftp("put -r set/. IN")
    assert ended.code == 0, ended.complaints
    assert {name: bytes(content) for name, content in door.trays.trays[Tray.IN].items()} == {
        name: name.encode() for name in (FI, FS, GO)
    }


def test_a_folder_inside_the_folder_is_refused(door):
    (door.folder / "set" / "inner").mkdir(parents=True)
    assert door.sftp("put -r set/. IN").code != 0


def test_the_root_shows_the_six_trays_alone(door):
    shown = [line.strip() for line in door.sftp("ls -1").output.splitlines() if not line.startswith("sftp>")]
    assert shown == ["IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"]


def test_a_long_listing_shows_type_size_and_time(door):
    door.trays.trays[Tray.OUT]["FO.ACRF.999999.20260302.00001.R"] = bytearray(b"x" * 321)
    ended = door.sftp("ls -l OUT", "ls -l")
    assert ended.code == 0
    lines = ended.output.splitlines()
    [answer] = [line for line in lines if "FO.ACRF" in line]
    assert answer.startswith("-rw-------")
    assert " 321 Mar 02 10:30 " in answer
    assert [line[0] for line in lines if line.endswith("INTEST-S")] == ["d"]


def test_preserving_times_and_modes_is_taken_politely(door):
    write_set(door)
    assert door.sftp("put -p " + FI + " IN", f"chmod 600 IN/{FI}").code == 0


def test_an_upload_is_resumed_where_it_stopped(door):
    (door.folder / FI).write_bytes(b"first half, second half")
    door.trays.trays[Tray.IN][FI] = bytearray(b"first half")
    ended = door.sftp(f"reput {FI} IN/{FI}")
    assert ended.code == 0, ended.complaints
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"first half, second half"


def test_an_upload_replaces_what_was_staged(door):
    (door.folder / FI).write_bytes(b"new")
    door.trays.trays[Tray.IN][FI] = bytearray(b"something longer")
    assert door.sftp(f"put {FI} IN").code == 0
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"new"


def test_a_staged_file_is_renamed_over_another(door):
    door.trays.trays[Tray.IN].update({f"{FI}.part": bytearray(b"new"), FI: bytearray(b"old")})
    assert door.sftp(f"rename IN/{FI}.part IN/{FI}").code == 0
    assert door.trays.trays[Tray.IN] == {FI: bytearray(b"new")}


def test_a_staged_file_is_removed(door):
    door.trays.trays[Tray.IN][FI] = bytearray(b"mistake")
    assert door.sftp(f"rm IN/{FI}").code == 0
    assert door.trays.trays[Tray.IN] == {}


def test_a_staged_file_cannot_be_read_back(door):
    door.trays.trays[Tray.IN][FI] = bytearray(b"secret")
    ended = door.sftp(f"get IN/{FI} copy")
    assert ended.code != 0
    assert "ermission denied" in ended.complaints


def test_answers_are_fetched_and_collected(door):
    content = bytes(range(256)) * 5000
    door.trays.trays[Tray.OUT]["FO.NOTI"] = bytearray(content)
    ended = door.sftp("get OUT/FO.NOTI", "rm OUT/FO.NOTI")
    assert ended.code == 0, ended.complaints
    assert (door.folder / "FO.NOTI").read_bytes() == content
    assert "remove FO.NOTI" in door.trays.journal


def test_scp_ends_well_where_all_was_taken_and_ill_where_something_was_not(door):
    write_set(door)
    assert door.scp(FI, FS, f"{USER}@127.0.0.1:IN/").code == 0
    assert sorted(door.trays.trays[Tray.IN]) == [FI, FS]
    assert door.scp(GO, f"{USER}@127.0.0.1:OUT/").code != 0


def test_a_fetch_is_resumed(door):
    (door.folder / "FO.NOTI").write_bytes(b"first")
    door.trays.trays[Tray.OUT]["FO.NOTI"] = bytearray(b"first and last")
    assert door.sftp("reget OUT/FO.NOTI").code == 0
    assert (door.folder / "FO.NOTI").read_bytes() == b"first and last"


def test_nothing_is_put_into_an_outbox(door):
    write_set(door)
    assert door.sftp(f"put {FI} OUT").code != 0
    assert door.trays.trays[Tray.OUT] == {}


def test_nothing_is_put_beside_the_trays(door):
    write_set(door)
    assert door.sftp(f"put {FI} /").code != 0
    assert door.sftp(f"put {FI} /ELSEWHERE/{FI}").code != 0


def test_trays_are_neither_made_nor_removed(door):
    assert door.sftp("mkdir IN/inner").code != 0
    assert door.sftp("mkdir ELSE").code != 0
    assert door.sftp("rmdir IN").code != 0


def test_there_are_no_links(door):
    door.trays.trays[Tray.IN][FI] = bytearray(b"x")
    assert door.sftp(f"symlink IN/{FI} IN/{FS}").code != 0
    assert door.sftp(f"ln IN/{FI} IN/{FS}").code != 0


def test_an_outage_at_the_close_of_go_fails_the_batch(door):
    write_set(door)
    door.trays.trouble_at_close = OutageError("the database is away")
    ended = door.sftp(f"put {GO} IN")
    assert ended.code != 0
    assert "close" in ended.complaints


def test_a_refusal_at_the_close_fails_the_batch(door):
    write_set(door)
    door.trays.trouble_at_close = NotAllowed("sealed meanwhile")
    assert door.sftp(f"put {FI} IN").code != 0


def test_a_fault_nobody_foresaw_fails_the_request_and_leaves_the_door_open(door):
    write_set(door)
    door.trays.trouble_at_close = ZeroDivisionError("surprise")
    ended = door.sftp(f"put {FI} IN")
    assert ended.code != 0
    assert "surprise" not in ended.complaints
    door.trays.trouble_at_close = None
    assert door.sftp(f"put {FI} IN").code == 0


def test_a_full_disk_fails_the_upload_which_is_then_abandoned(door):
    write_set(door)
    door.trays.trouble_at_write = OSError(28, "No space left on device")
    assert door.sftp(f"put {FI} IN").code != 0
    door.trays.wait_for(f"abandon {FI}")
    assert f"close {FI}" not in door.trays.journal


def test_a_full_staging_area_fails_the_upload(door):
    write_set(door)
    door.trays.trouble_at_write = QuotaExceeded("staging is full")
    assert door.sftp(f"put {FI} IN").code != 0
    assert f"close {FI}" not in door.trays.journal


def test_every_operation_gives_back_what_it_took(door):
    write_set(door)
    door.sftp(f"put {FI} IN", "ls IN")
    door.stop()
    assert door.operations.count("in") == door.operations.count("out") > 0
