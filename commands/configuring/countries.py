"""`guichet countries`: the countries of which a means of electronic identification is active (eIDAS), as help lists them."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date

from commands.configuring.actions import carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = (
        "Who signs in with a key of another country finds the countries on the page of help for other countries. Which key "
        "signs in decides the federal authentication service, not this list."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show the countries with the days of each entry")
    for name, option, told, when in (
        ("enter", "--from", "let a country be active from a day on", "first day"),
        ("close", "--on", "let a country be active no more", "first day on which it is listed no more"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("country", type=str.upper, metavar="COUNTRY", help="its code of two letters, such as DE")
        action.add_argument(option, dest="day", type=_day, metavar="DATE", help=f"{when} (default: today in Brussels)")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.country_actions", arguments)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        message = f"{text!r} is not a date written YYYY-MM-DD"
        raise ArgumentTypeError(message) from fault
