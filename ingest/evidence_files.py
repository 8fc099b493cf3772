"""Take files that prove a correction of a check-in: bounded, told by their bytes, looked through, kept apart from all else.

Nothing here knows a correction; whoever asks for one names the file by its SHA-256. A file may come before its request or
after it, and the same bytes twice are one file.
"""

import fcntl
import hashlib
import io
import os
import re
import subprocess
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

from domain.refusals import OutageError
from evidence.blobs import LocalBlobStore, StoredBlob
from evidence.spool import Spool
from ingest.evidence_documents import fault_of, kind_of

log = structlog.get_logger()

FILES_OF_A_REQUEST = 5
LONGEST_NAME = 120
_LOCK = ".sweep.lock"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SWEPT_AT_ONCE = 500
_CLEAN, _FOUND = 0, 1
_LONGEST_SAID = 200


class EvidenceFault(StrEnum):
    """What is wrong with a file that is to prove something."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    KIND_NOT_TAKEN = "KIND_NOT_TAKEN"
    DAMAGED = "DAMAGED"
    LOCKED = "LOCKED"
    MORE_BEHIND = "MORE_BEHIND"
    HARMFUL = "HARMFUL"


class EvidenceRefusedError(Exception):
    """A file is not taken; who sent it is told why by `fault`."""

    def __init__(self, fault: EvidenceFault) -> None:
        super().__init__(f"the file is not taken as evidence: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that was taken: its name without folders, the SHA-256 of its bytes, their number, and pdf, png or jpg.

    `is_scanned` says whether a scanner looked through it, which is set or not.
    """

    name: str
    sha256: str
    size: int
    kind: str
    is_scanned: bool


class HarmScanner(Protocol):
    """Says whether a file would harm whoever opens it."""

    def is_harmful(self, path: Path) -> bool:
        """Whether it would; OutageError when that cannot be found out, and the file is then not taken."""
        ...


class CommandScanner:
    """Lets a program look, such as `clamdscan --no-summary --fdpass`: exit 0 is clean, 1 harmful, anything else our outage."""

    def __init__(self, command: Sequence[str], *, seconds: int) -> None:
        self._command = tuple(command)
        self._seconds = seconds

    def is_harmful(self, path: Path) -> bool:
        """Run the program on the file."""
        try:
            ended = subprocess.run(  # noqa: S603 - the operator's own program, without a shell
                [*self._command, str(path)], capture_output=True, timeout=self._seconds, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as trouble:
            log.warning("evidence scanner did not look", trouble=type(trouble).__name__)
            raise OutageError(f"the scanner of evidence did not look: {type(trouble).__name__}") from trouble
        if ended.returncode not in {_CLEAN, _FOUND}:
            log.warning("evidence scanner failed", code=ended.returncode, said=_first_line(ended.stderr))
            raise OutageError(f"the scanner of evidence ended with {ended.returncode}")
        return ended.returncode == _FOUND


def _first_line(said: bytes) -> str:
    """Return what a program said first; it knows a copy of the file, not its name."""
    lines = said.decode("utf-8", errors="replace").strip().splitlines()
    return lines[0][:_LONGEST_SAID] if lines else ""


class TakeFilesUnscannedForDevelopment:
    """Looks at nothing, and says so at each file."""

    def is_harmful(self, path: Path) -> bool:
        """Say that nobody looked."""
        log.warning("evidence was taken unscanned", bytes=path.stat().st_size)
        return False


class EvidenceDesk:
    """Takes files and gives them again, by their SHA-256; its folder is not that of deliveries.

    A scanner looks at a copy in `spool`.
    """

    def __init__(self, folder: Path, *, max_bytes: int, scanner: HarmScanner, spool: Spool) -> None:
        self._folder = folder
        self._blobs = LocalBlobStore(folder)
        self._max_bytes = max_bytes
        self._scanner = scanner
        self._spool = spool

    @property
    def max_bytes(self) -> int:
        """How large a file may be."""
        return self._max_bytes

    def take(self, source: BinaryIO, *, name: str) -> EvidenceFile:
        """Keep the file, durably, and return what it is; EvidenceRefusedError, or OutageError when nobody could look."""
        content, kind = self._read(source)
        try:
            self._require_harmless(content, kind=kind)
            stored = self._store(content)
        except OSError as trouble:
            raise OutageError(f"evidence cannot be kept: {type(trouble).__name__}, errno {trouble.errno}") from trouble
        is_scanned = not isinstance(self._scanner, TakeFilesUnscannedForDevelopment)
        return EvidenceFile(plain_name(name, kind=kind), stored.sha256, stored.size, kind, is_scanned)

    def announce(self, source: BinaryIO, *, name: str) -> EvidenceFile:
        """Return what the file is, which is not kept: whoever has it hands it in once it can be looked through; EvidenceRefusedError."""
        content, kind = self._read(source)
        digest = hashlib.sha256(content).hexdigest()
        return EvidenceFile(plain_name(name, kind=kind), digest, len(content), kind, is_scanned=False)

    def _read(self, source: BinaryIO) -> tuple[bytes, str]:
        content = source.read(self._max_bytes + 1)
        if not content:
            raise EvidenceRefusedError(EvidenceFault.EMPTY)
        if len(content) > self._max_bytes:
            raise EvidenceRefusedError(EvidenceFault.TOO_LARGE)
        kind = kind_of(content)
        if kind is None:
            raise EvidenceRefusedError(EvidenceFault.KIND_NOT_TAKEN)
        if (fault := fault_of(content, kind=kind)) is not None:
            raise EvidenceRefusedError(EvidenceFault[fault.name])
        return content, kind

    def _require_harmless(self, content: bytes, *, kind: str) -> None:
        with self._spool.named(f"evidence.{kind}", [content]) as copy:
            if self._scanner.is_harmful(copy):
                raise EvidenceRefusedError(EvidenceFault.HARMFUL)

    def _store(self, content: bytes) -> StoredBlob:
        """Store the bytes as of now, also where they lie there already: a sweep leaves alone what came lately."""
        with self._held(fcntl.LOCK_SH):
            stored = self._blobs.store(io.BytesIO(content))
            os.utime(self._blobs.locate(stored.sha256))
        return stored

    def has(self, sha256: str) -> bool:
        """Whether a file with that SHA-256 (64 small hexadecimal digits) was taken."""
        return self._blobs.locate(sha256).exists()

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes; FileNotFoundError when there are none."""
        return self._blobs.open(sha256)

    def sweep(self, needed_among: Callable[[Collection[str]], Collection[str]], *, untouched_since: datetime) -> int:
        """Erase what came before that instant (aware) and nobody needs, or nobody finished storing; return how many files.

        `needed_among` returns those of some SHA-256s that are needed: bytes of a request that was refused, or whose note was
        rolled back, are told by nobody.
        """
        swept = self._blobs.drop_left(untouched_since)
        names = filter(_SHA256.fullmatch, self._blobs.list_stored())
        while batch := [*islice(names, _SWEPT_AT_ONCE)]:
            needed = needed_among(batch)
            swept += sum(
                self._erase_untouched(sha256, since=untouched_since) for sha256 in batch if sha256 not in needed
            )
        return swept

    def _erase_untouched(self, sha256: str, *, since: datetime) -> bool:
        path = self._blobs.locate(sha256)
        with self._held(fcntl.LOCK_EX):
            if not path.exists() or path.stat().st_mtime > since.timestamp():
                return False
            path.unlink()
        return True

    @contextmanager
    def _held(self, operation: int) -> Iterator[None]:
        """Keep a sweep out while bytes are stored, and the other way round; the file system sees to it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("a") as lock:
            fcntl.flock(lock, operation)
            yield


def plain_name(name: str, *, kind: str) -> str:
    """Return a name that is safe in a list and in a header: no folder, no control, no quote; ending as its bytes say."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?;%').strip(" .")
    stem = plain.rpartition(".")[0] or plain or "evidence"
    return f"{stem[: LONGEST_NAME - len(kind) - 1]}.{kind}"
