"""Few paths are synchronised one by one; many by one call for their whole file system, where there is one."""

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from evidence.durable import find_syncfs, make_durable

FEW = 15
MANY = 16


@pytest.fixture
def synchronised(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the paths that are synchronised one by one."""
    descriptors: list[int] = []
    fsync = os.fsync

    def count(descriptor: int) -> None:
        descriptors.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", count)
    return descriptors


@pytest.fixture
def with_syncfs(monkeypatch: pytest.MonkeyPatch):
    """Let the C library have another `syncfs`, or none."""

    def change(sync: Callable[[int], int] | None) -> None:
        library = SimpleNamespace() if sync is None else SimpleNamespace(syncfs=sync)
        monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: library)
        find_syncfs.cache_clear()

    yield change
    find_syncfs.cache_clear()


def written(folder: Path, count: int) -> list[Path]:
    paths = [folder / str(number) for number in range(count)]
    for path in paths:
        path.write_bytes(b"<Dimona/>")
    return paths


def test_few_paths_are_synchronised_one_by_one(tmp_path: Path, synchronised: list[int]):
    make_durable(written(tmp_path, FEW), within=tmp_path)

    assert len(synchronised) == FEW


def test_many_paths_are_synchronised_by_one_call_for_their_file_system(
    tmp_path: Path, synchronised: list[int], with_syncfs
):
    file_systems: list[int] = []

    def sync(descriptor: int) -> int:
        file_systems.append(os.fstat(descriptor).st_ino)
        return 0

    with_syncfs(sync)
    make_durable(written(tmp_path, MANY), within=tmp_path)

    assert (file_systems, synchronised) == ([tmp_path.stat().st_ino], [])


def test_a_system_without_that_call_synchronises_many_one_by_one(tmp_path: Path, synchronised: list[int], with_syncfs):
    with_syncfs(None)
    make_durable(written(tmp_path, MANY), within=tmp_path)

    assert len(synchronised) == MANY


def test_a_file_system_that_cannot_be_written_is_told(tmp_path: Path, with_syncfs):
    def fail(_descriptor: int) -> int:
        ctypes.set_errno(errno.EIO)
        return -1

    with_syncfs(fail)
    with pytest.raises(OSError, match="Input/output error") as trouble:
        make_durable(written(tmp_path, MANY), within=tmp_path)
    assert trouble.value.errno == errno.EIO


def test_a_path_that_is_gone_is_told(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        make_durable([tmp_path / "gone"], within=tmp_path)


def test_this_system_has_the_call():
    assert find_syncfs() is not None
