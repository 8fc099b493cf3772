"""The data side of one session: prepare a port, join the transfer with the connection when both are there."""

import select
import socket
from typing import Any

from OpenSSL import SSL

from channels.ftp.data_connections import DataConnection
from channels.ftp.data_ports import ConnectingPort, ListeningPort
from channels.ftp.door_settings import FtpSettings
from channels.ftp.transfers import Ended, Incoming, Outgoing, TransferEnd

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR


class DataLink:
    """At most one port and one data connection at a time; what is prepared anew replaces what was there."""

    def __init__(self, control: socket.socket, ioloop: Any, *, client: str, settings: FtpSettings) -> None:  # noqa: ANN401
        self.ioloop = ioloop
        self.data_channel: DataConnection | None = None
        self.data_tls: SSL.Context | None = None
        self.data_certificate = ""
        self._control = control.fileno()
        self._family = control.family
        self._address = str(control.getsockname()[0])
        self._client = client
        self._settings = settings
        self._port: ListeningPort | ConnectingPort | None = None
        self._target: tuple[str, int] | None = None
        self._transfer: tuple[Incoming | Outgoing, Ended] | None = None

    @property
    def stall(self) -> float:
        """Seconds without progress after which a data connection is given up."""
        return self._settings.stall

    @property
    def last_look(self) -> float:
        """Seconds after which a client that ended an upload without TLS is looked at again."""
        return self._settings.last_look

    @property
    def address(self) -> str:
        """The door's own address on the control connection."""
        return self._address

    @property
    def is_ipv4(self) -> bool:
        """Whether the control connection is over IPv4."""
        return self._family == socket.AF_INET

    @property
    def is_prepared(self) -> bool:
        """Whether there is a data connection, or a way to one."""
        return bool(self.data_channel or self._port or self._target)

    @property
    def is_transferring(self) -> bool:
        """Whether a transfer was begun and has not ended."""
        return self._transfer is not None

    def is_gone(self) -> bool:
        """Whether the client has closed the control connection, even if that was not yet read."""
        poll = select.poll()
        poll.register(self._control, _GONE)
        return bool(poll.poll(0))

    def listen(self) -> int:
        """Open a port for the client and return its number; NoPortError when none is free."""
        self.drop()
        self._port = ListeningPort(
            self.ioloop,
            family=self._family,
            address=self._address,
            ports=self._settings.passive_ports,
            client=self._client,
            connected=self._take,
            failed=self._fail,
            patience=self._settings.connect,
        )
        return self._port.port

    def aim(self, target: tuple[str, int]) -> None:
        """Remember where to connect to when a transfer begins."""
        self.drop()
        self._target = target

    def begin(self, transfer: Incoming | Outgoing, ended: Ended) -> None:
        """Begin the transfer once there is a connection; `ended` is called once, never from here."""
        self._transfer = (transfer, ended)
        if self.data_channel is not None:
            self.data_channel.begin(transfer, self._ended)
        elif self._target is not None:
            target, self._target = self._target, None
            self._connect(target)
        elif self._port is None:  # what was prepared broke, or was given up, while the mailbox was asked
            self.ioloop.call_later(0, self._fail)

    def end(self, end: TransferEnd) -> None:
        """End what is under way, or drop what is prepared."""
        if self.data_channel is not None and self._transfer is not None:
            self.data_channel.end(end)
        self.drop()
        self._ended(end)

    def drop(self) -> None:
        """Close whatever is prepared or idle."""
        port, self._port = self._port, None
        if port is not None:
            port.close()
        self._target = None
        if self.data_channel is not None:
            self.data_channel.close()

    def _connect(self, target: tuple[str, int]) -> None:
        try:
            self._port = ConnectingPort(
                self.ioloop,
                family=self._family,
                source=self._address,
                target=target,
                connected=self._take,
                failed=self._fail,
                patience=self._settings.connect,
            )
        except OSError:
            self.ioloop.call_later(0, self._fail)

    def _take(self, sock: socket.socket) -> None:
        self._port = None
        connection = DataConnection(sock, self)
        if not connection.connected:
            self._fail()
            return
        self.data_channel = connection
        if self._transfer is not None:
            connection.begin(self._transfer[0], self._ended)

    def _fail(self) -> None:
        self._port = None
        self._ended(TransferEnd.NOT_CONNECTED)

    def _ended(self, end: TransferEnd | Exception) -> None:
        transfer, self._transfer = self._transfer, None
        if transfer is not None:
            transfer[1](end)
