"""What `guichet ftp-logins` does to the tables."""

import secrets
from argparse import Namespace

from channels.configuring.login_certificates import add_login_certificate, revoke_login_certificate
from channels.configuring.passwords import remove_password, set_password
from channels.configuring.senders import find_sender, require_sender
from channels.models import ChannelPassword, LoginCertificate
from commands.configuring.actions import ACTOR, read_file
from evidence.clock import SystemClock
from sender.tables import render_table


def make_password(arguments: Namespace) -> str:
    """Make a password and show it."""
    sender = require_sender(arguments.sender)
    made = set_password(sender, randomness=secrets.token_bytes, actor=ACTOR, at=SystemClock().now())
    return (
        f"user      {sender.technical_user.user_name}\npassword  {made}\n"
        "it is not kept and cannot be shown again; hand it over on another way than the user name\n"
    )


def drop_password(arguments: Namespace) -> str:
    """Take the password away."""
    sender = find_sender(arguments.sender)
    if not remove_password(sender, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: sender {sender.number} has no password\n"
    return f"no password signs in for sender {sender.number} any more\n"


def add_certificate(arguments: Namespace) -> str:
    """Register a login certificate."""
    sender = require_sender(arguments.sender)
    row, certificate, is_new = add_login_certificate(
        sender, read_file(arguments.file), actor=ACTOR, at=SystemClock().now()
    )
    if not is_new:
        return f"nothing changed: it is registered for sender {sender.number} already: {row.sha256}\n"
    return (
        f"registered for sender {sender.number}: {row.sha256}\n"
        f"it signs in until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC\n"
    )


def revoke_certificate(arguments: Namespace) -> str:
    """Revoke a login certificate."""
    sender = find_sender(arguments.sender)
    row = revoke_login_certificate(sender, arguments.sha256, actor=ACTOR, at=SystemClock().now())
    return f"revoked for sender {sender.number}: {row.sha256}\n"


def list_all(arguments: Namespace) -> str:
    """Show the means of a sender."""
    user = find_sender(arguments.sender).technical_user
    passwords = ChannelPassword.objects.filter(technical_user=user)
    rows = [("password", "ACTIVE", "", f"{kept.set_at:%Y-%m-%d}") for kept in passwords]
    rows += [
        ("certificate", row.state, row.sha256[:16], f"{row.added_at:%Y-%m-%d}")
        for row in LoginCertificate.objects.filter(technical_user=user).order_by("state", "pk")
    ]
    return render_table(("means", "state", "SHA-256", "since"), rows)


ACTIONS = {
    "set-password": make_password,
    "remove-password": drop_password,
    "add-certificate": add_certificate,
    "revoke-certificate": revoke_certificate,
    "list": list_all,
}
