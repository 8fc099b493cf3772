"""`guichet ssh-keys`: register, show and revoke the keys that open the SFTP door for a sender."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from commands.configuring.actions import add_sender_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register a key")
    add.add_argument("file", type=Path, metavar="FILE", help="an OpenSSH public key, such as ssh_key.pub")
    shown = actions.add_parser("list", help="show the keys of a sender")
    revoke = actions.add_parser("revoke", help="let a key open the door no more")
    revoke.add_argument("fingerprint", metavar="FINGERPRINT", help="as `list` or `ssh-keygen -l` shows it")
    for action in (add, shown, revoke):
        add_sender_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.ssh_key_actions", arguments)
