"""`guichet notices`: let senders be told that answers are ready, see how that fares, and carry the notices."""

from argparse import ArgumentParser, Namespace

from commands.compose import set_up_django
from commands.configuring.actions import add_sender_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    subscribe = actions.add_parser("subscribe", help="let a sender be told of its answers")
    add_sender_option(subscribe)
    means = subscribe.add_mutually_exclusive_group(required=True)
    means.add_argument("--webhook", metavar="URL", help="by a request to this https address")
    means.add_argument("--mail", action="store_true", help="by mail to its technical user")
    for name, told in (
        ("end", "tell a subscriber nothing any more"),
        ("retry", "try at once what waits and what was given up"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("subscription", type=int, metavar="NUMBER", help="as `list` shows it")
    shown = actions.add_parser("list", help="show who is told, and how that fares")
    shown.add_argument("--sender", metavar="N", help="of this sender only")
    letters = actions.add_parser("letters", help="show mails and text messages that no carrier took")
    letters.add_argument("--retry", action="store_true", help="try them at once, also those given up in the last week")
    actions.add_parser("key", help="show the public key that verifies notices")
    carry = actions.add_parser("carry", help="tell receivers what is due, and write what is to be mailed")
    carry.add_argument(
        "--every", type=float, metavar="SECONDS", help="go on for ever, looking at least this often (default: once)"
    )


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    if arguments.action == "carry":
        set_up_django()
        from commands.notices.carry import carry  # noqa: PLC0415 - Django must be set up first

        return carry(arguments.every)
    return carry_out("commands.notices.actions", arguments)
