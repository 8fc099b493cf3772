"""Look at the documents that prove corrections of check-ins: each is there, and as it was handed in."""

import hashlib
from collections.abc import Collection, Iterable
from typing import BinaryIO, Protocol

from evidence.blobs import CHUNK
from evidence.verification.findings import Check
from evidence.verification.stored_files import Depth


class KeepsDocuments(Protocol):
    """Whoever keeps documents, and knows which."""

    def list_needed(self) -> Iterable[str]:
        """Yield the SHA-256 (hexadecimal) of each document that is to be kept, once."""
        ...

    def needed_among(self, hashes: Collection[str]) -> Collection[str]:
        """Return those of them that are to be kept now."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes of a document; FileNotFoundError when there are none."""
        ...


def verify_documents(check: Check, keeper: KeepsDocuments, *, depth: Depth) -> None:
    """Tell every document that is gone or has other bytes, unless its time was over while we looked."""
    for sha256 in keeper.list_needed():
        check.checked += 1
        fault = _find_fault(sha256, keeper, depth=depth)
        if fault is not None and keeper.needed_among([sha256]):
            check.tell(f"document {sha256}, handed in to prove a correction, {fault}")


def _find_fault(sha256: str, keeper: KeepsDocuments, *, depth: Depth) -> str | None:
    try:
        with keeper.open(sha256) as content:
            if depth is Depth.SIZES:
                return None
            digest = hashlib.sha256()
            while piece := content.read(CHUNK):
                digest.update(piece)
    except FileNotFoundError:
        return "is gone"
    except OSError as trouble:
        return f"cannot be read: {trouble.strerror}"
    return None if digest.hexdigest() == sha256 else "has other bytes than it had then"
