"""What `guichet channels` and `guichet services` do to the tables."""

from argparse import Namespace

from channels.configuring.openings import add_service, close_channel, open_channel, remove_service
from channels.configuring.senders import require_sender
from commands.configuring.actions import ACTOR
from domain.channels import Channel
from evidence.clock import SystemClock


def open_one(arguments: Namespace) -> str:
    """Open a channel."""
    sender, channel = require_sender(arguments.sender), Channel(arguments.channel)
    if not open_channel(sender, channel, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: {channel} is open for sender {sender.number} already\n"
    return f"{channel} is open for sender {sender.number} (state {sender.state})\n"


def close_one(arguments: Namespace) -> str:
    """Close a channel."""
    sender, channel = require_sender(arguments.sender), Channel(arguments.channel)
    if not close_channel(sender, channel, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: {channel} is not open for sender {sender.number}\n"
    return f"{channel} is closed for sender {sender.number} (state {sender.state})\n"


def add(arguments: Namespace) -> str:
    """Add a service in some environments."""
    sender, purpose = require_sender(arguments.sender), arguments.purpose.upper()
    added = add_service(sender, purpose, arguments.environments, actor=ACTOR, at=SystemClock().now())
    if not added:
        return f"nothing changed: sender {sender.number} may deliver {purpose} there already\n"
    return f"sender {sender.number} may deliver {purpose} in {', '.join(added)} (state {sender.state})\n"


def remove(arguments: Namespace) -> str:
    """Remove a service in some environments."""
    sender, purpose = require_sender(arguments.sender), arguments.purpose.upper()
    removed = remove_service(sender, purpose, arguments.environments, actor=ACTOR, at=SystemClock().now())
    if not removed:
        return f"nothing changed: sender {sender.number} may not deliver {purpose} there\n"
    return f"sender {sender.number} may deliver {purpose} no more in {', '.join(removed)} (state {sender.state})\n"


ACTIONS = {"open": open_one, "close": close_one, "add": add, "remove": remove}
