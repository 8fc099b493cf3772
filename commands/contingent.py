"""`guichet contingent`: the yearly limits of student work, and the days whose hours count in none."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date

from commands.configuring.actions import add_registers_option, carry_out
from domain.findings import QuotaUnit

_YEARS = range(1900, 10_000)
_MOST = 8784
"""A year has no more hours."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = "Filing stands still while a limit is changed."
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("limits", help="show the limits and the days that count nowhere")
    limit = actions.add_parser("set-limit", help="put a limit in force from a year on, for accounts that exist too")
    limit.add_argument("year", type=_year, metavar="YEAR")
    limit.add_argument("amount", type=_amount, metavar="AMOUNT")
    limit.add_argument("unit", type=_unit, metavar="UNIT", help="HOURS or DAYS")
    remove = actions.add_parser("remove-limit", help="take back the limit of a year: the one before goes on")
    remove.add_argument("year", type=_year, metavar="YEAR")
    neutralise = actions.add_parser("neutralise", help="let hours of some days count in no contingent")
    neutralise.add_argument("--from", dest="first_day", type=_day, required=True, metavar="DATE", help="first day")
    neutralise.add_argument("--until", dest="last_day", type=_day, required=True, metavar="DATE", help="last day")
    neutralise.add_argument("--hours", type=_amount, metavar="N", help="only the first N of a student (default: all)")
    whom = neutralise.add_mutually_exclusive_group()
    whom.add_argument("--commission", default="", metavar="NNN", help="only of a joint commission")
    whom.add_argument("--employer", metavar="NUMBER", help="only of the employer of that company number")
    end = actions.add_parser("end-neutralisation", help="let hours of such days count again, from now on")
    end.add_argument("number", type=int, metavar="NUMBER", help="of the days, as `limits` shows it")
    for action in (limit, remove, neutralise):
        add_registers_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.contingent_actions", arguments)


def _year(text: str) -> int:
    return _number(text, _YEARS, "a year")


def _amount(text: str) -> int:
    return _number(text, range(_MOST + 1), "a number of hours or days")


def _number(text: str, expected: range, what: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) in expected):
        message = f"{text!r} is not {what} from {expected.start} to {expected.stop - 1}"
        raise ArgumentTypeError(message)
    return int(text)


def _unit(text: str) -> QuotaUnit:
    try:
        return QuotaUnit(text.upper())
    except ValueError as fault:
        message = f"{text!r} is not HOURS or DAYS"
        raise ArgumentTypeError(message) from fault


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        message = f"{text!r} is not a date written YYYY-MM-DD"
        raise ArgumentTypeError(message) from fault
