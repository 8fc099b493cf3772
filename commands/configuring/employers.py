"""`guichet employers`: by which registration numbers a company is known, once it gets its first or its final one."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import carry_out
from commands.reasons import add_reason_of_event


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    give = actions.add_parser(
        "give-number",
        help="give a company its first registration number, or the final one; a former one goes on to name it",
    )
    withdraw = actions.add_parser(
        "withdraw-number", help="take a number away that was entered by mistake: it names that company no more"
    )
    shown = actions.add_parser("numbers", help="show by which registration numbers a company is and was known")
    for action in (give, withdraw, shown):
        action.add_argument("company", metavar="COMPANY", help="company number, ten digits")
    for action in (give, withdraw):
        action.add_argument("number", metavar="NUMBER", help="registration number: nine digits, a provisional one ten")
        add_reason_of_event(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.employer_actions", arguments)
