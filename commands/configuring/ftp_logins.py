"""`guichet ftp-logins`: the password, and the certificates, by which a technical user signs in at the FTP door."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from commands.configuring.actions import add_sender_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = [
        actions.add_parser("set-password", help="make a new password and show it, once"),
        actions.add_parser("remove-password", help="let no password sign in"),
        actions.add_parser("list", help="show how a sender may sign in"),
    ]
    add = actions.add_parser("add-certificate", help="register a certificate to sign in with over TLS")
    add.add_argument("file", type=Path, metavar="FILE", help="the client's certificate, PEM or DER")
    revoke = actions.add_parser("revoke-certificate", help="let a certificate sign in no more")
    revoke.add_argument("sha256", metavar="SHA256", help="the certificate, by its first 8 digits or more")
    for action in (*made, add, revoke):
        add_sender_option(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.ftp_login_actions", arguments)
