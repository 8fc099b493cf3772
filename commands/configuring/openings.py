"""`guichet channels` opens and closes the ways by which a sender comes."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import add_sender_option, carry_out
from domain.channels import Channel


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, told in (("open", "let a sender come through a channel"), ("close", "let it come through it no more")):
        action = actions.add_parser(name, help=told)
        action.add_argument(
            "channel", type=str.upper, choices=[*map(str, Channel)], metavar="CHANNEL", help=", ".join(Channel)
        )
        add_sender_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.opening_actions", arguments)
