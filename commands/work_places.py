"""`guichet work-places`: work places, the companies at each, and who subcontracted to whom."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from decimal import Decimal, InvalidOperation

from commands.checkins import day, sector
from commands.configuring.actions import add_registers_option, carry_out
from domain.checkins.items import Coordinates

_ROLES = ("CLIENT", "DECLARANT", "CONTRACTOR", "SUBCONTRACTOR")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show the work places")
    actions.add_parser("show", help="show a work place and its parties").add_argument("number", metavar="NUMBER")
    add = actions.add_parser("add", help="enter a work place, or change one")
    _add_place(add)
    party = actions.add_parser("add-party", help="let a company work there")
    party.add_argument("number", metavar="NUMBER", help="number of the work place")
    party.add_argument("company", metavar="COMPANY", help="company number, or VAT number of another country")
    party.add_argument("--role", choices=_ROLES, default="CONTRACTOR", help="default: CONTRACTOR")
    party.add_argument("--under", default="", metavar="COMPANY", help="the party that subcontracted to it")
    party.add_argument("--from", dest="start", type=day, required=True, metavar="DATE", help="first day")
    party.add_argument("--until", dest="end", type=day, metavar="DATE", help="last day (default: no end)")
    end = actions.add_parser("end-party", help="let a company work there no more")
    end.add_argument("number", metavar="NUMBER", help="number of the work place")
    end.add_argument("company", metavar="COMPANY")
    end.add_argument("--until", dest="end", type=day, required=True, metavar="DATE", help="last day")
    for action in (add, party, end):
        add_registers_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.work_place_actions", arguments)


def _add_place(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="number of its declaration of works, 13 characters")
    parser.add_argument("--sector", type=sector, required=True, metavar="SECTOR")
    parser.add_argument("--name", required=True, metavar="TEXT", help="what people call it")
    parser.add_argument("--declarant", required=True, metavar="COMPANY", help="who declared the works")
    parser.add_argument(
        "--responsible", default="", metavar="COMPANY", help="who answers for the live list (default: the declarant)"
    )
    parser.add_argument("--from", dest="start", type=day, required=True, metavar="DATE", help="first day")
    parser.add_argument("--until", dest="end", type=day, metavar="DATE", help="last day (default: no end)")
    parser.add_argument("--point", type=_point, metavar="LAT,LON", help="where it lies, in degrees")
    for name in ("street", "house-number", "post-code", "municipality"):
        parser.add_argument(f"--{name}", default="", metavar="TEXT")
    parser.add_argument("--not-subject", action="store_true", help="no presence need be registered there")


def _point(text: str) -> Coordinates:
    try:
        latitude, longitude = (Decimal(part.strip()) for part in text.split(","))
    except (ValueError, InvalidOperation) as fault:
        message = f"{text!r} is not a latitude, a comma and a longitude"
        raise ArgumentTypeError(message) from fault
    return Coordinates(latitude, longitude)
