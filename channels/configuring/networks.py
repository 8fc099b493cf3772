"""Name networks, list their addresses, and say which senders may come from them by FTP without TLS."""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from channels.models import Network, NetworkRange, Sender, SenderNetwork
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.audit import append_event

_BROADEST = {4: 8, 6: 16}
"""The shortest prefix of a range, by IP version: a leased line is not half of the Internet."""

_LONGEST_NAME = 40


def add_network(name: str, *, actor: str, at: datetime) -> bool:
    """Name a network; False when there is one of that name."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ConfigurationRefusedError("That is no name for a network.", next_step="Take 1 to 40 characters.")
    if Network.objects.filter(name__iexact=name).exists():
        return False
    Network.objects.create(name=name)
    append_event("network:added", at=at, actor=actor, network=name)
    return True


def require_network(name: str) -> Network:
    """Return the network of that name, in capitals or not."""
    network = Network.objects.filter(name__iexact=name).first()
    if network is None:
        known = ", ".join(Network.objects.order_by("name").values_list("name", flat=True))
        raise ConfigurationRefusedError(
            f"There is no network {name!r}.", next_step=f"There are {known}; others can be added."
        )
    return network


def add_range(network: Network, text: str, *, actor: str, at: datetime) -> bool:
    """List addresses as part of the network; False when they are listed already."""
    addresses = _require_range(text)
    if addresses.prefixlen < _BROADEST[addresses.version]:
        raise ConfigurationRefusedError(
            f"{addresses} is broader than any closed network.",
            next_step=f"Give ranges with a prefix of at least {_BROADEST[addresses.version]} bits.",
        )
    if NetworkRange.objects.filter(network=network, range=addresses, removed_at=None).exists():
        return False
    NetworkRange.objects.create(network=network, range=addresses, added_at=at)
    append_event("network:range-added", at=at, actor=actor, network=network.name, range=str(addresses))
    return True


def remove_range(network: Network, text: str, *, actor: str, at: datetime) -> bool:
    """Count addresses as part of the network no more; False when they were not listed."""
    addresses = _require_range(text)
    living = NetworkRange.objects.filter(network=network, range=addresses, removed_at=None)
    if not living.update(removed_at=at):
        return False
    append_event("network:range-removed", at=at, actor=actor, network=network.name, range=str(addresses))
    return True


def grant_network(sender: Sender, network: Network, *, actor: str, at: datetime) -> bool:
    """Let the sender come from that network without TLS; False when it may already."""
    _, is_new = SenderNetwork.objects.get_or_create(sender=sender, network=network)
    if is_new:
        append_event("network:granted", at=at, actor=actor, sender=sender.number, network=network.name)
    return is_new


def revoke_network(sender: Sender, network: Network, *, actor: str, at: datetime) -> bool:
    """Let the sender come from that network without TLS no more; False when it could not."""
    removed, _ = SenderNetwork.objects.filter(sender=sender, network=network).delete()
    if removed:
        append_event("network:revoked", at=at, actor=actor, sender=sender.number, network=network.name)
    return bool(removed)


def leave_networks(entity_id: int, *, actor: str, at: datetime) -> int:
    """Let no sender of the entity come from any network without TLS, in the running transaction; return how many could."""
    rows = SenderNetwork.objects.filter(sender__entity_id=entity_id).select_related("sender", "network")
    held = list(rows.order_by("pk"))
    for row in held:
        revoke_network(row.sender, row.network, actor=actor, at=at)
    return len(held)


def _require_range(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as fault:
        raise ConfigurationRefusedError(
            f"Not a range of addresses: {fault}.", next_step="Write it like 10.1.0.0/16 or 2001:db8::/32."
        ) from fault
