"""What the door counts against a source address: the address itself, for IPv6 its network of 64 bits."""

import hashlib
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address

from domain.network_addresses import IpNetwork

_KEY_BYTES = 8


def find_address(text: str) -> IPv4Address | IPv6Address:
    """Return the address that a socket names, without a zone; an IPv4 address inside IPv6 is that IPv4 address."""
    address = ip_address(text.partition("%")[0])
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def source_key(address: str, *, salt: bytes) -> int:
    """Return a number other than 0 that stands for the source, the same for all who share it."""
    found = find_address(address)
    return text_key(str(found) if isinstance(found, IPv4Address) else f"{int(found) >> 64:x}/64", salt=salt)


def is_within(address: str, networks: Collection[IpNetwork]) -> bool:
    """Whether the address lies in one of the networks."""
    found = find_address(address)
    return any(found in network for network in networks)


def user_key(address: str, user_name: str, *, salt: bytes) -> int:
    """Return a number other than 0 that stands for one user name at one address."""
    return text_key(f"{find_address(address)} {user_name}", salt=salt)


def text_key(text: str, *, salt: bytes) -> int:
    """Return a number other than 0 that stands for the text; nobody without the salt can aim at another's."""
    digest = hashlib.blake2b(text.encode("utf-8"), key=salt, digest_size=_KEY_BYTES).digest()
    return int.from_bytes(digest, "little") or 1
