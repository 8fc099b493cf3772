"""`guichet check`: judge what is about to be sent by the counter's own rules."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime
from pathlib import Path

from domain.certificates import RegisteredCertificate
from domain.sender_numbers import SenderNumber
from sender.check_page import render_page
from sender.check_reports import Outlook
from sender.check_sets import SetChecker
from sender.check_text import check_document, render_check
from sender.checking import CHECKED_MESSAGE, SHOWN_FINDINGS, PayloadChecker
from sender.configuration import Configuration, load_configuration, parse_sender
from sender.durable_files import write_whole
from sender.options import add_common_options, add_quiet_option
from sender.platform import read_certificates
from sender.progress import open_meter
from sender.signatures import Signatures
from sender.troubles import ExitCode, SenderError

_NOBODY = SenderNumber("000001")
_MOST_SHOWN = 10_000
_PAGE_ENDINGS = {".html", ".htm"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet check`."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a payload under any name; or FI, FS and GO of a set, or their folder, judged as the counter would",
    )
    parser.add_argument(
        "--purpose", metavar="CODE", help=f"what the file holds (default: by its FI name, else {CHECKED_MESSAGE})"
    )
    parser.add_argument(
        "--certificate",
        type=Path,
        metavar="PEM",
        help="the certificate that is registered for you, to verify signatures; the file may hold several",
    )
    parser.add_argument(
        "--unsigned",
        action="store_true",
        help="take sets that have no FS files, as the web service does where the operator waived your signatures",
    )
    parser.add_argument("--sender", type=parse_sender, metavar="N", help="your sender number, six digits")
    parser.add_argument(
        "--html", type=Path, metavar="REPORT", help="write the report as one HTML file too, without national numbers"
    )
    parser.add_argument(
        "--show",
        type=_parse_shown,
        default=SHOWN_FINDINGS,
        metavar="N",
        help=f"findings shown of each file, the others are counted (default: {SHOWN_FINDINGS})",
    )
    add_quiet_option(parser)
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Check everything given and print what was found; REFUSED when the counter would refuse something."""
    configuration = load_configuration(arguments)
    if arguments.html is not None:
        _require_free(arguments.html, arguments.files)
    checker = SetChecker(
        PayloadChecker(at=datetime.now(UTC), shown=arguments.show, meter=open_meter(sys.stderr, quiet=arguments.quiet)),
        sender=configuration.sender,
        purpose=configuration.purpose,
        certificates=_certificates(arguments, configuration),
        signatures=Signatures.WAIVED if arguments.unsigned else Signatures.NEEDED,
    )
    report = checker.check(arguments.files)
    if arguments.html is not None:
        _write_page(arguments.html, render_page(report))
    if arguments.json:
        sys.stdout.write(json.dumps(check_document(report), indent=1) + "\n")
    else:
        sys.stdout.write(render_check(report))
        if arguments.html is not None:
            sys.stdout.write(f"The report to hand on is {arguments.html}.\n")
    return ExitCode.DONE if report.outlook is Outlook.TAKEN else ExitCode.REFUSED


def _certificates(arguments: Namespace, configuration: Configuration) -> tuple[RegisteredCertificate, ...] | None:
    is_configured_only = arguments.certificate is None
    if configuration.certificate is None or (is_configured_only and not configuration.certificate.exists()):
        return None  # a configuration may name the certificate that is still to be obtained
    owner = configuration.sender or _NOBODY
    return read_certificates(configuration.certificate, owner=owner, what="Your certificate", option="--certificate")


def _require_free(report: Path, files: list[Path]) -> None:
    """Raise SenderError when the report would take the place of a file that is to be checked."""
    if not report.exists() or report.is_dir():
        return
    is_page = report.suffix.lower() in _PAGE_ENDINGS
    folders = () if is_page else (path for path in files if path.is_dir())
    if any(path.exists() and report.samefile(path) for path in files) or any(map(report.parent.samefile, folders)):
        raise SenderError(
            f"The report {report} is one of the files to check; nothing was written.",
            next_step="Give --html a name of its own, such as report.html.",
        )


def _write_page(path: Path, page: str) -> None:
    try:
        write_whole(path, page.encode())
    except OSError as trouble:
        raise SenderError(f"The report {path} cannot be written: {trouble.strerror}.", next_step="Check --html.") from (
            trouble
        )


def _parse_shown(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_SHOWN:
        return int(text)
    raise ArgumentTypeError(f"1 to {_MOST_SHOWN} findings can be shown, got {text!r}")
