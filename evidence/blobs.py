"""Write-once storage: bytes go in once, under the SHA-256 of what was written, and never change."""

import contextlib
import hashlib
import os
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from evidence.durable import make_durable
from evidence.insertions import Insertion

CHUNK = 1024 * 1024
_INCOMING = "incoming"
_LEVELS = 2
_READ_ONLY = 0o440
_RECORD = Insertion.into("evidence_blob", {"sha256": "text", "size": "bigint"}, ending="ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was written: the SHA-256 as 64 hexadecimal digits and the size in bytes."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Where blobs live; an adapter for shared storage offers the same."""

    def store(self, source: BinaryIO) -> StoredBlob:
        """Copy `source` to its end, hashing what is written; durable on return."""
        ...

    def store_all(self, sources: Sequence[BinaryIO]) -> Sequence[StoredBlob]:
        """Store each of `sources`, in their order; all are durable on return."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes stored under `sha256`; FileNotFoundError when there are none."""
        ...

    def locate(self, sha256: str) -> Path:
        """Return a file of this machine that holds the bytes stored under `sha256`, to be read only."""
        ...

    def drop_left(self, untouched_since: datetime) -> int:
        """Remove what somebody who vanished has not finished storing by that instant (aware); return how many files."""
        ...


class LocalBlobStore:
    """Blobs as files in two levels of folders under `root`, on a file system that can fsync and rename."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def store(self, source: BinaryIO) -> StoredBlob:
        """Copy `source` to its end, hashing what is written; durable on return."""
        (stored,) = self.store_all([source])
        return stored

    def store_all(self, sources: Sequence[BinaryIO]) -> Sequence[StoredBlob]:
        """Store each of `sources`, in their order; all are durable on return.

        Every file is synchronised before any is moved, and every folder after all are: a journal then has as few
        commits to make as it can.
        """
        incoming = self._root / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        copies = [incoming / uuid.uuid4().hex for _ in sources]
        try:
            stored = [_copy(source, copy) for source, copy in zip(sources, copies, strict=True)]
            make_durable(copies, within=incoming)
            touched = [self._move_into_place(copy, blob.sha256) for copy, blob in zip(copies, stored, strict=True)]
            make_durable(sorted(set().union(*touched)), within=self._root)
        finally:
            for copy in copies:
                copy.unlink(missing_ok=True)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes stored under `sha256`; FileNotFoundError when there are none."""
        return self._path(sha256).open("rb")

    def locate(self, sha256: str) -> Path:
        """Return the file that holds the bytes stored under `sha256`, to be read only."""
        return self._path(sha256)

    def drop_left(self, untouched_since: datetime) -> int:
        """Remove what somebody who vanished has not finished storing by that instant (aware); return how many files."""
        dropped = 0
        for copy in (self._root / _INCOMING).glob("*"):
            with contextlib.suppress(FileNotFoundError):  # finished just now
                if copy.stat().st_mtime <= untouched_since.timestamp():
                    copy.unlink()
                    dropped += 1
        return dropped

    def list_stored(self) -> Iterator[str]:
        """Yield the name of every file among the blobs, in order; blobs are named by their SHA-256, strangers are not."""
        return _names_below(self._root, depth=0)

    def _move_into_place(self, copy: Path, sha256: str) -> set[Path]:
        """Give the copy its name, unless its bytes are stored already; return the folders that changed by it."""
        target = self._path(sha256)
        folder = target.parent
        if target.exists():
            return {folder}  # whoever moved it there may not have come to synchronise the folder
        touched = {folder}
        if not folder.exists():
            touched |= {folder.parent} if folder.parent.exists() else {folder.parent, self._root}
            folder.mkdir(parents=True, exist_ok=True)
        copy.rename(target)
        return touched

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256


def _names_below(folder: Path, *, depth: int) -> Iterator[str]:
    """Yield what lies in the folder and below; one folder's names are in memory at a time."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if depth < _LEVELS and entry.is_dir(follow_symlinks=False):
            if depth or entry.name != _INCOMING:
                yield from _names_below(Path(entry.path), depth=depth + 1)
        else:
            yield entry.name


def record_blobs(stored: Collection[StoredBlob]) -> None:
    """Note in the running transaction that the blobs exist; the same bytes stored twice are one blob."""
    ordered = sorted(stored, key=lambda blob: blob.sha256)  # one order everywhere, so that nobody waits in a circle
    _RECORD.add([(blob.sha256, blob.size) for blob in ordered])


def _copy(source: BinaryIO, target: Path) -> StoredBlob:
    digest = hashlib.sha256()
    size = 0
    with open(target, "xb", opener=_create_read_only) as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
    return StoredBlob(digest.hexdigest(), size)


def _create_read_only(path: str, flags: int) -> int:
    return os.open(path, flags, _READ_ONLY)
