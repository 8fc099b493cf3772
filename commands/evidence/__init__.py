"""`guichet evidence`: link audit events into their chain, sign it, verify everything, and export what proves one.

Also what a restore from a backup needs, so that no number proves two things.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from commands.compose import set_up_django
from commands.looking import operator_asking
from commands.reasons import add_reason_of_event

AHEAD = 5_000_000
"""More than a counter gives of any kind between two backups, and few against what a sequence has."""


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    link = actions.add_parser("link", help="link new events into the chain")
    link.add_argument("--every", type=float, metavar="SECONDS", help="link again and again, with this pause")
    verify = actions.add_parser("verify", help="verify chain, heads, rows and stored files")
    verify.add_argument("--fast", action="store_true", help="compare the sizes of stored files without reading them")
    verify.add_argument("--json", action="store_true", help="print the outcome as JSON")
    verify.add_argument(
        "--heads",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="hold the chain also against the heads kept here; may be given more than once",
    )
    restored = actions.add_parser(
        "restored", help="after a restore, before the start: skip the numbers that were given since the backup"
    )
    restored.add_argument(
        "--ahead",
        type=_count,
        default=AHEAD,
        metavar="COUNT",
        help=f"how many of each kind, more than were given since (default: {AHEAD:,})",
    )
    actions.add_parser("head", help="sign how far the chain reaches, and write that as files")
    export = actions.add_parser("export", help="write a folder that proves one submission with OpenSSL alone")
    export.add_argument(
        "submission", metavar="SUBMISSION", help="its number, its ticket or the name of one of its files"
    )
    export.add_argument("--to", type=Path, metavar="FOLDER", help="a folder to make (default: evidence-TICKET)")
    add_reason_of_event(export)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when something does not hold, cannot be done yet, or the database does not answer."""
    set_up_django()
    match arguments.action:
        case "link":
            from commands.evidence.link import link  # noqa: PLC0415 - each action imports what it needs alone

            return link(arguments.every)
        case "verify":
            from commands.evidence.verify import verify  # noqa: PLC0415

            return verify(arguments.heads, is_fast=arguments.fast, as_json=arguments.json)
        case "restored":
            from commands.evidence.restored import restored  # noqa: PLC0415

            return restored(ahead=arguments.ahead)
        case "head":
            from commands.evidence.head import sign  # noqa: PLC0415

            return sign()
        case _:
            from commands.evidence.export import export  # noqa: PLC0415

            return export(arguments.submission, to=arguments.to, asker=operator_asking(arguments.reason))
