"""The addresses a door listens on: find out whether they are free, open one more set of sockets for a worker.

SO_REUSEPORT lets several workers listen on one port and would also hide that another program of the same user already
does, so that a plain bind is tried first.
"""

import errno
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

_BACKLOG = 128
_PAUSE = 0.2
_TRIES = 20


class CannotListenError(Exception):
    """An address cannot be listened on; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Address:
    """An IPv4 or IPv6 address and a port; port 0 asks for any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"

    @property
    def family(self) -> socket.AddressFamily:
        """The family of the address."""
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET


def parse_addresses(hosts: str, *, port: int) -> tuple[Address, ...]:
    """Return the addresses in `hosts`, separated by commas; IPv6 may stand in brackets."""
    return tuple(Address(host.strip().strip("[]"), port) for host in hosts.split(",") if host.strip())


def require_free(addresses: Sequence[Address], *, patience: float, setting: str) -> None:
    """Return when nobody listens on the addresses; CannotListenError when somebody still does after `patience` seconds.

    The patience is for a predecessor whose workers are just going. `setting` is what the operator can choose another
    port by.
    """
    deadline = time.monotonic() + patience
    for address in addresses:
        while (trouble := _try_plainly(address)) is not None:
            if trouble.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise CannotListenError(_sentence(address, trouble, setting)) from trouble
            time.sleep(_PAUSE)


def reserve(addresses: Sequence[Address], *, setting: str) -> list[socket.socket]:
    """Return bound sockets that never listen: they keep the ports, also while no worker lives.

    With port 0 the first address chooses the port of all, one that is free on all.
    """
    tries = _TRIES if any(address.port == 0 for address in addresses) else 1
    while True:
        tries -= 1
        try:
            return _reserve_all(addresses, setting=setting)
        except CannotListenError:
            if tries == 0:
                raise


def _reserve_all(addresses: Sequence[Address], *, setting: str) -> list[socket.socket]:
    kept: list[socket.socket] = []
    try:
        for address in addresses:
            port = address.port or (kept[0].getsockname()[1] if kept else 0)
            chosen = Address(address.host, port)
            if port != address.port:
                require_free([chosen], patience=0.0, setting=setting)
            kept.append(_bind(chosen, setting=setting))
    except CannotListenError:
        for one in kept:
            one.close()
        raise
    return kept


def listen_beside(reserved: Sequence[socket.socket]) -> list[socket.socket]:
    """Return sockets of this process's own that listen on the reserved addresses, not blocking."""
    listeners = []
    for one in reserved:
        host, port = one.getsockname()[:2]
        listener = _open(Address(host, port), shared=True)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        listeners.append(listener)
    return listeners


def _try_plainly(address: Address) -> OSError | None:
    try:
        with _open(address, shared=False) as probe:
            probe.listen(1)
    except OSError as trouble:
        return trouble
    return None


def _bind(address: Address, *, setting: str) -> socket.socket:
    try:
        return _open(address, shared=True)
    except OSError as trouble:
        raise CannotListenError(_sentence(address, trouble, setting)) from trouble


def _open(address: Address, *, shared: bool) -> socket.socket:
    opened = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if address.family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((address.host, address.port))
    except OSError:
        opened.close()
        raise
    return opened


def _sentence(address: Address, trouble: OSError, setting: str) -> str:
    if trouble.errno == errno.EADDRINUSE:
        return f"{address} is busy: another program listens there; stop it or choose another {setting}."
    return f"cannot listen on {address}: {trouble.strerror or trouble}."
