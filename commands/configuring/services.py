"""`guichet services` says which messages a sender may deliver, and in which environments."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import add_environments_option, add_sender_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, told in (("add", "let a sender deliver a message"), ("remove", "let it deliver it no more")):
        action = actions.add_parser(name, help=told)
        action.add_argument("purpose", metavar="CODE", help="purpose code, such as DIMN")
        add_sender_option(action)
        add_environments_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.opening_actions", arguments)
