"""`guichet networks`: closed networks, their addresses, and who may come from them by FTP without TLS."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import add_sender_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show the networks, their addresses and their senders")
    for name, told in (
        ("add", "name a network"),
        ("add-range", "list addresses as part of a network"),
        ("remove-range", "count addresses as part of it no more"),
        ("grant", "let a sender come from a network without TLS"),
        ("revoke", "let it come from there without TLS no more"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("network", metavar="NAME", help="such as Publilink")
        if name.endswith("-range"):
            action.add_argument("range", metavar="RANGE", help="such as 10.1.0.0/16")
        if name in {"grant", "revoke"}:
            add_sender_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.network_actions", arguments)
