"""Which addresses belong to the public Internet; everything else is somebody's inside."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TypeAlias

IpAddress: TypeAlias = IPv4Address | IPv6Address
IpNetwork: TypeAlias = IPv4Network | IPv6Network

_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 addresses written as IPv6 ones for a translator (RFC 6052): what counts is the address inside."""


def is_public(address: IpAddress) -> bool:
    """Whether the address is a global one of a single machine, also when it wraps an IPv4 address."""
    inside = _wrapped(address)
    if inside is not None:
        return is_public(inside)
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or (isinstance(address, IPv6Address) and address.is_site_local)
    )


def may_be_reached(address: IpAddress, *, allowed: Collection[IpNetwork]) -> bool:
    """Whether the address is public, or lies in one of the networks that are allowed all the same."""
    inside = _wrapped(address) or address
    return is_public(address) or any(
        candidate.version == network.version and candidate in network
        for network in allowed
        for candidate in (address, inside)
    )


def _wrapped(address: IpAddress) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
