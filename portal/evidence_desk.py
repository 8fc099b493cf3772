"""Compose the desk that takes files which prove corrections."""

import shlex

from ingest.evidence_files import CommandScanner, EvidenceDesk, TakeFilesUnscannedForDevelopment
from portal.configuration import Configuration


def open_evidence_desk(configuration: Configuration) -> EvidenceDesk:
    """Return the desk under this configuration; Django must be set up."""
    rules = configuration.evidence
    scanner = (
        CommandScanner(shlex.split(rules.scanner), seconds=rules.scanner_seconds)
        if rules.scanner
        else TakeFilesUnscannedForDevelopment()
    )
    return EvidenceDesk(configuration.home / "checkin-evidence", max_bytes=rules.max_bytes, scanner=scanner)
