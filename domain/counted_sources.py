"""What counts as one source, where somebody's attempts, failures or connections are counted."""

from ipaddress import IPv6Address, ip_address, ip_network

_IPV6_NETWORK = 64
"""Whoever has one address of such a network has all of them."""


def counted_source(address: str) -> str:
    """Return an IPv4 address as it is, also where it is written as IPv6, and the network of 64 bits of any other.

    ValueError for what is no address.
    """
    parsed = ip_address(address)
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), _IPV6_NETWORK), strict=False))
