"""What `guichet ssh-keys` does to the tables."""

from argparse import Namespace

from channels.configuring.senders import find_sender, require_sender
from channels.configuring.ssh_keys import add_ssh_key, openssh_fingerprint, revoke_ssh_key
from channels.models import SshKey
from commands.configuring.actions import ACTOR, read_file
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.clock import SystemClock
from sender.tables import render_table


def add(arguments: Namespace) -> str:
    """Register a key."""
    sender = require_sender(arguments.sender)
    try:
        text = read_file(arguments.file).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise ConfigurationRefusedError(
            f"{arguments.file} is no text.", next_step="Give an OpenSSH public key, one line that begins with its kind."
        ) from fault
    key, is_new = add_ssh_key(sender, text, actor=ACTOR, at=SystemClock().now())
    shown = f"{key.algorithm} {openssh_fingerprint(key.fingerprint)}"
    if not is_new:
        return f"nothing changed: {shown} is registered for sender {sender.number} already\n"
    return f"registered for sender {sender.number}: {shown}\n"


def list_all(arguments: Namespace) -> str:
    """Show the keys of a sender."""
    sender = find_sender(arguments.sender)
    rows = [
        (
            key.state,
            key.algorithm,
            openssh_fingerprint(key.fingerprint),
            f"{key.added_at:%Y-%m-%d}",
            "" if key.revoked_at is None else f"{key.revoked_at:%Y-%m-%d}",
        )
        for key in SshKey.objects.filter(technical_user=sender.technical_user).order_by("state", "pk")
    ]
    return render_table(("state", "kind", "fingerprint", "added", "revoked"), rows)


def revoke(arguments: Namespace) -> str:
    """Revoke a key."""
    sender = find_sender(arguments.sender)
    key = revoke_ssh_key(sender, arguments.fingerprint, actor=ACTOR, at=SystemClock().now())
    return f"revoked for sender {sender.number}: {key.algorithm} {openssh_fingerprint(key.fingerprint)}\n"


ACTIONS = {"add": add, "list": list_all, "revoke": revoke}
