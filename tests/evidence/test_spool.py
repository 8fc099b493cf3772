"""Large files that are worked on lie in one room below the counter's home, and none of them stays there."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.refusals import OutageError
from evidence.spool import Spool
from tests.sender.narrow_disk import no_file_larger_than

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool.below(tmp_path)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_file_without_a_name_lies_in_the_room_and_shows_nowhere(spool: Spool, tmp_path: Path) -> None:
    with spool.open() as file:
        file.write(b"1")
        assert Path(f"/proc/self/fd/{file.fileno()}").readlink().parent == tmp_path / "spool"
        assert list((tmp_path / "spool").iterdir()) == []


def test_a_file_stays_in_memory_up_to_its_bytes(spool: Spool, tmp_path: Path) -> None:
    with spool.open(in_memory=2) as file:
        file.write(b"123")
        assert Path(f"/proc/self/fd/{file.fileno()}").readlink().parent == tmp_path / "spool"


def test_a_file_with_a_name_is_its_owners_alone_and_gone_afterwards(spool: Spool, tmp_path: Path) -> None:
    with spool.named("log.pdf", [b"1", b"2"]) as path:
        assert (path.name, path.read_bytes(), path.parents[1]) == ("log.pdf", b"12", tmp_path / "spool")
        assert (mode(path), mode(path.parent), mode(path.parents[1])) == (0o600, 0o700, 0o700)
    assert list((tmp_path / "spool").iterdir()) == []


def test_room_for_a_file_is_asked_for_without_one(spool: Spool, tmp_path: Path) -> None:
    spool.require_room(200)
    with no_file_larger_than(199), pytest.raises(OutageError):
        spool.require_room(200)
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_room_that_others_could_enter_is_closed_to_them(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir(mode=0o755)
    with spool.open():
        assert mode(tmp_path / "spool") == 0o700


def test_what_a_crash_left_is_removed_once_nobody_touched_it_for_long(spool: Spool, tmp_path: Path) -> None:
    room = spool.make()
    for name, age in (("old", timedelta(days=1)), ("young", timedelta(hours=23))):
        (room / name).mkdir()
        (room / name / "payload").write_bytes(b"1")
        (room / f"{name}.upload").write_bytes(b"1")
        for path in (room / name, room / f"{name}.upload"):
            os.utime(path, ((NOW - age).timestamp(),) * 2)
    assert spool.drop_left(NOW - timedelta(days=1)) == 2
    assert {path.name for path in room.iterdir()} == {"young", "young.upload"}


def test_a_room_that_was_never_made_holds_nothing(spool: Spool) -> None:
    assert spool.drop_left(NOW) == 0


def test_a_disk_that_takes_no_file_is_our_outage(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"no folder")
    with pytest.raises(OutageError), spool.named("log.pdf", [b"1"]):
        pytest.fail("a file was given")
    with pytest.raises(OutageError):
        spool.open()
    with spool.open(in_memory=1) as file, pytest.raises(OutageError):
        file.write(b"12")


def test_what_fails_while_somebody_works_on_a_file_is_not_our_disk(spool: Spool) -> None:
    with pytest.raises(FileExistsError), spool.named("log.pdf", [b"1"]):
        raise FileExistsError
