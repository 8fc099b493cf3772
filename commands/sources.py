"""`guichet sources`: sources outside this counter that say whether check-ins are right."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from commands.configuring.actions import add_registers_option, carry_out

NAMES = ("limosa", "companies", "founders", "national-register")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show which sources are open, since when, and what each may remark")
    load = actions.add_parser("load", help="open a source by a CSV file, or replace all that it says")
    close = actions.add_parser("close", help="let a source say nothing from now on, and forget what it said")
    for action in (load, close):
        action.add_argument("name", choices=NAMES, metavar="SOURCE", help=", ".join(NAMES))
    load.add_argument("file", type=Path, metavar="FILE", help="CSV, UTF-8; its first line names the columns")
    load.add_argument("--smaller", action="store_true", help="take a file that has lost more than a tenth of its lines")
    for action in (load, close):
        add_registers_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.source_actions", arguments)
