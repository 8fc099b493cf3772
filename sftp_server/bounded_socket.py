"""A socket that ends a connection whose peer announces more than it may send."""

import errno
import socket


class BoundedSocket(socket.socket):
    """A connected socket with two limits that paramiko lacks.

    Paramiko asks for as many bytes as a packet announces, up to 4 GiB, before anybody has logged in: a request for
    more than `packet` bytes ends the connection, and so do more than `before_login` bytes in all until
    `lift_login_limit`. Both end it with ConnectionAbortedError.
    """

    def __init__(self, accepted: socket.socket, *, packet: int, before_login: int) -> None:
        super().__init__(fileno=accepted.detach())
        self._packet = packet
        self._allowance: int | None = before_login
        self.is_overrun = False

    def lift_login_limit(self) -> None:
        """Stop counting: the peer has logged in."""
        self._allowance = None

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Return up to `bufsize` bytes, as a socket does."""
        if bufsize > self._packet:
            self.is_overrun = True
            raise ConnectionAbortedError(errno.ECONNABORTED, f"a packet of {bufsize} bytes, at most {self._packet}")
        if self._allowance is not None:
            # Clients hold small packets back until we acknowledge the one before (Nagle), and we would wait 40 ms with that.
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        data = super().recv(bufsize, flags)
        if self._allowance is not None:
            self._allowance -= len(data)
            if self._allowance < 0:
                self.is_overrun = True
                raise ConnectionAbortedError(errno.ECONNABORTED, "too many bytes before a login")
        return data
