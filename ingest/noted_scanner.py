"""Let a scanner look through evidence, and note in the register of check-ins whether it could."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from domain.brussels import Clock
from domain.refusals import OutageError
from evidence.spool import Spool
from ingest.evidence_files import HarmScanner
from registers.checkins.scanner_outages import note_answer, note_failure

_OWN_COPY, _HARMLESS = "harmless.pdf", b"%PDF-1.7\n%%EOF\n"


class NotedScanner:
    """Says what another scanner says; nobody's time runs out while that one fails.

    It works where `spool` also has room for a copy of `max_bytes`, as large as a document may be: on a disk with less, small
    ones pass and others are turned away.
    """

    def __init__(self, scanner: HarmScanner, *, clock: Clock, spool: Spool, max_bytes: int) -> None:
        self._scanner = scanner
        self._clock = clock
        self._spool = spool
        self._max_bytes = max_bytes

    def is_harmful(self, path: Path) -> bool:
        """Whether the file would harm whoever opens it; OutageError when that cannot be found out.

        It is noted where the scanner fails at a file of our own too: at one that only it cannot take, it works.
        """
        try:
            is_harmful = self._scanner.is_harmful(path)
        except OutageError:
            if not self._works():
                note_failure(at=self._clock.now())
            raise
        if takes_copies(self._spool.folder, max_bytes=self._max_bytes):
            note_answer(at=self._clock.now())
        return is_harmful

    def _works(self) -> bool:
        try:
            try_scanner(self._scanner, spool=self._spool, max_bytes=self._max_bytes)
        except OutageError:
            return False
        return True


class NotedSpool(Spool):
    """The room of the copies that a scanner looks at; nobody's time runs out while none can be made, as on a full disk."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        super().__init__(folder)
        self._clock = clock

    @classmethod
    def of(cls, home: Path, *, clock: Clock) -> "NotedSpool":
        """Return the room of the counter whose home that is."""
        return cls(Spool.below(home).folder, clock=clock)

    def require_room(self, size: int) -> None:
        """Return where a file of so many bytes would fit in now; OutageError, which is noted, where it would not."""
        with self._noting():
            super().require_room(size)

    @contextmanager
    def named(self, name: str, pieces: Iterable[bytes]) -> Iterator[Path]:
        """Give the copy; OutageError, which is noted, where it cannot be made."""
        with ExitStack() as stack:
            with self._noting():
                copy = stack.enter_context(super().named(name, pieces))
            yield copy

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except OutageError:
            note_failure(at=self._clock.now())
            raise


def takes_copies(folder: Path, *, max_bytes: int) -> bool:
    """Whether a copy of `max_bytes`, as large as a document may be, fits in that room now."""
    try:
        Spool(folder).require_room(max_bytes)
    except OutageError:
        return False
    return True


def try_scanner(scanner: HarmScanner, *, spool: Spool, max_bytes: int) -> None:
    """Have it look at a file of our own, whatever it says of that, where there is room for one of `max_bytes`.

    OutageError when there is none, or it does not look.
    """
    spool.require_room(max_bytes)
    with spool.named(_OWN_COPY, [_HARMLESS]) as copy:
        scanner.is_harmful(copy)
