"""`guichet identifications`: say who the workers are whose declarations wait, or that nobody knows."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import carry_out
from commands.looking import answer_alone
from commands.reasons import add_reason_of_look
from registers.student_days.codes import RegisterAnomaly


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = (
        "A start of employment without a national number waits here; its sender was told so. Identifying or refusing it "
        "sends the final notification. National numbers are read from standard input."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show which forms wait, without names")
    show = actions.add_parser("show", help="show what a form tells of its worker; that look is on record")
    identify = actions.add_parser("identify", help="file a form for the national number on standard input")
    refuse = actions.add_parser("refuse", help="refuse a form whose worker cannot be identified")
    for action in (show, identify, refuse):
        action.add_argument("ticket", metavar="TICKET", help="the ticket of the form, as its notification has it")
    add_reason_of_look(show)
    identify.add_argument(
        "--despite",
        action="append",
        default=[],
        choices=[str(code) for code in (RegisterAnomaly.BIRTH_DATE_DIFFERS, RegisterAnomaly.SEX_DIFFERS)],
        metavar="CODE",
        help="file although the number says otherwise than the form: 00028-348 its birth date, 00029-348 its sex",
    )


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    with answer_alone():
        return carry_out("commands.configuring.identification_actions", arguments)
