"""The addresses that the FTP door listens on: named ones only, unless the operator says explicitly that all are meant."""

import errno
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

_BACKLOG = 128
_LARGEST_PORT = 65_535
_TRIES = 20


class CannotListenError(Exception):
    """An address cannot be listened on, or must not be; the message is one sentence for the operator."""


def parse_hosts(hosts: str, *, is_any_allowed: bool) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the addresses in `hosts`, separated by commas; IPv6 may stand in brackets.

    Raises CannotListenError for what is no address, and for one that means every address unless that is allowed.
    """
    found = []
    for text in (part.strip().strip("[]") for part in hosts.split(",") if part.strip()):
        try:
            address = ip_address(text)
        except ValueError:
            raise CannotListenError(f"GUICHET_FTP_HOST names {text!r}; addresses are expected.") from None
        if address.is_unspecified and not is_any_allowed:
            raise CannotListenError(
                f"GUICHET_FTP_HOST is {text}, which is every address: name those of the closed networks, "
                "or set GUICHET_FTP_ANY_ADDRESS to on."
            )
        found.append(address)
    if not found:
        raise CannotListenError("GUICHET_FTP_HOST names no address.")
    return tuple(found)


def parse_ports(text: str) -> range:
    """Return the ports of "first-last"; none for an empty text. Raises CannotListenError for anything else."""
    if not text:
        return range(0)
    first, _, last = text.partition("-")
    if (
        all(part.isascii() and part.isdigit() for part in (first, last))
        and 0 < int(first) <= int(last) <= _LARGEST_PORT
    ):
        return range(int(first), int(last) + 1)
    raise CannotListenError(f"GUICHET_FTP_PASSIVE_PORTS is {text!r}; two ports such as 50000-50999 are expected.")


def parse_masquerade(text: str) -> str:
    """Return the address that PASV tells, "" for the door's own; CannotListenError unless it is one of IPv4."""
    try:
        return str(IPv4Address(text)) if text else ""
    except ValueError:
        raise CannotListenError(f"GUICHET_FTP_MASQUERADE_ADDRESS is {text!r}; an IPv4 address is expected.") from None


def reserve(addresses: Sequence[IPv4Address | IPv6Address], *, port: int) -> list[socket.socket]:
    """Return sockets that keep the addresses for the door and never listen; port 0 asks for one that is free on all.

    Raises CannotListenError when another program listens there.
    """
    where, trouble = "", OSError()
    for _ in range(_TRIES if port == 0 else 1):
        kept: list[socket.socket] = []
        try:
            for address in addresses:
                number = port or (kept[0].getsockname()[1] if kept else 0)
                kept.append(_reserve_one(address, number))
        except OSError as caught:
            trouble, where = caught, f"{address} port {number}"
            for one in kept:
                one.close()
        else:
            return kept
    raise CannotListenError(_sentence(where, trouble)) from trouble


def _reserve_one(address: IPv4Address | IPv6Address, number: int) -> socket.socket:
    with _open(address, number, is_shared=False) as probe:
        probe.listen(1)  # fails where somebody listens already, which sharing would hide
        number = probe.getsockname()[1]
    return _open(address, number, is_shared=True)


def listen_beside(reserved: Sequence[socket.socket]) -> list[socket.socket]:
    """Return sockets of this process's own that listen on the reserved addresses, not blocking."""
    listeners = []
    for one in reserved:
        host, port = one.getsockname()[:2]
        listener = _open(ip_address(host), port, is_shared=True)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        listeners.append(listener)
    return listeners


def _open(address: IPv4Address | IPv6Address, port: int, *, is_shared: bool) -> socket.socket:
    opened = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)  # noqa: PLR2004
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if opened.family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((str(address), port))
    except OSError:
        opened.close()
        raise
    return opened


def _sentence(where: str, trouble: OSError) -> str:
    if trouble.errno == errno.EADDRINUSE:
        return f"{where} is busy: another program listens there; stop it or choose another GUICHET_FTP_PORT."
    return f"cannot listen on {where}: {trouble.strerror or trouble}."
