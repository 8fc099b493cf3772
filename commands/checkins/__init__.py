"""`guichet checkins`: rules of sectors, corrections to decide on, and what time asks of the check-in register."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date

from commands.configuring.actions import add_registers_option, carry_out, carry_out_in_parts
from domain.checkins.vocabulary import PresenceKind, Sector

_BY_TIME = frozenset({"validate", "missing-outs", "keep"})
"""What time asks for commits part after part, also by hand: nobody who checks in waits for the whole of it."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("rules", help="show the rules of the sectors")
    _add_rule(actions.add_parser("set-rule", help="put a rule of a sector in force from a day on"))
    _add_first_day(actions.add_parser("drop-rule", help="take away a rule of a sector that is not in force yet"))
    actions.add_parser("corrections", help="show the requests that wait for a decision")
    actions.add_parser("show", help="show one request with its reason and documents").add_argument(
        "number", metavar="C-…"
    )
    take_up = actions.add_parser("take-up", help="note that a request is looked at")
    accept = actions.add_parser("accept", help="add the version that a request asks for")
    reject = actions.add_parser("reject", help="refuse what a request asks for, with the reason")
    for action in (take_up, accept, reject):
        action.add_argument("number", metavar="C-…")
        action.add_argument("--by", required=True, metavar="NAME", help="user name of the operator who does so")
    for action in (accept, reject):
        action.add_argument("--note", default="", metavar="TEXT", help="what is told of the decision")
    actions.add_parser("validate", help="validate what is new, and what a changed source concerns")
    actions.add_parser("missing-outs", help="flag missing check-outs and tell of them")
    actions.add_parser("keep", help="make months ahead, and forget what was kept long enough")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    carry = carry_out_in_parts if arguments.action in _BY_TIME else carry_out
    return carry("commands.checkins.actions", arguments)


def _add_rule(parser: ArgumentParser) -> None:
    _add_first_day(parser)
    parser.add_argument(
        "--kinds", type=_kinds, metavar="KINDS", help="DAY, EVENT or DAY,EVENT (default: as before; needed at first)"
    )
    parser.add_argument(
        "--registrants", metavar="WHO", help="some of WORKER,EMPLOYER,CONTRACTOR (default: as before; WORKER at first)"
    )
    for name, what in (
        ("days-ahead", "days ahead on which a day presence may be registered, 0 to 366"),
        ("cancel-days", "days after the registration date on which it may be cancelled (0: that day alone)"),
        ("correction-days", "days after the registration date on which a correction may be asked for"),
        ("keep-years", "years for which registrations are kept, 1 to 100"),
        ("keep-position-days", "days for which exact coordinates are kept"),
    ):
        parser.add_argument(f"--{name}", type=_number, metavar="N", help=what)


def _add_first_day(parser: ArgumentParser) -> None:
    """Declare which rule is meant: sector, first day and environments."""
    parser.add_argument("sector", type=sector, metavar="SECTOR", help=", ".join(sorted(Sector)))
    parser.add_argument("--from", dest="start", type=day, required=True, metavar="DATE", help="first day")
    add_registers_option(parser)


def day(text: str) -> date:
    """Return the date in `text`."""
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        message = f"{text!r} is not a date written YYYY-MM-DD"
        raise ArgumentTypeError(message) from fault


def sector(text: str) -> Sector:
    """Return the sector that `text` names."""
    try:
        return Sector(text.upper())
    except ValueError as fault:
        message = f"{text!r} is not one of {', '.join(sorted(Sector))}"
        raise ArgumentTypeError(message) from fault


def _kinds(text: str) -> frozenset[PresenceKind]:
    try:
        return frozenset(PresenceKind(one) for one in text.upper().split(","))
    except ValueError as fault:
        message = f"{text!r} is not DAY, EVENT or DAY,EVENT"
        raise ArgumentTypeError(message) from fault


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len("1000")):
        message = f"{text!r} is not a number of days or years"
        raise ArgumentTypeError(message)
    return int(text)
