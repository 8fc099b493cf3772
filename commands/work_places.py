"""`guichet work-places`: work places, the companies at each, and who subcontracted to whom."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from commands.checkins import day, sector
from commands.configuring.actions import add_registers_option, carry_out
from domain.checkins.items import Coordinates

_NONE = "none"
_FIELDS = {"from": "valid_from", "until": "valid_until"}
_ROLES = ("CLIENT", "DECLARANT", "CONTRACTOR", "SUBCONTRACTOR")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show the work places")
    actions.add_parser("show", help="show a work place and its parties").add_argument("number", metavar="NUMBER")
    add = actions.add_parser("add", help="enter a work place, or change of one only what is given")
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
    end.add_argument("--role", choices=_ROLES, help="in which role (default: in every one that it has)")
    end.add_argument("--until", dest="end", type=day, required=True, metavar="DATE", help="last day")
    for action in (add, party, end):
        add_registers_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.work_place_actions", arguments)


def _add_place(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="number of its declaration of works, 13 characters")
    for name, kind, metavar, what in _FACTS:
        target = _FIELDS.get(name, name.replace("-", "_"))
        parser.add_argument(f"--{name}", dest=target, type=kind, default=SUPPRESS, metavar=metavar, help=what)
    subject = parser.add_mutually_exclusive_group()
    subject.add_argument(
        "--not-subject",
        dest="is_subject",
        action="store_false",
        default=SUPPRESS,
        help="no presence need be registered there",
    )
    subject.add_argument(
        "--subject", dest="is_subject", action="store_true", default=SUPPRESS, help="presences are registered (default)"
    )


def _day_or_none(text: str) -> date | None:
    return None if text == _NONE else day(text)


def _point_or_none(text: str) -> Coordinates | None:
    return None if text == _NONE else _point(text)


def _point(text: str) -> Coordinates:
    try:
        latitude, longitude = (Decimal(part.strip()) for part in text.split(","))
    except (ValueError, InvalidOperation) as fault:
        message = f"{text!r} is not a latitude, a comma and a longitude"
        raise ArgumentTypeError(message) from fault
    return Coordinates(latitude, longitude)


_FACTS: tuple[tuple[str, Callable[[str], object], str, str | None], ...] = (
    ("sector", sector, "SECTOR", "of a new one: its sector"),
    ("name", str, "TEXT", "of a new one: what people call it"),
    ("declarant", str, "COMPANY", "of a new one: who declared the works"),
    ("responsible", str, "COMPANY", "who answers for the live list (default: the declarant; '' again)"),
    ("from", day, "DATE", "of a new one: first day"),
    ("until", _day_or_none, "DATE", "last day (default: no end; `none` again)"),
    ("point", _point_or_none, "LAT,LON", "where it lies, in degrees (`none`: nobody knows)"),
    *((name, str, "TEXT", None) for name in ("street", "house-number", "post-code", "municipality")),
)
