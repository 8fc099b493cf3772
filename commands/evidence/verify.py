"""Verify all evidence and tell a person, or a program, what holds and what does not."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from commands.evidence.documents import DocumentsOfCorrections
from commands.evidence.head import heads_folder
from commands.evidence.papers import TablesOfTrust
from commands.evidence.platform_signatures import PlatformSignatures
from evidence.blobs import LocalBlobStore
from evidence.outages import outages
from evidence.verification.findings import EvidenceReport
from evidence.verification.stored_files import Depth
from evidence.verification.whole import Verification
from sender.progress import open_meter
from sender.tables import render_table


def verify(heads: Sequence[Path], *, is_fast: bool, as_json: bool) -> int:
    """Verify and print the outcome; 0 only when everything holds."""
    home = Path(settings.GUICHET.home)
    verification = Verification(
        store=LocalBlobStore(home / "blobs"),
        papers=TablesOfTrust(),
        documents=DocumentsOfCorrections(home / "checkin-evidence"),
        checker=PlatformSignatures.read(home / "keys"),
        head_folders=[heads_folder(), *heads],
        depth=Depth.SIZES if is_fast else Depth.HASHES,
        meter=open_meter(sys.stderr, quiet=as_json),
    )
    with outages():
        report = verification.run()
    sys.stdout.write(_render_json(report) if as_json else render(report))
    return 0 if report.holds else 1


def render(report: EvidenceReport) -> str:
    """Return the table, the remarks and a sentence for each fault."""
    rows = [(check.what, f"{check.checked:,}", f"{check.wrong:,}") for check in report.checks]
    lines = [render_table(("what", "checked", "wrong"), rows), "\n"]
    lines += [f"note: {remark}\n" for remark in report.remarks]
    for check in report.checks:
        lines += [f"WRONG: {sentence}\n" for sentence in check.sentences]
        if check.wrong > len(check.sentences):
            lines.append(f"WRONG: and {check.wrong - len(check.sentences):,} more of {check.what}\n")
    lines.append("everything holds\n" if report.holds else "the evidence does not hold\n")
    return "".join(lines)


def _render_json(report: EvidenceReport) -> str:
    outcome = {
        "holds": report.holds,
        "checks": [asdict(check) for check in report.checks],
        "remarks": report.remarks,
    }
    return f"{json.dumps(outcome, indent=2)}\n"
