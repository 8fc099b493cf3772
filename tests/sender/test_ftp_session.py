"""What the FTP session makes of replies and hang-ups that the real door seldom gives."""

import contextlib
import ftplib
import io
import socket
import threading
from collections.abc import Iterator

import pytest

from domain.environments import Tray
from sender.sessions.contract import CounterRefusesError, CounterTroubleError, LineLostError, RemoteFile
from sender.sessions.ftp import FtpSession

FI = RemoteFile(Tray.IN, "FI.DIMN.123456.20260415.00001.R.1.1")
ENOUGH = bytes(32 << 20)
READY, PASSIVE = b"200 ok\r\n", b"229 (|||%d|)\r\n"


@contextlib.contextmanager
def scripted(*replies: bytes) -> Iterator[FtpSession]:
    """Yield a session with a counter that answers its commands one by one, and hangs up after the last answer.

    It tells a port where PASSIVE stands, and closes each data connection as soon as it comes.
    """
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as control, socket.socket(socket.AF_INET6) as data:
        data.bind(("::1", 0))
        data.listen()
        thread = threading.Thread(target=answer, args=(control, data, replies))
        thread.start()
        client = ftplib.FTP(timeout=10, encoding="latin-1")
        client.connect("::1", control.getsockname()[1])
        try:
            yield FtpSession(client)
        finally:
            client.close()
            thread.join(10)


def answer(control: socket.socket, data: socket.socket, replies: tuple[bytes, ...]) -> None:
    visitor, _ = control.accept()
    with visitor, visitor.makefile("rb") as commands:
        visitor.sendall(b"220 ready\r\n")
        for reply in replies:
            if not commands.readline():
                return
            visitor.sendall(reply % data.getsockname()[1] if reply == PASSIVE else reply)
            if reply == PASSIVE:
                data.accept()[0].close()


def test_reason_for_a_broken_data_connection_is_told() -> None:
    with (
        pytest.raises(CounterTroubleError, match="Temporary trouble"),
        scripted(READY, PASSIVE, b"150 ready\r\n451 Temporary trouble on our side.\r\n") as session,
    ):
        session.upload(FI, io.BytesIO(ENOUGH), offset=0, size=len(ENOUGH))


@pytest.mark.parametrize("last", [b"150 ready\r\n", b"150 ready\r\n426 The data connection broke.\r\n"])
def test_broken_data_connection_is_a_lost_line(last: bytes) -> None:
    with pytest.raises(LineLostError), scripted(READY, PASSIVE, last) as session:
        session.upload(FI, io.BytesIO(ENOUGH), offset=0, size=len(ENOUGH))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"550 Not allowed.\r\n", CounterRefusesError),
        (b"421 The door closes.\r\n", LineLostError),
        (b"451 Temporary trouble.\r\n", CounterTroubleError),
        (b"no reply at all\r\n", CounterTroubleError),
        (b"", LineLostError),
    ],
)
def test_replies_become_the_troubles_that_every_session_has(reply: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind), scripted(READY, PASSIVE, reply) as session:
        session.upload(FI, io.BytesIO(b"content"), offset=0, size=7)


def test_refusal_to_tell_a_size_does_not_mean_that_there_is_no_file() -> None:
    with (
        pytest.raises(CounterRefusesError, match="not logged in"),
        scripted(READY, b"530 not logged in\r\n") as session,
    ):
        session.size_of(FI)


def test_file_that_cannot_be_removed_is_told_unless_it_is_gone() -> None:
    with scripted(b"550 No such file.\r\n", READY, b"550 No such file.\r\n") as session:
        session.remove(FI)
    with (
        pytest.raises(CounterRefusesError, match="Not allowed"),
        scripted(b"550 Not allowed.\r\n", READY, b"213 7\r\n") as session,
    ):
        session.remove(FI)


def test_answer_that_breaks_off_is_not_taken_for_whole() -> None:
    with (
        pytest.raises(LineLostError),
        scripted(READY, PASSIVE, b"150 ready\r\n426 The data connection broke.\r\n") as session,
    ):
        session.download(RemoteFile(Tray.OUT, "FO.ACRF.999999.20260415.00001.R"), io.BytesIO(), lambda _amount: None)
