"""A rehearsal counter: a real paramiko SFTP server over a temporary folder, with troubles on demand.

It keeps to the parts of the mailbox that a sender meets: IN trays without reading, OUT trays without writing, the
close of GO empties the set out of the tray, and a lost connection is no close.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

TRAYS = ("IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S")


@dataclass
class Troubles:
    """What goes wrong next; each is off by default."""

    cut_at_byte: dict[str, int] = field(default_factory=dict)
    refuse_close: set[str] = field(default_factory=set)
    cut_at_close: set[str] = field(default_factory=set)
    refuse_open: set[str] = field(default_factory=set)
    truncate: set[str] = field(default_factory=set)
    fail_write: set[str] = field(default_factory=set)
    refuse_remove: set[str] = field(default_factory=set)


@dataclass
class RehearsalCounter:
    """The server's folder, what happened there, and where it listens."""

    root: Path
    host_key: paramiko.PKey
    login_key: paramiko.PKey
    user: str
    port: int
    troubles: Troubles = field(default_factory=Troubles)
    events: list[tuple[str, str]] = field(default_factory=list)
    sealed: dict[str, bytes] = field(default_factory=dict)

    def names(self, tray: str) -> set[str]:
        return {path.name for path in (self.root / tray).iterdir()}

    def offer(self, tray: str, name: str, content: bytes) -> None:
        (self.root / tray / name).write_bytes(content)

    def closed(self) -> list[str]:
        return [name for event, name in self.events if event == "close"]

    def seal(self, go_ahead: str) -> None:
        key = go_ahead.split(".")[1:6]
        for path in sorted((self.root / "IN").iterdir()):
            if path.name.split(".")[1:6] == key:
                self.sealed[path.name] = path.read_bytes()
                path.unlink()


class _Handle(paramiko.SFTPHandle):
    def __init__(self, counter: RehearsalCounter, path: Path, flags: int, cut: Callable[[], None]) -> None:
        super().__init__(flags)
        self.counter, self.path, self.cut = counter, path, cut
        self.is_cut = False
        self.is_inbox = path.parent.name.startswith("IN")
        mode = "r+b" if self.is_inbox else "rb"
        if self.is_inbox and (flags & os.O_TRUNC or not path.exists()):
            path.write_bytes(b"")
        self.file = path.open(mode)

    def stat(self) -> paramiko.SFTPAttributes:
        self.file.flush()
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.file.fileno()))

    def read(self, offset: int, length: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(length)

    def write(self, offset: int, data: bytes) -> int:
        name = self.path.name
        limit = self.counter.troubles.cut_at_byte.get(name)
        if self.is_cut or name in self.counter.troubles.fail_write:
            return paramiko.SFTP_FAILURE
        if limit is not None and offset + len(data) > limit:
            del self.counter.troubles.cut_at_byte[name]
            self.file.seek(offset)
            self.file.write(data[: limit - offset])
            self.file.flush()
            self.is_cut = True
            self.cut()
            return paramiko.SFTP_FAILURE
        if name not in self.counter.troubles.truncate:
            self.file.seek(offset)
            self.file.write(data)
        return paramiko.SFTP_OK

    def close(self) -> None:
        self.file.close()


class _Interface(paramiko.SFTPServerInterface):
    def __init__(self, server: "_Server", counter: RehearsalCounter, cut: Callable[[], None]) -> None:
        super().__init__(server)
        self.counter, self.cut = counter, cut

    def _path(self, path: str) -> Path:
        return self.counter.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        return [
            paramiko.SFTPAttributes.from_stat(item.stat(), item.name) for item in sorted(self._path(path).iterdir())
        ]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except FileNotFoundError:
            return paramiko.SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        del attr
        target = self._path(path)
        if target.name in self.counter.troubles.refuse_open:
            return paramiko.SFTP_PERMISSION_DENIED
        wants_write = bool(flags & (os.O_WRONLY | os.O_RDWR))
        if target.parent.name.startswith("IN") and not flags & os.O_WRONLY:
            return paramiko.SFTP_PERMISSION_DENIED
        if target.parent.name.startswith("OUT") and wants_write:
            return paramiko.SFTP_PERMISSION_DENIED
        if not wants_write and not target.exists():
            return paramiko.SFTP_NO_SUCH_FILE
        self.counter.events.append(("open", target.name))
        return _Handle(self.counter, target, flags, self.cut)

    def remove(self, path: str) -> int:
        target = self._path(path)
        if target.name in self.counter.troubles.refuse_remove:
            return paramiko.SFTP_FAILURE
        if not target.exists():
            return paramiko.SFTP_NO_SUCH_FILE
        target.unlink()
        self.counter.events.append(("remove", target.name))
        return paramiko.SFTP_OK


class _Sftp(paramiko.SFTPServer):
    """Answers a close with a status of its own, as the real door does."""

    def __init__(self, channel: paramiko.Channel, name: str, server: "_Server", counter: RehearsalCounter) -> None:
        self.counter, self.cut = counter, channel.get_transport().close
        super().__init__(channel, name, server, _Interface, counter, self.cut)

    def _process(self, t: int, request_number: int, msg: paramiko.Message) -> None:
        if t != paramiko.sftp.CMD_CLOSE:
            super()._process(t, request_number, msg)
            return
        handle = self.file_table.pop(msg.get_binary(), None)
        if handle is None:
            self._send_status(request_number, paramiko.SFTP_OK)
            return
        handle.close()
        name = handle.path.name
        if name in self.counter.troubles.refuse_close:
            self._send_status(request_number, paramiko.SFTP_FAILURE, "try again later")
            return
        self.counter.events.append(("close", name))
        if name.startswith("GO.") and handle.is_inbox:
            self.counter.seal(name)
        if name in self.counter.troubles.cut_at_close:
            self.counter.troubles.cut_at_close.discard(name)
            self.cut()
            return
        self._send_status(request_number, paramiko.SFTP_OK)


class _Server(paramiko.ServerInterface):
    def __init__(self, counter: RehearsalCounter) -> None:
        self.counter = counter

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username == self.counter.user and key.asbytes() == self.counter.login_key.asbytes()
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del chanid
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def get_allowed_auths(self, username: str) -> str:
        del username
        return "publickey"


@contextlib.contextmanager
def open_counter(root: Path, *, host_key: paramiko.PKey, login_key: paramiko.PKey, user: str):
    """Listen on a free port of the loopback until the end of the block."""
    for tray in TRAYS:
        (root / tray).mkdir(parents=True)
    listener = socket.create_server(("127.0.0.1", 0))
    counter = RehearsalCounter(root, host_key, login_key, user, listener.getsockname()[1])
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", _Sftp, counter)
            transports.append(transport)
            with contextlib.suppress(paramiko.SSHException, EOFError):
                transport.start_server(server=_Server(counter), event=threading.Event())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield counter
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        for transport in transports:
            transport.close()
        for transport in transports:
            transport.join(10)
