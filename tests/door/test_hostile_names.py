"""Names that are none, through the real door: refused with the protocol's status or answered, and never another path."""

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from domain.environments import INBOXES, Tray
from tests.door.conftest import Door

SET = "DIMN.123456.20260415.00001.R.1.1"
NOT_TAKEN = {
    "a Cyrillic letter": f"FI.D\u0406MN{SET[4:]}".encode(),
    "full-width digits": b"FI.DIMN." + "\uff11\uff12\uff13\uff14\uff15\uff16".encode() + SET[11:].encode(),
    "bytes of no alphabet": b"\xff\xfe" + SET.encode(),
    "a zero-width space": f"FI.{SET}\u200b".encode(),
    "a newline": f"FI.{SET}\n".encode(),
    "a carriage return": f"FI.{SET}\r".encode(),
    "a blank": f"FI.{SET} ".encode(),
    "a NUL": f"FI.{SET}\0".encode(),
    "a NUL and an ending": f"FI.{SET}\0.xml".encode(),
    "65 characters": b"F" * 65,
    "255 characters": b"F" * 255,
    "256 characters": b"F" * 256,
    "4096 characters": b"F" * 4096,
    "a folder": b"a/" + SET.encode(),
    "a way up": b"../FI." + SET.encode(),
    "a long way up": b"../" * 40 + b"tmp/FI." + SET.encode(),
    "an absolute path": b"/etc/FI." + SET.encode(),
    "nothing": b"",
    "the folder itself": b".",
    "the folder above": b"..",
}
ANSWERED = {
    "64 characters": "F" * 64,
    "an encoded way up": "..%2f..%2fetc%2fpasswd",
    "a way up of another system": "..\\..\\boot.ini",
    "small letters": SET.lower(),
    "a device": "CON",
    "a hidden file": ".profile",
    "a program": "$(touch${IFS}x)",
}


@contextlib.contextmanager
def session(door: Door) -> Iterator[paramiko.SFTPClient]:
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(door.folder / "known_hosts"))
        client.connect(
            "127.0.0.1", door.port, door.user, key_filename=str(door.key), allow_agent=False, look_for_keys=False
        )
        with client.open_sftp() as opened:
            yield opened


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_hostile_names_are_refused_or_answered_and_touch_no_other_path(door: Door, tmp_path: Path):
    before = files_below(tmp_path) - files_below(door.bench.home / "blobs")
    with session(door) as client:
        client.putfo(io.BytesIO(b"kept"), "/IN/kept.tmp")
        for name in NOT_TAKEN.values():
            with pytest.raises(OSError, match=r"."):
                client.open(b"/IN/" + name, "wb")
            with pytest.raises(OSError, match=r"."):
                client.posix_rename(b"/IN/kept.tmp", b"/IN/" + name)
        for name in ANSWERED.values():
            with client.open(f"/IN/{name}", "wb") as upload:
                upload.write(b"anything")
        assert [client.listdir(tray) for tray in INBOXES] == [["kept.tmp"], [], []]
        client.remove("/IN/kept.tmp")
    (door.folder / "payload").write_bytes(b"x")
    refused = door.sftp("put payload IN/d\u00e9claration\n")
    assert "ermission denied" in refused.stderr
    door.bench.work()

    answers = {answer.texts("FileName")[0]: answer.codes for answer in door.bench.answers("ACRF")}
    assert answers == {name: ["ACRF-129"] for name in ANSWERED.values()}
    after = files_below(tmp_path) - files_below(door.bench.home / "blobs")
    assert after - before == {door.folder / "payload"}
    assert door.bench.mailbox().list_tray(Tray.IN) == []
    require_told(door, names=[*NOT_TAKEN.values(), "d\u00e9claration".encode()])


def require_told(door: Door, *, names: list[bytes]) -> None:
    """An operator sees every refusal with its reason, and no name."""
    log = (door.bench.home / "sftp.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    refused = [line for line in lines if line["event"] == "sftp request refused"]

    assert {line["level"] for line in refused} == {"info"}
    assert sum(line["request"] == "OPEN" for line in refused) == len(names)
    assert {line["reason"] for line in refused} == {"NameNotTaken", "NotAllowed", "OutsideTrays"}
    assert all({"session", "status", "timestamp"} <= line.keys() for line in refused)
    assert not any(SET in line or "claration" in line for line in log.splitlines())
    assert not any(line["level"] in {"error", "critical"} for line in lines)
