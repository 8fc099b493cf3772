"""Find the documents that prove corrections of check-ins, in the folder that keeps them."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from evidence.blobs import LocalBlobStore
from registers.checkins.unnamed_evidence import list_needed, needed_among


class DocumentsOfCorrections:
    """Fulfils `evidence.verification.documents.KeepsDocuments`."""

    def __init__(self, folder: Path) -> None:
        self._files = LocalBlobStore(folder)

    def list_needed(self) -> Iterator[str]:
        """Yield the SHA-256 of each that somebody handed in, or a request still has."""
        return list_needed()

    def needed_among(self, hashes: Collection[str]) -> Collection[str]:
        """Return those of them that are to be kept now."""
        return needed_among(hashes)

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes of a document; FileNotFoundError when there are none."""
        return self._files.open(sha256)
