"""Requests that no client of a mailbox needs: each is refused with its status, logged once with its source, no more."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import paramiko
import pytest
import structlog
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_EXTENDED,
    CMD_FSETSTAT,
    CMD_FSTAT,
    CMD_LSTAT,
    CMD_MKDIR,
    CMD_OPEN,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    CMD_READLINK,
    CMD_REALPATH,
    CMD_REMOVE,
    CMD_RENAME,
    CMD_RMDIR,
    CMD_SETSTAT,
    CMD_STAT,
    CMD_STATUS,
    CMD_SYMLINK,
    CMD_WRITE,
    SFTP_BAD_MESSAGE,
    SFTP_NO_SUCH_FILE,
    SFTP_OP_UNSUPPORTED,
    SFTP_PERMISSION_DENIED,
)

from domain.environments import Tray
from tests.sftp_server.conftest import USER
from tests.sftp_server.test_limits import wait_until

FAILURE = 4
FI = "FI.DIMN.123456.20260302.00001.R.1.1"
PATHS = {
    "a way out": b"/IN/../../etc/passwd",
    "an absolute path": b"/etc/passwd",
    "a long way up": b"../" * 300 + b"etc/passwd",
    "a folder in a tray": b"/IN/x/y",
    "a NUL": b"/IN/FI\0/etc/passwd",
    "5000 bytes": b"/IN/" + b"F" * 5000,
    "a tray of another's": b"/IN/../654321/IN/FI",
}


def text(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


@dataclass
class Raw:
    """Requests written by hand on an SFTP channel."""

    channel: paramiko.Channel
    number: int = 0

    def ask(self, kind: int, body: bytes = b"") -> tuple[int, bytes]:
        """Send one request; return the type of the answer and what follows its number."""
        self.number += 1
        self.send(struct.pack(">BI", kind, self.number) + body)
        answer = self.read()
        assert struct.unpack(">I", answer[1:5]) == (self.number,)
        return answer[0], answer[5:]

    def status(self, kind: int, body: bytes = b"") -> int:
        answered, rest = self.ask(kind, body)
        assert answered == CMD_STATUS
        return struct.unpack(">I", rest[:4])[0]

    def send(self, packet: bytes) -> None:
        self.channel.sendall(struct.pack(">I", len(packet)) + packet)

    def read(self) -> bytes:
        (length,) = struct.unpack(">I", self._read(4))
        return self._read(length)

    def _read(self, length: int) -> bytes:
        read = b""
        while len(read) < length:
            block = self.channel.recv(length - len(read))
            if not block:
                raise EOFError
            read += block
        return read


@pytest.fixture
def transport(door):
    opened = paramiko.Transport(("127.0.0.1", door.port))
    opened.connect(username=USER, pkey=paramiko.PKey.from_path(door.keys.user))
    yield opened
    opened.close()


@pytest.fixture
def raw(transport) -> Raw:
    channel = transport.open_session()
    channel.settimeout(20)
    channel.invoke_subsystem("sftp")
    opened = Raw(channel)
    opened.send(struct.pack(">BI", 1, 3))
    assert opened.read()[0] == 2
    return opened


NO_ATTRIBUTES = struct.pack(">I", 0)
WITH_A_PATH: dict[str, Callable[[bytes], tuple[int, bytes]]] = {
    "open to write": lambda path: (CMD_OPEN, text(path) + struct.pack(">I", 0x1A) + NO_ATTRIBUTES),
    "open to read": lambda path: (CMD_OPEN, text(path) + struct.pack(">I", 0x01) + NO_ATTRIBUTES),
    "stat": lambda path: (CMD_STAT, text(path)),
    "lstat": lambda path: (CMD_LSTAT, text(path)),
    "setstat": lambda path: (CMD_SETSTAT, text(path) + struct.pack(">IQ", 1, 10)),
    "opendir": lambda path: (CMD_OPENDIR, text(path)),
    "remove": lambda path: (CMD_REMOVE, text(path)),
    "mkdir": lambda path: (CMD_MKDIR, text(path) + NO_ATTRIBUTES),
    "rmdir": lambda path: (CMD_RMDIR, text(path)),
    "rename to": lambda path: (CMD_RENAME, text(b"/IN/kept") + text(path)),
    "rename from": lambda path: (CMD_RENAME, text(path) + text(b"/IN/other")),
    "rename over": lambda path: (CMD_EXTENDED, text(b"posix-rename@openssh.com") + text(b"/IN/kept") + text(path)),
    "readlink": lambda path: (CMD_READLINK, text(path)),
    "symlink to": lambda path: (CMD_SYMLINK, text(path) + text(b"/IN/link")),
    "symlink at": lambda path: (CMD_SYMLINK, text(b"/IN/kept") + text(path)),
    "hard link to": lambda path: (CMD_EXTENDED, text(b"hardlink@openssh.com") + text(path) + text(b"/IN/link")),
    "hard link at": lambda path: (CMD_EXTENDED, text(b"hardlink@openssh.com") + text(b"/IN/kept") + text(path)),
    "lsetstat": lambda path: (CMD_EXTENDED, text(b"lsetstat@openssh.com") + text(path) + NO_ATTRIBUTES),
    "statvfs": lambda path: (CMD_EXTENDED, text(b"statvfs@openssh.com") + text(path)),
    "copy": lambda path: (CMD_EXTENDED, text(b"copy-file") + text(path) + text(b"/IN/copy") + b"\0"),
    "expand": lambda path: (CMD_EXTENDED, text(b"expand-path@openssh.com") + text(path)),
}


def test_no_request_takes_a_path_anywhere_else(door, raw):
    door.trays.trays[Tray.IN]["kept"] = bytearray(b"kept")
    for name, request in WITH_A_PATH.items():
        for trick, path in PATHS.items():
            kind, body = request(path)
            status = raw.status(kind, body)
            assert status in {SFTP_NO_SUCH_FILE, SFTP_PERMISSION_DENIED, FAILURE, SFTP_OP_UNSUPPORTED}, (name, trick)
    assert {tray: set(held) for tray, held in door.trays.trays.items() if held} == {Tray.IN: {"kept"}}
    assert not any(line.startswith(("rename", "remove", "close")) for line in door.trays.journal)


def test_a_real_path_stays_below_the_root(raw):
    for trick in (b"/IN/../../etc", b"../" * 300 + b"etc", b"/./etc/"):
        _, body = raw.ask(CMD_REALPATH, text(trick))
        assert body[4:].startswith(text(b"/etc"))
    assert raw.status(CMD_REALPATH, text(b"/IN\0/etc")) == SFTP_NO_SUCH_FILE


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (CMD_SYMLINK, text(b"/etc/passwd") + text(b"/IN/link"), SFTP_OP_UNSUPPORTED),
        (CMD_READLINK, text(b"/IN/kept"), SFTP_OP_UNSUPPORTED),
        (CMD_EXTENDED, text(b"hardlink@openssh.com") + text(b"/IN/kept") + text(b"/IN/link"), SFTP_OP_UNSUPPORTED),
        (CMD_EXTENDED, text(b"no-such-thing@example.com"), SFTP_OP_UNSUPPORTED),
        (CMD_RMDIR, text(b"/IN"), SFTP_PERMISSION_DENIED),
        (99, b"", SFTP_OP_UNSUPPORTED),
        (CMD_OPEN, text(b"/IN/x")[:-1], SFTP_BAD_MESSAGE),
        (CMD_RENAME, text(b"/IN/kept"), SFTP_BAD_MESSAGE),
        (CMD_WRITE, text(b"1") + struct.pack(">QI", 0, 2**31), SFTP_BAD_MESSAGE),
        (CMD_CLOSE, text(b"nothing"), SFTP_BAD_MESSAGE),
        (CMD_READ, text(b"nothing") + struct.pack(">QI", 0, 10), SFTP_BAD_MESSAGE),
        (CMD_FSETSTAT, text(b"nothing") + NO_ATTRIBUTES, SFTP_BAD_MESSAGE),
    ],
)
def test_what_a_mailbox_does_not_offer_is_refused_and_logged_once_with_its_source(raw, kind, body, status):
    with structlog.testing.capture_logs() as said:
        assert raw.status(kind, body) == status
    (line,) = said
    assert (line["event"], line["peer"], line["log_level"]) == ("sftp request refused", "127.0.0.1", "info")
    assert not any("passwd" in str(value) or "kept" in str(value) for value in line.values())
    assert raw.ask(CMD_OPENDIR, text(b"/IN"))[0] != CMD_STATUS


@pytest.mark.parametrize("trick", ["a way out", "a long way up", "a tray of another's"])
@pytest.mark.parametrize("name", ["open to write", "stat", "lstat", "opendir", "remove", "mkdir", "rename from"])
def test_a_path_that_leads_out_of_the_trays_is_logged_once_with_its_source(raw, name, trick):
    with structlog.testing.capture_logs() as said:
        assert raw.status(*WITH_A_PATH[name](PATHS[trick])) == SFTP_NO_SUCH_FILE
    (line,) = said
    assert (line["event"], line["peer"], line["log_level"]) == ("sftp request refused", "127.0.0.1", "info")
    assert not any("etc" in str(value) or "654321" in str(value) for value in line.values())


@pytest.mark.parametrize(
    ("kind", "body"), [(CMD_FSTAT, text(b"9")), (CMD_READDIR, text(b"9")), (CMD_LSTAT, text(b"/IN/no"))]
)
def test_a_question_about_nothing_is_answered_and_not_logged(raw, kind, body):
    with structlog.testing.capture_logs() as said:
        assert raw.status(kind, body) in {SFTP_BAD_MESSAGE, SFTP_NO_SUCH_FILE}
    assert [line for line in said if line["log_level"] != "debug"] == []


@pytest.mark.parametrize("size", [0, 2**20, 2**32 - 1])
def test_a_packet_of_no_or_too_many_bytes_ends_the_session_and_is_logged_once(raw, size):
    with structlog.testing.capture_logs() as said:
        raw.channel.sendall(struct.pack(">I", size) + b"\3")
        with pytest.raises(EOFError):
            raw.read()
    broken = [line for line in said if line["event"] == "sftp session broken off"]
    assert [(line["peer"], line["log_level"]) for line in broken] == [("127.0.0.1", "warning")]


def test_refusals_without_end_fill_no_log(door, raw):
    with structlog.testing.capture_logs() as said:
        for _ in range(250):
            assert raw.status(CMD_RMDIR, text(b"/IN")) == SFTP_PERMISSION_DENIED
        raw.channel.close()
        door.stop()
    told = [line for line in said if line["event"].startswith("sftp request")]
    assert len(told) == 201
    assert told[-1]["requests"] == 250


CHANNEL_REQUESTS: dict[str, Callable[[paramiko.Channel], None]] = {
    "command": lambda channel: channel.exec_command("id"),
    "shell": lambda channel: channel.invoke_shell(),
    "terminal": lambda channel: channel.get_pty(),
    "another subsystem": lambda channel: channel.invoke_subsystem("netconf"),
    "X11 forwarding": lambda channel: channel.request_x11(),
}


@pytest.mark.parametrize("what", CHANNEL_REQUESTS)
def test_whatever_a_channel_is_asked_for_beside_sftp_is_refused_and_logged_once(transport, what):
    with structlog.testing.capture_logs() as said:
        for _ in range(2):
            with pytest.raises((paramiko.SSHException, EOFError)):
                CHANNEL_REQUESTS[what](transport.open_session())
    assert [(line["event"], line["asked_for"], line["peer"]) for line in said] == [
        ("sftp client refused", what, "127.0.0.1")
    ]


def test_forwarding_of_ports_and_agents_is_refused_and_logged_once(transport):
    with structlog.testing.capture_logs() as said:
        for _ in range(2):
            with pytest.raises(paramiko.SSHException):
                transport.request_port_forward("127.0.0.1", 0)
            with pytest.raises(paramiko.ChannelException):
                transport.open_channel("direct-tcpip", ("127.0.0.1", 22), ("127.0.0.1", 22))
        channel = transport.open_session()
        channel.request_forward_agent(lambda _channel: None)
        with pytest.raises(paramiko.ChannelException):
            transport.open_channel("tun@openssh.com")
    assert [line["asked_for"] for line in said] == ["port forwarding", "agent forwarding", "channel of another kind"]


OTHER_METHODS: dict[str, Callable[[paramiko.Transport], object]] = {
    "password": lambda transport: transport.auth_password(USER, "hunter2", fallback=False),
    "keyboard-interactive": lambda transport: transport.auth_interactive(USER, lambda *_: ["hunter2"]),
}


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_ways_to_log_in_are_refused_and_logged_once_without_a_secret(door, method):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with structlog.testing.capture_logs() as said:
        for _ in range(2):
            with pytest.raises(paramiko.BadAuthenticationType) as refused:
                OTHER_METHODS[method](transport)
            assert refused.value.allowed_types == ["publickey"]
    transport.close()
    assert [(line["asked_for"], line["peer"]) for line in said] == [(f"login by {method}", "127.0.0.1")]
    assert "hunter2" not in str(said)


def test_a_packet_beyond_the_limit_is_logged_once_with_its_source(door):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with structlog.testing.capture_logs() as said:
        message = paramiko.Message()
        message.add_byte(b"\2")
        message.add_string(bytes(300_000))
        transport._send_message(message)
        transport.join(20)
        wait_until(lambda: said)
    assert [(line["event"], line["peer"]) for line in said] == [("sftp connection broken off", "127.0.0.1")]
