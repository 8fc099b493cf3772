"""Let a scanner look through evidence, and note in the register of check-ins whether it could."""

from pathlib import Path

from domain.brussels import Clock
from domain.refusals import OutageError
from evidence.spool import Spool
from ingest.evidence_files import HarmScanner
from registers.checkins.scanner_outages import note_answer, note_failure

_HARMLESS = b"%PDF-1.7\n%%EOF\n"


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


def try_scanner(scanner: HarmScanner, *, spool: Spool) -> None:
    """Have it look at a file of our own, whatever it says of that; OutageError when it does not."""
    with spool.named("harmless.pdf", [_HARMLESS]) as copy:
        scanner.is_harmful(copy)
