"""Write-once storage: bytes go in once, under the SHA-256 of what was written, and never change."""

import contextlib
import hashlib
import os
import uuid
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from evidence.models import Blob

CHUNK = 1024 * 1024
_INCOMING = "incoming"
_LEVELS = 2
_MANY = 16
_AT_ONCE = 8


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
            _sync_all(copies)
            touched = [self._move_into_place(copy, blob.sha256) for copy, blob in zip(copies, stored, strict=True)]
            _sync_all(sorted(set().union(*touched)))
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
        if target.exists():
            return {target.parent}  # whoever moved it there may not have come to synchronise the folder
        made = {folder.parent for folder in (target.parent, target.parent.parent) if not folder.exists()}
        if made:
            target.parent.mkdir(parents=True, exist_ok=True)
        copy.chmod(0o440)
        copy.rename(target)
        return {target.parent, *made}

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
    Blob.objects.bulk_create([Blob(sha256=blob.sha256, size=blob.size) for blob in ordered], ignore_conflicts=True)


def _copy(source: BinaryIO, target: Path) -> StoredBlob:
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
    return StoredBlob(digest.hexdigest(), size)


def _sync_all(paths: Sequence[Path]) -> None:
    """Make all of `paths` durable; many at once, so that a journal commits for several of them together."""
    if len(paths) < _MANY:
        for path in paths:
            _sync(path)
        return
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(_sync, paths))


def _sync(path: Path) -> None:
    """Make what was written to a file, or what names a folder has, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
