"""`guichet mandates`: for which employers a sender may declare besides its own entity."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from commands.configuring.actions import add_environments_option, add_sender_option, carry_out
from domain.access.services import ServiceGroup
from domain.quarters import Quarter

_DEFAULT_GROUP = str(ServiceGroup.DIMONA)
_GROUP = f"group of services: {', '.join(ServiceGroup)} (default: {_DEFAULT_GROUP})"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="let a sender declare for an employer")
    add.add_argument("--name", help="name of the employer, to enter it where it is not known yet")
    add.add_argument("--nsso", metavar="N", help="registration number of the employer, likewise")
    add.add_argument("--from", dest="start", type=_quarter, required=True, metavar="YYYYQ", help="first quarter")
    add.add_argument("--until", dest="end", type=_quarter, metavar="YYYYQ", help="last quarter (default: no end)")
    add.add_argument("--group", choices=[*map(str, ServiceGroup)], default=_DEFAULT_GROUP, metavar="NAME", help=_GROUP)
    end = actions.add_parser("end", help="let it declare for that employer no more")
    end.add_argument("--until", dest="end", type=_quarter, metavar="YYYYQ", help="last quarter (default: end it now)")
    # What was entered under a name that no service has must be ended all the same.
    end.add_argument("--group", default=_DEFAULT_GROUP, metavar="NAME", help=_GROUP)
    for action in (add, end):
        add_sender_option(action)
        action.add_argument("employer", metavar="EMPLOYER", help="company number of the employer")
        add_environments_option(action)
    shown = actions.add_parser("list", help="show the mandates of a sender")
    add_sender_option(shown)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.mandate_actions", arguments)


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError as fault:
        raise ArgumentTypeError(str(fault)) from fault
