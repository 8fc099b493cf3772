"""`guichet identities`: match people whom itsme or eIDAS identified, and who have no number here yet."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = (
        "Who signed in by a means of another country for the first time waits here until somebody finds his national or "
        "bis number, or has one made. He is written to once he is matched. Numbers are read from standard input."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show who waits, without names")
    show = actions.add_parser("show", help="show who it is and how he is reached; that look is on record")
    match = actions.add_parser("match", help="let the identity find the person whose number stands on standard input")
    ask = actions.add_parser(
        "ask", help="write to the person that his number is needed, or an appointment to have one made"
    )
    refuse = actions.add_parser("refuse", help="refuse an identity that cannot be matched; the person is written to")
    for action in (show, match, ask, refuse):
        action.add_argument("identity", type=int, metavar="ID", help="the number in the list")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.identity_actions", arguments)
