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
    """Says what another scanner says; nobody's time runs out while that one fails."""

    def __init__(self, scanner: HarmScanner, *, clock: Clock, spool: Spool) -> None:
        self._scanner = scanner
        self._clock = clock
        self._spool = spool

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
        note_answer(at=self._clock.now())
        return is_harmful

    def _works(self) -> bool:
        try:
            try_scanner(self._scanner, spool=self._spool)
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

    @contextmanager
    def named(self, name: str, pieces: Iterable[bytes]) -> Iterator[Path]:
        """Give the copy; OutageError, which is noted, where it cannot be made."""
        with ExitStack() as stack:
            try:
                copy = stack.enter_context(super().named(name, pieces))
            except OutageError:
                note_failure(at=self._clock.now())
                raise
            yield copy


def takes_copies(folder: Path) -> bool:
    """Whether a copy for a scanner can be made in that room; one of our own is, and is gone at once."""
    try:
        with Spool(folder).named(_OWN_COPY, [_HARMLESS]):
            return True
    except OutageError:
        return False


def try_scanner(scanner: HarmScanner, *, spool: Spool) -> None:
    """Have it look at a file of our own, whatever it says of that; OutageError when it does not, or cannot be given one."""
    with spool.named(_OWN_COPY, [_HARMLESS]) as copy:
        scanner.is_harmful(copy)
