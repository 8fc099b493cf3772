"""An FTP session in which an upload ends in order only when it is whole, and otherwise by a reset.

The end of a file is the end of its data connection: under TLS a close_notify says so, without TLS nothing but a FIN, which
a failing program sends as well. Every upload that does not come to its end is therefore reset.
"""

import contextlib
import ftplib
import socket
import ssl
import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from domain.environments import Tray
from sender.progress import Advance
from sender.sessions.contract import (
    LOGIN_SECONDS,
    REPLY_SECONDS,
    CounterRefusesError,
    CounterTroubleError,
    LineLostError,
    RemoteFile,
    require_size,
)

_CHUNK = 256 * 1024
_RESET = struct.pack("ii", 1, 0)
_REASON_SECONDS = 5.0
_LOST = {"421", "425", "426"}
_MAY_END = {"552"}
"""Refusals that pass by themselves: the staging area is full until sets in it are sealed."""
_NO_FILE = "550"
_CODE = slice(0, 3)


class FtpSession:
    """A session with one mailbox over FTP, with or without TLS."""

    def __init__(self, client: ftplib.FTP) -> None:
        self._client = client
        _set_patience(client, REPLY_SECONDS)

    def size_of(self, file: RemoteFile) -> int | None:
        """Return the size in bytes of a file, None when no such file is visible."""
        with _translated():
            self._client.voidcmd("TYPE I")
            try:
                return self._client.size(str(file))
            except ftplib.error_perm as refusal:
                if str(refusal)[_CODE] != _NO_FILE:
                    raise
        return None

    def names_in(self, tray: Tray) -> Sequence[str]:
        """Return the names of the files in a tray."""
        with _translated():
            return [line.rpartition("/")[2] for line in self._client.nlst(f"/{tray}")]

    def upload(self, file: RemoteFile, content: BinaryIO, *, offset: int, size: int) -> None:
        """Write `content` to `file`; return when the counter has answered its close."""
        content.seek(offset)
        with _translated():
            self._client.voidcmd("TYPE I")
            data = self._client.transfercmd(f"STOR {file}", rest=offset or None)
        try:
            while chunk := content.read(_CHUNK):
                with _translated():
                    data.sendall(chunk)
                offset += len(chunk)
            require_size(offset, size)
            with _translated():
                _end(data)
        except LineLostError:
            _reset(data)
            self._tell_why()
            raise
        except BaseException:
            _reset(data)
            raise
        with _translated():
            self._client.voidresp()

    def download(self, file: RemoteFile, target: BinaryIO, advance: Advance) -> None:
        """Read a file to its end into `target`."""
        with _translated():
            self._client.voidcmd("TYPE I")
            data = self._client.transfercmd(f"RETR {file}")
        with data:
            while chunk := _received(data):
                target.write(chunk)
                advance(len(chunk))
            if isinstance(data, ssl.SSLSocket):
                with contextlib.suppress(OSError):  # the reply says whether all of it came
                    data.unwrap()
        with _translated():
            self._client.voidresp()

    def remove(self, file: RemoteFile) -> None:
        """Remove a file, which may be gone already."""
        try:
            with _translated():
                self._client.delete(str(file))
        except CounterRefusesError:
            if self.size_of(file) is not None:
                raise

    def _tell_why(self) -> None:
        """Raise what the counter says about a data connection that it broke; return when it says nothing."""
        with contextlib.suppress(LineLostError), _translated():
            _set_patience(self._client, _REASON_SECONDS)
            self._client.voidresp()
            _set_patience(self._client, REPLY_SECONDS)


def leave(client: ftplib.FTP) -> None:
    """End a session in order, where the counter still listens."""
    with contextlib.suppress(*ftplib.all_errors):
        _set_patience(client, _REASON_SECONDS)
        client.quit()


def _set_patience(client: ftplib.FTP, seconds: float) -> None:
    if client.sock is not None:
        client.sock.settimeout(seconds)


def _received(data: socket.socket) -> bytes:
    with _translated():
        return data.recv(_CHUNK)


def _end(data: socket.socket) -> None:
    """Say that the file is whole."""
    data.settimeout(LOGIN_SECONDS)
    if isinstance(data, ssl.SSLSocket):
        data.unwrap()
    data.close()


def _reset(data: socket.socket) -> None:
    """Break the data connection off, so that nobody takes what was sent for the whole file."""
    with contextlib.suppress(OSError):
        data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    data.close()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Raise what every session raises; only the network is used inside, so that every OSError is the line's."""
    try:
        yield
    except ftplib.error_perm as refusal:
        if str(refusal)[_CODE] in _MAY_END:
            raise CounterTroubleError(_text(refusal)) from refusal
        raise CounterRefusesError(_text(refusal)) from refusal
    except ftplib.error_temp as trouble:
        if str(trouble)[_CODE] in _LOST:
            raise LineLostError(_text(trouble)) from trouble
        raise CounterTroubleError(_text(trouble)) from trouble
    except (ftplib.Error, ValueError) as trouble:
        raise CounterTroubleError(f"it does not speak as a counter does ({trouble})") from trouble
    except (EOFError, OSError) as trouble:
        raise LineLostError(str(trouble)) from trouble


def _text(reply: ftplib.Error) -> str:
    return str(reply)[4:]
