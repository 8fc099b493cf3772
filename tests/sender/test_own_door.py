"""The sender's tools at our own door, so that both keep to the same mailbox."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.__main__ import main
from domain.brussels import brussels_date
from domain.environments import Tray
from domain.refusals import OutageError
from sender.sessions.sftp_login import fingerprint_of
from sftp_server.host_keys import read_host_keys
from tests.sender.builders import Identity, a_seal, an_acknowledgement
from tests.sftp_server.conftest import USER, OpenDoor, door, doorkeeper, keys

__all__ = ["door", "doorkeeper", "keys"]

STEM = f"DIMN.123456.{brussels_date(datetime.now(UTC)):%Y%m%d}.00001.R.1"
FI, FS, GO = f"FI.{STEM}.1", f"FS.{STEM}.1", f"GO.{STEM}"
ANSWER = "ACRF.999999.20260415.00001.R"
PAYLOAD = bytes(range(256)) * 1000


@pytest.fixture
def words(door: OpenDoor) -> list[str]:
    options = ["--host", "127.0.0.1", "--port", str(door.port), "--user", USER, "--identity", str(door.keys.user)]
    for key in read_host_keys([door.keys.host_ed25519, door.keys.host_ecdsa]):
        options += ["--host-key-fingerprint", fingerprint_of(key)]
    return options


@pytest.fixture
def signed(workspace: Path, sender: Identity, tmp_path: Path) -> Path:
    key, certificate = sender.write(tmp_path)
    payload = workspace / FI
    payload.write_bytes(PAYLOAD)
    assert main(["sign", str(payload), "--key", str(key), "--certificate", str(certificate)]) == 0
    return payload


def test_set_is_delivered_in_order(door: OpenDoor, words: list[str], signed: Path) -> None:
    assert main(["send", str(signed), *words]) == 0
    assert [line for line in door.trays.journal if line.startswith("close ")] == [f"close {n}" for n in (FI, FS, GO)]
    assert door.trays.sealed == {FI: PAYLOAD, FS: signed.with_name(FS).read_bytes(), GO: b""}


def test_upload_that_broke_off_is_continued(door: OpenDoor, words: list[str], signed: Path) -> None:
    door.trays.trouble_at_write = OutageError("the disk is away")
    assert main(["send", str(signed), *words]) == 4
    door.trays.trouble_at_write = None
    door.trays.trays[Tray.IN][FI] = bytearray(PAYLOAD[:100_000])
    assert main(["send", str(signed), *words]) == 0
    assert door.trays.sealed[FI] == PAYLOAD
    assert f"remove {FI}" not in door.trays.journal


def test_trouble_at_the_seal_is_told_and_the_repeat_succeeds(
    door: OpenDoor,
    words: list[str],
    signed: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    door.trays.trouble_at_close = OutageError("the database is away")
    assert main(["send", str(signed), *words]) == 4
    assert "trouble" in capsys.readouterr().err
    door.trays.trouble_at_close = None
    assert main(["send", str(signed), *words]) == 0
    assert set(door.trays.sealed) == {FI, FS, GO}


def test_answer_is_collected_and_deleted(
    door: OpenDoor,
    words: list[str],
    platform: Identity,
    tmp_path: Path,
) -> None:
    _, certificate = platform.write(tmp_path, name="platform")
    content = an_acknowledgement()
    offered = {"FO": content, "FS": a_seal(platform, content), "GO": b""}
    door.trays.trays[Tray.OUT].update({f"{prefix}.{ANSWER}": bytearray(data) for prefix, data in offered.items()})
    target = tmp_path / "answers"
    assert main(["collect", "--to", str(target), "--platform-certificate", str(certificate), *words]) == 0
    assert (target / f"FO.{ANSWER}").read_bytes() == content
    assert door.trays.trays[Tray.OUT] == {}
