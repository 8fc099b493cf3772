"""One data connection: receive an upload or send an answer, and tell exactly how that ended.

An upload is complete when its client closes the connection in order; under TLS a close_notify must say so, since
anybody on the way can make up a TCP FIN.
"""

import contextlib
import fcntl
import socket
import struct
import sys
import termios
from enum import Enum
from typing import Any, Protocol

from OpenSSL import SSL
from pyftpdlib.ioloop import AsyncChat

from channels.ftp.tls import shown_certificate
from channels.ftp.transfers import Ended, Incoming, Outgoing, TransferEnd

_BLOCK = 64 * 1024
_BLOCKS_AT_ONCE = 16
_PATIENCE_FOR_A_CLOSE, _FIRST_CHECK, _LONGEST_CHECK = 1.0, 0.02, 0.5


class Owner(Protocol):
    """The control connection that a data connection belongs to."""

    ioloop: Any
    data_channel: Any

    @property
    def data_tls(self) -> SSL.Context | None:
        """How the data is secured, None where it is not."""
        ...

    @property
    def data_certificate(self) -> str:
        """The SHA-256 of the certificate that a client has to show for its data, "" when it may show any or none."""
        ...

    @property
    def stall(self) -> float:
        """Seconds without progress after which a data connection is given up."""
        ...

    @property
    def last_look(self) -> float:
        """Seconds after which a client that ended an upload without TLS is looked at again."""
        ...

    def is_gone(self) -> bool:
        """Whether the client has closed the control connection, even if that was not yet read."""
        ...


class _Phase(Enum):
    WAITING = "no transfer yet"
    RECEIVING = "an upload comes in"
    SENDING = "an answer goes out"
    LAST_LOOK = "an upload is all there; perhaps its client is just being killed"
    PARTING = "all is handed over; TLS says so"
    CONFIRMING = "the client is waited for, since it must have got all"


class DataConnection(AsyncChat):  # type: ignore[misc]  # pyftpdlib has no types
    """Serves one transfer over an established connection."""

    def __init__(self, sock: socket.socket, owner: Owner) -> None:
        self._owner = owner
        self._phase = _Phase.WAITING
        self._is_shaking_hands = False
        self._transfer: Incoming | Outgoing | None = None
        self._ended: Ended | None = None
        self._unsent = b""
        self._moved = self._moved_before = 0
        super().__init__(sock, ioloop=owner.ioloop)
        if not self.connected:
            self.close()
            return
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if owner.data_tls is None:
            self._wait_for(0)
        else:
            self.socket = SSL.Connection(owner.data_tls, sock)
            self.socket.set_accept_state()
            self._is_shaking_hands = True
        self._watch = self.ioloop.call_every(owner.stall, self._check_progress)

    @property
    def has_moved(self) -> bool:
        """Whether any byte was transferred."""
        return self._moved > 0

    def begin(self, transfer: Incoming | Outgoing, ended: Ended) -> None:
        """Begin the transfer as soon as TLS, where asked for, is there; `ended` is called once, never from here."""
        self._transfer, self._ended, self._moved_before = transfer, ended, -1
        self._phase = _Phase.RECEIVING if isinstance(transfer, Incoming) else _Phase.SENDING
        if not self._is_shaking_hands:
            self._wait_for_phase()

    def end(self, end: TransferEnd | Exception) -> None:
        """Close the connection and tell whoever began a transfer on it, if it has not ended yet."""
        ended, self._ended = self._ended, None
        self.close()
        if ended is not None:
            ended(end)

    def close(self) -> None:
        """Close the connection; tells nobody."""
        if self._closed:
            return
        super().close()
        self._watch.cancel()
        if self._owner.data_channel is self:
            self._owner.data_channel = None

    def readable(self) -> bool:
        """Whether the loop may call when there is something to read: which events come is chosen by phase."""
        return True

    def writable(self) -> bool:
        """Whether the loop may call when there is room to write."""
        return True

    def handle_read_event(self) -> None:
        """Go on with whatever the phase is."""
        self._go_on()

    def handle_write_event(self) -> None:
        """Go on with whatever the phase is."""
        self._go_on()

    def handle_close(self) -> None:
        """Take note of a connection that broke while nothing was expected of it."""
        self.end(TransferEnd.CUT)

    def handle_error(self) -> None:
        """End the transfer with what was raised while it was served."""
        error = sys.exc_info()[1]
        self.end(error if isinstance(error, Exception) else TransferEnd.CUT)

    def _go_on(self) -> None:
        try:
            self._serve()
        except SSL.WantReadError:
            self._wait_for(self.ioloop.READ)
        except SSL.WantWriteError:
            self._wait_for(self.ioloop.WRITE)
        except BlockingIOError:
            self._wait_for_phase()
        except (SSL.Error, OSError) as error:  # of the network: what staging and answers raise is an outage by now
            self._end_broken(error)

    def _serve(self) -> None:
        if self._is_shaking_hands:
            self.socket.do_handshake()
            self._is_shaking_hands = False
            if self._owner.data_certificate not in {"", shown_certificate(self.socket)}:
                self.end(TransferEnd.FOREIGN)
                return
            self._wait_for_phase()
        match self._phase:
            case _Phase.RECEIVING:
                self._receive()
            case _Phase.SENDING:
                self._send()
            case _Phase.PARTING:
                self._part()
            case _Phase.CONFIRMING:
                self._confirm()
            case _Phase.WAITING | _Phase.LAST_LOOK:
                self._wait_for(0)

    def _receive(self) -> None:
        for _ in range(_BLOCKS_AT_ONCE):
            try:
                block = self.socket.recv(_BLOCK)
            except SSL.ZeroReturnError:
                self._end_upload()
                return
            if not block:
                self._end_upload()
                return
            self._moved += len(block)
            self._transfer.take(block)  # type: ignore[union-attr]  # RECEIVING

    def _end_upload(self) -> None:
        """The client has closed in order; one that died closes everything, so its control connection is looked at.

        The kernel closes the connections of a killed program one after the other, in no certain order.
        """
        if self._owner.data_tls is None:
            self._phase = _Phase.LAST_LOOK
            self._wait_for_phase()
            self.call_later(self._owner.last_look, self._decide_upload)
            return
        with contextlib.suppress(SSL.Error, OSError):
            self.socket.shutdown()
        self._decide_upload()

    def _decide_upload(self) -> None:
        self.end(TransferEnd.DEPARTED if self._owner.is_gone() else TransferEnd.COMPLETE)

    def _send(self) -> None:
        for _ in range(_BLOCKS_AT_ONCE):
            if not self._unsent:
                self._unsent = self._transfer.next_block()  # type: ignore[union-attr]  # SENDING
            if not self._unsent:
                self._phase = _Phase.PARTING
                self._part()
                return
            sent = self.socket.send(self._unsent)
            self._moved += sent
            self._unsent = self._unsent[sent:]

    def _part(self) -> None:
        if isinstance(self.socket, SSL.Connection):
            self.socket.shutdown()
            self.socket.sock_shutdown(socket.SHUT_WR)
        else:
            self.socket.shutdown(socket.SHUT_WR)
        self._phase = _Phase.CONFIRMING
        self._wait_for_phase()
        self.call_later(_PATIENCE_FOR_A_CLOSE, self._check_acknowledged, _FIRST_CHECK)

    def _confirm(self) -> None:
        """Wait for the client's own close: it comes after it has read everything, else the connection is reset."""
        try:
            has_more = bool(self.socket.recv(_BLOCK))
        except (SSL.ZeroReturnError, SSL.SysCallError) as error:
            if isinstance(error, SSL.SysCallError) and error.args[0] > 0:
                raise
            has_more = False
        if not has_more:
            self.end(TransferEnd.COMPLETE)

    def _check_acknowledged(self, pause: float) -> None:
        """Some clients wait for the reply before they close: then what their machine acknowledged has to do."""
        waiting = fcntl.ioctl(self._fileno, termios.TIOCOUTQ, b"\0\0\0\0")
        if struct.unpack("i", waiting)[0] == 0:
            self.end(TransferEnd.COMPLETE)
        else:
            self.call_later(pause, self._check_acknowledged, min(2 * pause, _LONGEST_CHECK))

    def _check_progress(self) -> None:
        if self._is_shaking_hands:
            self.end(TransferEnd.NOT_SECURED)
        elif self._phase not in {_Phase.WAITING, _Phase.LAST_LOOK} and self._moved == self._moved_before:
            self.end(TransferEnd.STALLED)
        self._moved_before = self._moved

    def _end_broken(self, error: Exception) -> None:
        if self._is_shaking_hands and isinstance(error, SSL.Error):
            self.end(TransferEnd.NOT_SECURED)
        else:
            self.end(TransferEnd.CUT)

    def _wait_for_phase(self) -> None:
        match self._phase:
            case _Phase.RECEIVING | _Phase.CONFIRMING:
                self._wait_for(self.ioloop.READ)
            case _Phase.SENDING | _Phase.PARTING:
                self._wait_for(self.ioloop.WRITE)
            case _Phase.WAITING | _Phase.LAST_LOOK:
                self._wait_for(0)

    def _wait_for(self, events: int) -> None:
        if not self._closed:
            self.modify_ioloop_events(events)
