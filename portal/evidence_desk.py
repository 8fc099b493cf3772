"""Compose the desk that takes files which prove corrections, and the scanner that looks through them."""

import shlex

from evidence.clock import SystemClock
from evidence.spool import Spool
from ingest.evidence_files import CommandScanner, EvidenceDesk, HarmScanner, TakeFilesUnscannedForDevelopment
from ingest.noted_scanner import NotedScanner, NotedSpool
from portal.configuration import Configuration


def open_evidence_desk(configuration: Configuration) -> EvidenceDesk:
    """Return the desk under this configuration; Django must be set up."""
    rules = configuration.evidence
    return EvidenceDesk(
        configuration.home / "checkin-evidence",
        max_bytes=rules.max_bytes,
        scanner=open_scanner(configuration),
        spool=open_scanned_room(configuration),
    )


def open_scanned_room(configuration: Configuration) -> Spool:
    """Return the room of what a scanner looks at, whose outages the register knows; without one, nobody waits for it."""
    if not configuration.evidence.scanner:
        return Spool.below(configuration.home)
    return NotedSpool.of(configuration.home, clock=SystemClock())


def open_scanner(configuration: Configuration) -> HarmScanner:
    """Return the scanner that is set, whose outages the register knows; without one, nobody looks."""
    rules = configuration.evidence
    if not rules.scanner:
        return TakeFilesUnscannedForDevelopment()
    scanner = CommandScanner(shlex.split(rules.scanner), seconds=rules.scanner_seconds)
    return NotedScanner(scanner, clock=SystemClock(), spool=Spool.below(configuration.home), max_bytes=rules.max_bytes)
