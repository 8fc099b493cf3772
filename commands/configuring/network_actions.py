"""What `guichet networks` does to the tables."""

from argparse import Namespace

from channels.configuring.networks import (
    add_network,
    add_range,
    grant_network,
    remove_range,
    require_network,
    revoke_network,
)
from channels.configuring.senders import find_sender, require_sender
from channels.models import Network, SenderNetwork
from commands.configuring.actions import ACTOR
from evidence.clock import SystemClock
from sender.tables import render_table


def list_all(_arguments: Namespace) -> str:
    """Show every network."""
    rows = [
        (
            network.name,
            ", ".join(str(row.range) for row in network.ranges.filter(removed_at=None).order_by("range")),
            ", ".join(
                SenderNetwork.objects.filter(network=network).order_by("sender_id").values_list("sender_id", flat=True)
            ),
        )
        for network in Network.objects.order_by("name")
    ]
    return render_table(("network", "addresses", "senders"), rows)


def add(arguments: Namespace) -> str:
    """Name a network."""
    if not add_network(arguments.network, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: there is a network {arguments.network} already\n"
    return f"network {arguments.network} added; it has no addresses yet\n"


def list_range(arguments: Namespace) -> str:
    """List addresses as part of a network."""
    network = require_network(arguments.network)
    if not add_range(network, arguments.range, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: {arguments.range} belongs to {network.name} already\n"
    return f"{arguments.range} belongs to {network.name}\n"


def unlist_range(arguments: Namespace) -> str:
    """Count addresses as part of a network no more."""
    network = require_network(arguments.network)
    if not remove_range(network, arguments.range, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: {arguments.range} does not belong to {network.name}\n"
    return f"{arguments.range} belongs to {network.name} no more\n"


def grant(arguments: Namespace) -> str:
    """Let a sender come from a network without TLS."""
    sender, network = require_sender(arguments.sender), require_network(arguments.network)
    if not grant_network(sender, network, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: sender {sender.number} may come from {network.name} already\n"
    return f"sender {sender.number} may use FTP from {network.name} without TLS\n"


def revoke(arguments: Namespace) -> str:
    """Let a sender come from a network without TLS no more."""
    sender, network = find_sender(arguments.sender), require_network(arguments.network)
    if not revoke_network(sender, network, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: sender {sender.number} may not come from {network.name}\n"
    return f"sender {sender.number} may use FTP from {network.name} with TLS alone\n"


ACTIONS = {
    "list": list_all,
    "add": add,
    "add-range": list_range,
    "remove-range": unlist_range,
    "grant": grant,
    "revoke": revoke,
}
