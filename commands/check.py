"""`guichet check`: judge payloads by the counter's own rules before they are sent."""

import dataclasses
import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from sender.checking import CHECKED_MESSAGE, CheckReport, check_payload
from sender.configuration import load_configuration
from sender.options import add_common_options
from sender.tables import render_table
from sender.troubles import ExitCode


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet check`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the payload, under any name")
    parser.add_argument(
        "--purpose", metavar="CODE", help=f"what the file holds (default: by its FI name, else {CHECKED_MESSAGE})"
    )
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Check each file, print the findings; REFUSED when the counter would refuse something."""
    configuration = load_configuration(arguments)
    now = datetime.now(UTC)
    files: list[Path] = arguments.files
    reports = {
        path: check_payload(
            path, message=arguments.purpose or _purpose_of(path) or configuration.purpose or CHECKED_MESSAGE, at=now
        )
        for path in files
    }
    if arguments.json:
        document = [{"file": str(path), **dataclasses.asdict(report)} for path, report in reports.items()]
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_render(path, report) for path, report in reports.items()))
    return ExitCode.REFUSED if any(report.is_refused for report in reports.values()) else ExitCode.DONE


def _purpose_of(path: Path) -> str | None:
    elements = path.name.split(".")
    return elements[1] if elements[0] == "FI" and len(elements) > 1 else None


def _render(path: Path, report: CheckReport) -> str:
    rows = [
        (
            finding.code,
            "" if finding.line is None else str(finding.line),
            "" if finding.form is None else str(finding.form),
            "refuses" if finding.is_blocking else "remark",
            finding.what,
        )
        for finding in report.findings
    ]
    table = render_table(("code", "line", "declaration", "effect", "what"), rows) if rows else ""
    return table + _summary(path, report)


def _summary(path: Path, report: CheckReport) -> str:
    if report.forms is None:
        return f"{path}: the counter would refuse the whole file.\n"
    refused = len({finding.form for finding in report.findings if finding.is_blocking})
    if refused:
        return f"{path}: {refused} of {report.forms} declarations would be refused, the others can be filed.\n"
    return f"{path}: no reason to refuse any of its {report.forms} declarations was found.\n"
