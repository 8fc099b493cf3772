"""Ways to a data connection: a port that the client connects to (PASV, EPSV), or one of the client's own (PORT, EPRT).

Both ends stay where the control connection has them: nobody else gets in, and nobody else is connected to.
"""

import secrets
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import structlog
from pyftpdlib.ioloop import Acceptor, Connector

from channels.ftp.sources import find_address

log = structlog.get_logger()

_SMALLEST_PORT = 1024
_LARGEST_PORT = 65_535
_CONNECTED = Callable[[socket.socket], None]
_FAILED = Callable[[], None]


class NoPortError(Exception):
    """Every port of the configured range is taken."""


class ForeignPort(Exception):  # noqa: N818 - a refusal
    """The address is not the client's own, or the port is one of the privileged."""


def parse_port(text: str) -> tuple[IPv4Address, int]:
    """Return address and port of a PORT command, h1,h2,h3,h4,p1,p2; ValueError for anything else."""
    numbers = text.split(",")
    if len(numbers) != 6 or not all(number.isascii() and number.isdigit() for number in numbers):  # noqa: PLR2004
        raise ValueError("six numbers are expected")
    high, low = (int(number) for number in numbers[4:])
    if max(high, low) > 255:  # noqa: PLR2004 - a byte
        raise ValueError("a number is larger than a byte")
    return IPv4Address(".".join(numbers[:4])), high * 256 + low


def parse_extended_port(text: str) -> tuple[IPv4Address | IPv6Address, int]:
    """Return address and port of an EPRT command (RFC 2428), |protocol|address|port|; ValueError for anything else."""
    _, protocol, address, port, rest = text.split(text[:1])
    found = ip_address(address)
    if rest or protocol != {4: "1", 6: "2"}[found.version] or not (port.isascii() and port.isdigit()):
        raise ValueError("|1|IPv4 address|port| or |2|IPv6 address|port| is expected")
    return found, int(port)


def require_own(address: IPv4Address | IPv6Address, port: int, *, client: str) -> tuple[str, int]:
    """Return where to connect to; ForeignPort unless the address is the client's and the port no privileged one (RFC 2577).

    Over IPv6 lftp names no address at all, "::"; whatever a client names, it is its own address that is connected to.
    """
    own = find_address(client)
    if address != own and not (address.is_unspecified and address.version == own.version):
        raise ForeignPort("data goes to the address of the control connection only")
    if not _SMALLEST_PORT <= port <= _LARGEST_PORT:
        raise ForeignPort("data goes to ports from 1024 on only")
    return str(own), port


class ListeningPort(Acceptor):  # type: ignore[misc]  # pyftpdlib has no types
    """A port that waits for one connection from `client`; whoever else comes is sent away, the wait goes on."""

    def __init__(
        self,
        ioloop: Any,  # noqa: ANN401 - untyped
        *,
        family: socket.AddressFamily,
        address: str,
        ports: Sequence[int],
        client: str,
        connected: _CONNECTED,
        failed: _FAILED,
        patience: float,
    ) -> None:
        super().__init__(ioloop=ioloop)
        self._client, self._connected, self._failed = find_address(client), connected, failed
        self.create_socket(family, socket.SOCK_STREAM)
        try:
            self._bind(address, ports)
            self.listen(1)
        except OSError:
            self.close()
            raise NoPortError from None
        self.call_later(patience, self._give_up)

    @property
    def port(self) -> int:
        """The port that the client is told."""
        return int(self.socket.getsockname()[1])

    def handle_accepted(self, sock: socket.socket, addr: tuple[Any, ...]) -> None:
        """Take the client's connection and listen no longer."""
        if find_address(addr[0]) != self._client:
            log.info("ftp data connection of a stranger refused", source=addr[0])
            sock.close()
            return
        self.close()
        self._connected(sock)

    def handle_error(self) -> None:
        """Give up: the client is told that there is no data connection."""
        self._give_up()

    def _give_up(self) -> None:
        self.close()
        self._failed()

    def _bind(self, address: str, ports: Sequence[int]) -> None:
        if not ports:
            self.bind((address, 0))
            return
        self.set_reuse_addr()
        for port in secrets.SystemRandom().sample(ports, len(ports)):
            try:
                self.bind((address, port))
            except OSError:
                continue
            return
        raise OSError("every port is taken")


class ConnectingPort(Connector):  # type: ignore[misc]  # pyftpdlib has no types
    """A connection on its way to the client's own port."""

    def __init__(
        self,
        ioloop: Any,  # noqa: ANN401 - untyped
        *,
        family: socket.AddressFamily,
        source: str,
        target: tuple[str, int],
        connected: _CONNECTED,
        failed: _FAILED,
        patience: float,
    ) -> None:
        super().__init__(ioloop=ioloop)
        self._connected, self._failed = connected, failed
        self.call_later(patience, self.handle_close)
        self.create_socket(family, socket.SOCK_STREAM)
        self.bind((source, 0))
        self.connect(target)

    def readable(self) -> bool:
        """Nothing is read before the connection is handed on."""
        return False

    def handle_connect(self) -> None:
        """Hand the connection on."""
        self.del_channel()
        sock: socket.socket = self.socket
        self._closed = True
        for task in self._tasks:
            task.cancel()
        self._connected(sock)

    def handle_close(self) -> None:
        """Give up: the client does not listen."""
        if not self._closed:
            self.close()
            self._failed()

    def handle_error(self) -> None:
        """Give up, whatever failed."""
        self.handle_close()
