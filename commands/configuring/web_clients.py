"""`guichet web-clients`: programs of senders at the web service, their public keys and scopes."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from channels.web.scopes import SCOPES, Scope, UnknownScopeError, parse_scopes
from commands.configuring.actions import add_sender_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register a program of a sender, and show its client id")
    add_sender_option(add)
    add.add_argument(
        "--scopes",
        type=_scopes,
        default=tuple(SCOPES.values()),
        metavar="LIST",
        help=f"some of {', '.join(SCOPES)} (default: all; what the sender itself may deliver is said by its services)",
    )
    shown = actions.add_parser("list", help="show programs and their keys")
    shown.add_argument("--sender", metavar="N", help="of this sender only")
    add_key = actions.add_parser("add-key", help="let one more public key speak for a program")
    revoke_key = actions.add_parser("revoke-key", help="let a key speak for it no more")
    revoke = actions.add_parser("revoke", help="let a program in no more, at once")
    for action in (add_key, revoke_key, revoke):
        action.add_argument("client", metavar="CLIENT", help="its client id")
    revoke_key.add_argument("kid", metavar="KID", help="the name of the key")
    for action in (add, add_key):
        action.add_argument("file", type=Path, metavar="FILE", help="a public key (PEM or JWK) or a certificate")
        action.add_argument("--kid", help="the name of the key (default: that in the JWK, or its thumbprint)")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.web_client_actions", arguments)


def _scopes(text: str) -> tuple[Scope, ...]:
    try:
        return parse_scopes(text.replace(",", " "))
    except UnknownScopeError as fault:
        raise ArgumentTypeError(str(fault)) from None
