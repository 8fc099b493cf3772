"""Compose the desk that takes files which prove corrections, and the scanner that looks through them."""

import shlex

from evidence.clock import SystemClock
from ingest.evidence_files import CommandScanner, EvidenceDesk, HarmScanner, TakeFilesUnscannedForDevelopment
from ingest.noted_scanner import NotedScanner
from portal.configuration import Configuration
from portal.evidence_configuration import EvidenceConfiguration


def open_evidence_desk(configuration: Configuration) -> EvidenceDesk:
    """Return the desk under this configuration; Django must be set up."""
    rules = configuration.evidence
    return EvidenceDesk(configuration.home / "checkin-evidence", max_bytes=rules.max_bytes, scanner=open_scanner(rules))


def open_scanner(rules: EvidenceConfiguration) -> HarmScanner:
    """Return the scanner that is set, whose outages the register knows; without one, nobody looks."""
    if not rules.scanner:
        return TakeFilesUnscannedForDevelopment()
    return NotedScanner(CommandScanner(shlex.split(rules.scanner), seconds=rules.scanner_seconds), clock=SystemClock())
