"""Read every stored blob again and hold it against its row; files without a row are told apart."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO, Protocol

from django.db.models import Sum

from evidence.blobs import CHUNK
from evidence.models import Blob
from evidence.verification.findings import Check

_AT_ONCE = 2000


class Depth(Enum):
    """How closely stored files are looked at."""

    SIZES = "sizes"
    HASHES = "hashes"


class StoredFiles(Protocol):
    """A blob store that can be gone through."""

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes stored under `sha256`; FileNotFoundError when there are none."""
        ...

    def list_stored(self) -> Iterator[str]:
        """Yield the name of every file that lies there, in order."""
        ...


@dataclass(slots=True)
class Strays:
    """Files that no row names: what a broken seal left behind, or what somebody laid there."""

    count: int = 0
    first: str = ""

    def note(self, name: str) -> None:
        """Count one more, unless it was sealed while we looked."""
        if Blob.objects.filter(sha256=name).exists():
            return
        self.count += 1
        self.first = self.first or name


def verify_stored_files(check: Check, store: StoredFiles, *, depth: Depth, advance: Callable[[int], None]) -> Strays:
    """Look at every blob once, in the order of their names, which is that of the files."""
    strays = Strays()
    files = store.list_stored()
    waiting = next(files, None)
    for blob in _blobs():
        while waiting is not None and waiting < blob.sha256:
            strays.note(waiting)
            waiting = next(files, None)
        if waiting == blob.sha256:
            waiting = next(files, None)
        check.checked += 1
        fault = _find_fault(blob, store, depth=depth, advance=advance)
        if fault is not None:
            check.tell(f"blob {blob.sha256} {fault}")
    while waiting is not None:
        strays.note(waiting)
        waiting = next(files, None)
    return strays


def _blobs() -> Iterator[Blob]:
    """Yield every blob in order; no transaction stays open for the hours that reading them can take."""
    last = ""
    while batch := list(Blob.objects.filter(sha256__gt=last).order_by("sha256")[:_AT_ONCE]):
        yield from batch
        last = batch[-1].sha256


def count_bytes() -> int:
    """Return the bytes of all blobs, for a progress bar."""
    return int(Blob.objects.aggregate(total=Sum("size"))["total"] or 0)


def _find_fault(blob: Blob, store: StoredFiles, *, depth: Depth, advance: Callable[[int], None]) -> str | None:
    try:
        with store.open(blob.sha256) as content:
            if depth is Depth.SIZES:
                return _wrong_size(blob, content.seek(0, 2))
            digest, size = hashlib.sha256(), 0
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                advance(len(chunk))
    except FileNotFoundError:
        return "is gone from the blob store"
    except OSError as trouble:
        return f"cannot be read: {trouble.strerror or trouble}"
    if digest.hexdigest() != blob.sha256:
        return "has another content than was stored: the file was changed or exchanged for another"
    return _wrong_size(blob, size)


def _wrong_size(blob: Blob, size: int) -> str | None:
    return None if size == blob.size else f"has {size} bytes, its row says {blob.size}"
