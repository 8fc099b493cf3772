"""`guichet collect`: fetch the answers, verify that the platform signed them, show what they say."""

import dataclasses
import json
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from domain.environments import OUTBOXES
from sender.answered import AnswerContent, AnsweredDeclaration
from sender.collecting import AfterCollecting, CollectedAnswer, Collector, UnverifiedAnswer
from sender.configuration import Configuration, load_configuration, parse_environment, parse_sender, required
from sender.options import add_common_options, add_connection_options, add_quiet_option
from sender.platform import PlatformTrust
from sender.progress import open_meter
from sender.receipts import Receipts
from sender.sessions.opening import connection_of
from sender.tables import printable, render_table
from sender.troubles import ExitCode

_SHOWN_DECLARATIONS = 200
_COUNTED_FROM = 10
_ACCEPTED = "accepted"
_NOT_VERIFIED = "Do not rely on what is not verified. Do what its line says; where that names nothing to do, ask the counter's operator.\n"
_HEADINGS = ("declaration", "ticket", "result", "exceeding", "findings")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet collect`."""
    parser.add_argument("--to", type=Path, metavar="DIR", help="where the answers are put")
    parser.add_argument(
        "--platform-certificate",
        type=Path,
        metavar="PEM",
        help="the certificate with which the platform signs; the file may hold several",
    )
    parser.add_argument("--keep", action="store_true", help="leave the answers at the counter")
    parser.add_argument(
        "--acknowledge",
        action="store_const",
        const=True,
        help="tell the counter of each answer that it arrived, by a receipt (FI.ACRF)",
    )
    parser.add_argument("--sender", type=parse_sender, metavar="N", help="your sender number, for the receipts")
    parser.add_argument(
        "--environment", type=parse_environment, metavar="R|T|S", help="look in this environment's tray only"
    )
    add_connection_options(parser)
    add_quiet_option(parser)
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Collect every answer, print it as it comes; NOT_VERIFIED when one stays at the counter for that reason."""
    configuration = load_configuration(arguments)
    collector = Collector(
        target=required(configuration.to, what="The folder for the answers", option="--to"),
        trust=PlatformTrust.read(
            required(
                configuration.platform_certificate,
                what="The platform's certificate",
                option="--platform-certificate",
            )
        ),
        after=AfterCollecting.KEEP if arguments.keep else AfterCollecting.DELETE,
        clock=_now,
        receipts=_receipts(configuration),
        meter=open_meter(sys.stderr, quiet=arguments.quiet),
    )
    trays = tuple(tray for tray in OUTBOXES if arguments.environment in {None, tray.environment})
    answers: list[CollectedAnswer | UnverifiedAnswer] = []
    with connection_of(configuration).connected(passphrase_variable=arguments.passphrase_env) as session:
        for answer in collector.collect(session, trays=trays):
            if not arguments.json:
                sys.stdout.write(_render(answer))
            answers.append(answer if arguments.json else _without_content(answer))
    unverified = [answer for answer in answers if isinstance(answer, UnverifiedAnswer)]
    if arguments.json:
        sys.stdout.write(json.dumps([_document(answer) for answer in answers], indent=1) + "\n")
    else:
        sys.stdout.write(_summary(answers, unverified))
    return ExitCode.NOT_VERIFIED if unverified else ExitCode.DONE


def _receipts(configuration: Configuration) -> Receipts | None:
    if not configuration.acknowledge:
        return None
    return Receipts(required(configuration.sender, what="Your sender number", option="--sender"), _now)


def _without_content(answer: CollectedAnswer | UnverifiedAnswer) -> CollectedAnswer | UnverifiedAnswer:
    """Return the answer without its declarations, which may be very many and are printed already."""
    return dataclasses.replace(answer, content=None) if isinstance(answer, CollectedAnswer) else answer


def _now() -> datetime:
    return datetime.now(UTC)


def _render(answer: CollectedAnswer | UnverifiedAnswer) -> str:
    if isinstance(answer, UnverifiedAnswer):
        return f"{answer.name}: NOT VERIFIED, left at the counter: {printable(answer.reason)}.\n"
    remark = f" ({printable(answer.remark)})" if answer.remark else ""
    if answer.content is None:
        return f"{answer.name}: signature verified{remark}.\n"
    table = _render_declarations(answer.content, answer.path)
    return f"{answer.name}: signature verified{remark}. {_about(answer.content)}\n{table}"


_KINDS = {"ACRF": "Acknowledgement of", "CIAR": "Results of"}


def _about(content: AnswerContent) -> str:
    if content.kind == "CIAV":
        return "Changes of check-ins: validity, and requests for corrections that ended."
    kind = _KINDS.get(content.kind, "Notification about")
    ticket = f", ticket {content.ticket}" if content.ticket else ""
    return printable(f"{kind} {content.file_name or 'a declaration'}{ticket}.")


def _render_declarations(content: AnswerContent, path: Path) -> str:
    """Return the declarations as a table; of very many only those that a person must look at, and where all stand."""
    every = content.declarations
    shown = every
    if len(every) > _SHOWN_DECLARATIONS:
        remarkable = tuple(one for one in every if one.findings or one.result != _ACCEPTED)
        shown = (remarkable or every)[:_SHOWN_DECLARATIONS]
    table = "".join(f"  {line}\n" for line in render_table(_HEADINGS, list(map(_row, shown))).splitlines())
    if len(every) < _COUNTED_FROM:
        return table
    results = Counter(one.result for one in every).most_common()
    counts = (
        f"  {len(every)} declarations: {', '.join(f'{number} {printable(result)}' for result, number in results)}.\n"
    )
    if len(shown) == len(every):
        return table + counts
    which = "those refused or with a finding" if shown[0].findings or shown[0].result != _ACCEPTED else "them"
    return f"{table}{counts}  {len(shown)} of {which} are shown; all stand in {printable(str(path))}.\n"


def _row(declaration: AnsweredDeclaration) -> tuple[str, ...]:
    return (
        declaration.reference,
        declaration.ticket,
        declaration.result,
        "" if declaration.exceeding is None else f"{declaration.exceeding} {declaration.unit}",
        "; ".join(map(str, declaration.findings)),
    )


def _document(answer: CollectedAnswer | UnverifiedAnswer) -> dict[str, object]:
    if isinstance(answer, UnverifiedAnswer):
        return {"name": answer.name, "verified": False, "reason": answer.reason}
    content = None if answer.content is None else dataclasses.asdict(answer.content)
    return {
        "name": answer.name,
        "verified": True,
        "path": str(answer.path),
        "remark": answer.remark,
        "content": content,
    }


def _summary(answers: list[CollectedAnswer | UnverifiedAnswer], unverified: list[UnverifiedAnswer]) -> str:
    if not answers:
        return "No answers are waiting.\n"
    collected = len(answers) - len(unverified)
    sentence = f"{collected} {'answer' if collected == 1 else 'answers'} collected, {len(unverified)} not verified.\n"
    return sentence + (_NOT_VERIFIED if unverified else "")
