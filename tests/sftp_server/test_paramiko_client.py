"""Paramiko's own client at the door, and requests that no usual program makes."""

import hashlib
import stat
import struct

import paramiko
import pytest
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_EXTENDED,
    CMD_EXTENDED_REPLY,
    CMD_FSETSTAT,
    CMD_OPEN,
    CMD_STATUS,
    CMD_WRITE,
    int64,
)

from domain.environments import Tray
from domain.mailbox_refusals import NotAllowed
from domain.refusals import OutageError

FI, GO = "FI.DIMN.123456.20260302.00001.R.1.1", "GO.DIMN.123456.20260302.00001.R.1"
FAILURE = 4


def test_a_put_is_confirmed_though_its_close_sealed_the_file(door):
    (door.folder / GO).write_bytes(b"go")
    with door.client() as client:
        assert client.put(str(door.folder / GO), f"IN/{GO}").st_size == 2
        assert client.listdir("IN") == []


def test_a_put_is_confirmed_under_the_name_it_was_renamed_to(door):
    door.trays.seal_at = "FI"
    with door.client() as client:
        with client.open("IN/FI.part", "wb") as upload:
            upload.write(b"payload")
        door.trays.trays[Tray.IN]["FI.part"] = bytearray(b"payload")
        client.rename("IN/FI.part", f"IN/{FI}")
        del door.trays.trays[Tray.IN][FI]
        assert client.stat(f"IN/{FI}").st_size == 7


def test_a_put_whose_close_failed_is_not_confirmed(door):
    (door.folder / GO).write_bytes(b"go")
    door.trays.trouble_at_close = OutageError("the database is away")
    with door.client() as client, pytest.raises(OSError, match="the database is away"):
        client.put(str(door.folder / GO), f"IN/{GO}")


def test_the_failure_is_told_once(door):
    door.trays.trouble_at_close = OutageError("the database is away")
    with door.client() as client:
        client.open(f"IN/{GO}", "wb").close()
        with pytest.raises(OSError, match="the database is away"):
            client.stat(f"IN/{GO}")
        assert client.stat(f"IN/{GO}").st_size == 0


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (OutageError("away"), FAILURE),
        (NotAllowed("sealed"), 3),
        (OSError(28, "full"), FAILURE),
        (KeyError("x"), FAILURE),
    ],
)
def test_the_status_of_a_close_says_how_it_ended(door, trouble, code):
    door.trays.trouble_at_close = trouble
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        assert _status(client, CMD_CLOSE, upload.handle) == code


def test_a_close_after_a_failed_write_fails_and_abandons(door):
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        door.trays.trouble_at_write = OSError(28, "No space left on device")
        with pytest.raises(OSError, match="could not store"):
            upload.write(b"lost" * 10_000)
        door.trays.trouble_at_write = None
        assert _status(client, CMD_CLOSE, upload.handle) == FAILURE
    assert f"abandon {FI}" in door.trays.journal
    assert f"close {FI}" not in door.trays.journal


def test_bytes_are_the_same_after_the_way_through_both_trays(door):
    content = hashlib.sha256(b"seed").digest() * 100_000
    with door.client() as client:
        with client.open(f"INTEST/{FI}", "wb") as upload:
            upload.set_pipelined(True)
            upload.write(content)
        assert bytes(door.trays.trays[Tray.IN_TEST][FI]) == content
        door.trays.trays[Tray.OUT_TEST]["FO"] = bytearray(content)
        with client.open("OUTTEST/FO", "rb") as answer:
            answer.prefetch(len(content))
            assert answer.read() == content


def test_appending_goes_on_at_the_end(door):
    door.trays.trays[Tray.IN][FI] = bytearray(b"first, ")
    with door.client() as client, client.open(f"IN/{FI}", "ab") as upload:
        upload.write(b"then")
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"first, then"


def test_an_exclusive_upload_does_not_replace(door):
    door.trays.trays[Tray.IN][FI] = bytearray(b"first")
    with door.client() as client, pytest.raises(OSError, match="exists"):
        client.open(f"IN/{FI}", "wx")


def test_opening_without_creating_needs_a_file(door):
    with door.client() as client, pytest.raises(FileNotFoundError):
        client.open(f"IN/{FI}", "r+")


def test_a_file_is_cut_through_its_handle(door):
    with door.client() as client, client.open(f"IN/{FI}", "wb") as upload:
        upload.write(b"1234567")
        upload.flush()
        upload.truncate(3)
        assert upload.stat().st_size == 3
    assert bytes(door.trays.trays[Tray.IN][FI]) == b"123"


def test_a_file_is_not_cut_through_its_name(door):
    door.trays.trays[Tray.IN][FI] = bytearray(b"1234567")
    with door.client() as client, pytest.raises(OSError, match="open the file"):
        client.truncate(f"IN/{FI}", 3)


def test_a_plain_rename_does_not_replace(door):
    door.trays.trays[Tray.IN].update({FI: bytearray(b"new"), GO: bytearray(b"old")})
    with door.client() as client:
        with pytest.raises(OSError, match="exists"):
            client.rename(f"IN/{FI}", f"IN/{GO}")
        client.posix_rename(f"IN/{FI}", f"IN/{GO}")
    assert door.trays.trays[Tray.IN] == {GO: bytearray(b"new")}


@pytest.mark.parametrize(
    ("old", "new"), [("IN/A", "INTEST/A"), ("OUT/A", "OUT/B"), ("IN", "INTEST"), ("OUT/A", "IN/A")]
)
def test_renames_stay_in_one_inbox(door, old, new):
    for tray in Tray:
        door.trays.trays[tray]["A"] = bytearray(b"x")
    with door.client() as client, pytest.raises(PermissionError):
        client.posix_rename(old, new)


def test_answers_keep_their_modes_and_times(door):
    door.trays.trays[Tray.OUT]["FO"] = bytearray(b"x")
    with door.client() as client, pytest.raises(PermissionError):
        client.chmod("OUT/FO", 0o600)


def test_trays_are_directories_and_answers_are_files(door):
    door.trays.trays[Tray.OUT]["FO"] = bytearray(b"x")
    with door.client() as client:
        assert stat.S_ISDIR(client.stat("/").st_mode)
        assert all(stat.S_ISDIR(shown.st_mode) for shown in client.listdir_attr("/"))
        [shown] = client.listdir_attr("OUT")
    assert stat.S_ISREG(shown.st_mode)
    assert (shown.filename, shown.st_size, shown.st_mtime) == ("FO", 1, 1772447400)


def test_a_listing_is_what_it_was_when_it_was_opened(door):
    door.trays.trays[Tray.OUT].update({f"FO.{number:04}": bytearray() for number in range(700)})
    with door.client() as client:
        assert client.listdir("OUT") == [f"FO.{number:04}" for number in range(700)]


def test_a_view_that_refuses_an_upload_is_heard(door):
    with door.client() as client, pytest.raises(PermissionError, match="not today"):
        client.open("IN/NOT.TODAY", "wb")


def test_a_session_may_not_open_files_without_end(doorkeeper):
    door = doorkeeper.open(open_files=3)
    with door.client() as client:
        kept = [client.open(f"IN/FI.{number}", "wb") for number in range(3)]
        with pytest.raises(OSError, match="at most 3"):
            client.open("IN/FI.4", "wb")
        kept.pop().close()
        client.open("IN/FI.4", "wb").close()


def test_the_limits_are_told(door):
    with door.client() as client:
        kind, message = client._request(CMD_EXTENDED, "limits@openssh.com")
        assert kind == CMD_EXTENDED_REPLY
        assert struct.unpack(">QQQQ", message.get_remainder()[:32])[1:] == (262144, 262144, 64)


@pytest.mark.parametrize("kind", [99, 19, 20])
def test_unknown_requests_and_links_are_not_supported(door, kind):
    with door.client() as client:
        assert _status(client, kind, "IN/A", "IN/B") == 8
        assert client.listdir("IN") == []


def test_an_unknown_extension_is_not_supported(door):
    with door.client() as client:
        assert _status(client, CMD_EXTENDED, "check-file") == 8


@pytest.mark.parametrize(("path", "flags"), [("IN", 0x1A), ("/", 0x01)])
def test_a_directory_is_not_opened_as_a_file(door, path, flags):
    with door.client() as client:
        assert _status(client, CMD_OPEN, path, flags, 0) == 3


def test_extended_attributes_are_passed_over(door):
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        assert _status(client, CMD_FSETSTAT, upload.handle, 0x80000001, int64(3), 1, "name", "value") == 0
        assert _status(client, CMD_FSETSTAT, upload.handle, 0x80000000, 65) == 5
    assert f"truncate {FI} 3" in door.trays.journal


def test_an_unknown_handle_is_a_bad_message(door):
    with door.client() as client:
        assert _status(client, CMD_WRITE, b"77", int64(0), b"data") == 5
        assert client.listdir("IN") == []


def test_a_request_without_its_fields_is_a_bad_message(door):
    with door.client() as client:
        assert _status(client, CMD_OPEN) == 5
        assert client.listdir("IN") == []


def test_a_handle_serves_only_what_it_was_opened_for(door):
    door.trays.trays[Tray.OUT]["FO"] = bytearray(b"x")
    with door.client() as client:
        answer = client.open("OUT/FO")
        assert _status(client, CMD_WRITE, answer.handle, int64(0), b"data") == 3


def test_a_request_beyond_the_limit_ends_the_session(door):
    with door.client() as client:
        client.get_channel().sendall(struct.pack(">IB", 300_000, CMD_WRITE))
        with pytest.raises((paramiko.SSHException, OSError), match=r"dropped|closed"):
            client.listdir("IN")


def _status(client: paramiko.SFTPClient, kind: int, *fields: object) -> int:
    """Send one request past the client's own reading of statuses, and return the status code."""
    number = client._async_request(type(None), kind, *fields)
    answered, data = client._read_packet()
    message = paramiko.Message(data)
    assert (answered, message.get_int()) == (CMD_STATUS, number)
    return message.get_int()
