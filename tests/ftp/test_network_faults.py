"""Cut, reset, half-open and slow connections at every point of an upload: nothing half is ever sealed."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from channels.ftp import transfer_commands
from channels.sealing import Seal
from domain.environments import Tray
from evidence.models import AnswerFile
from tests.ftp.conftest import PAYLOAD, USER, FtpDoor, RawClient, eventually, put, submissions

POINTS = {"before the first byte": b"", "in the middle": PAYLOAD[:200], "after the last byte": PAYLOAD}


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def start_upload(door: FtpDoor, name: str, sent: bytes) -> tuple[RawClient, socket.socket]:
    client = door.raw().login()
    data = client.open_data()
    assert client.ask(f"STOR /IN/{name}").startswith("150")
    data.sendall(sent)
    return client, data


def stage_all_but(door: FtpDoor, left_out: str) -> str:
    """Stage a set except the file of that prefix, and return that file's name: its close would seal."""
    names = door.write_set()
    with door.plain() as client:
        for name in names:
            if not name.startswith(left_out):
                put(client, name, (door.folder / name).read_bytes())
    return next(name for name in names if name.startswith(left_out))


@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_a_reset_data_connection_abandons_the_upload(door: FtpDoor, sent: bytes):
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, sent)
    eventually(lambda: door.bench.mailbox().find(Tray.IN, name).size == len(sent))
    reset(data)
    assert client.read().startswith("426")
    assert client.ask("NOOP").startswith("200")
    client.close()
    assert (door.staged()[name], submissions()) == (False, 0)


@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_a_lost_control_connection_abandons_the_upload(door: FtpDoor, sent: bytes):
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, sent)
    client.close()
    with contextlib.suppress(OSError):
        data.shutdown(socket.SHUT_WR)
        data.settimeout(5)
        data.recv(1)
    data.close()
    assert eventually(lambda: door.counter._connections == [])
    assert (door.staged()[name], submissions()) == (False, 0)


@pytest.mark.parametrize("door_settings", [{"last_look": 0.4}], indirect=True)
@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_a_client_that_is_killed_seals_nothing(door: FtpDoor, sent: bytes):
    """Its kernel closes all its connections in order, as a client does that has finished."""
    name = stage_all_but(door, "FI")
    (door.folder / "sent").write_bytes(sent)
    script = (
        "import ftplib,sys,time\n"
        f"c=ftplib.FTP(); c.connect('127.0.0.1',{door.port}); c.login({USER!r},'RIGHTPASSWORD7'); c.voidcmd('TYPE I')\n"
        f"d=c.transfercmd('STOR /IN/{name}'); d.sendall(open('sent','rb').read())\n"
        "print('sent', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=door.folder, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    assert eventually(lambda: door.counter._connections == [])
    assert (door.staged()[name], submissions()) == (False, 0)


@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_under_tls_an_end_without_a_close_notify_is_a_cut(door: FtpDoor, sent: bytes):
    name = stage_all_but(door, "FI")
    client = door.tls()
    client.voidcmd("TYPE I")
    data = client.transfercmd(f"STOR /IN/{name}")
    data.sendall(sent)
    os.close(data.detach())
    with pytest.raises(Exception, match=r"^426"):
        client.voidresp()
    client.quit()
    assert (door.staged()[name], submissions()) == (False, 0)


@pytest.mark.parametrize("door_settings", [{"last_look": 0.4}], indirect=True)
@pytest.mark.parametrize("pause", [0.0, 0.05])
@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_a_dying_client_seals_nothing_in_whatever_order_its_connections_end(door: FtpDoor, sent: bytes, pause: float):
    """A kernel that clears up behind a killed program promises no order."""
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, sent)
    data.close()
    time.sleep(pause)
    client.close()
    assert eventually(lambda: door.counter._connections == [])
    assert (door.staged()[name], submissions()) == (False, 0)


@pytest.mark.parametrize("door_settings", [{"stall": 0.5}], indirect=True)
def test_half_open_data_connections_are_given_up(door: FtpDoor):
    names = {stage_all_but(door, "FI"): sent for sent in POINTS.values()}
    opened = [start_upload(door, name, sent) for name, sent in names.items()]
    for client, data in opened:
        assert client.read().startswith("426 The data connection stood still")
        data.close()
        client.close()
    assert [door.staged()[name] for name in names] == [False] * 3
    assert submissions() == 0


@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_an_aborted_upload_is_not_closed_and_can_be_resumed(door: FtpDoor, sent: bytes):
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, sent)
    eventually(lambda: door.bench.mailbox().find(Tray.IN, name).size == len(sent))
    assert client.ask("ABOR").startswith("426")
    assert client.read().startswith("226")
    data.close()
    assert (door.staged()[name], submissions()) == (False, 0)
    assert client.ask(f"SIZE /IN/{name}") == f"213 {len(sent)}"
    data = client.open_data()
    client.ask(f"REST {len(sent)}")
    assert client.ask(f"STOR /IN/{name}").startswith("150")
    data.sendall(PAYLOAD[len(sent) :])
    data.close()
    assert client.read().startswith("226")
    client.close()
    assert submissions() == 1
    assert door.acknowledged() == [[]]


@pytest.mark.parametrize("door_settings", [{"connect": 0.2}], indirect=True)
def test_a_data_connection_that_never_comes_ends_the_upload(door: FtpDoor):
    client, name = door.raw().login(), door.name
    client.ask("EPSV")
    assert client.ask(f"STOR /IN/{name}").startswith("150")
    assert client.read().startswith("425")
    client.close()
    assert door.staged() == {name: False}


@pytest.mark.parametrize("is_reset", [False, True], ids=["given up", "reset"])
@pytest.mark.parametrize("door_settings", [{"connect": 0.3}], indirect=True)
def test_a_data_connection_lost_while_the_mailbox_is_asked_ends_the_upload(
    door: FtpDoor, monkeypatch: pytest.MonkeyPatch, is_reset: bool
):
    asked, may, begin = threading.Event(), threading.Event(), transfer_commands._begin_upload

    def held(*words: Any) -> object:
        asked.set()
        assert may.wait(10)
        return begin(*words)

    monkeypatch.setattr(transfer_commands, "_begin_upload", held)
    client, name = door.raw().login(), door.name
    if is_reset:
        data = client.open_data()
        client.sock.sendall(f"STOR /IN/{name}\r\n".encode())
        assert asked.wait(5)
        reset(data)
    else:
        client.ask("EPSV")
        client.sock.sendall(f"STOR /IN/{name}\r\n".encode())
    assert eventually(lambda: not door.counter._connections[0].session.link.is_prepared)
    may.set()
    assert client.read().startswith("150")
    assert client.read().startswith("425")
    assert client.ask("NOOP").startswith("200")
    client.close()
    assert door.staged() == {name: False}


@pytest.mark.parametrize("door_settings", [{"stall": 0.3}], indirect=True)
def test_a_data_connection_without_a_handshake_is_given_up(door: FtpDoor):
    client, name = door.tls(), door.name
    client.voidcmd("TYPE I")
    _, port = client.makepasv()
    with socket.create_connection(("127.0.0.1", port)):
        client.putcmd(f"STOR /IN/{name}")
        assert client.getresp().startswith("150")
        began = time.process_time()
        with pytest.raises(Exception, match=r"^522"):
            client.getresp()
        assert time.process_time() - began < 0.5
    client.quit()
    assert door.staged() == {name: False}


@pytest.mark.parametrize("door_settings", [{"stall": 1.0}], indirect=True)
def test_a_slow_upload_is_taken_whole(door: FtpDoor):
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, b"")
    for start in range(0, len(PAYLOAD), len(PAYLOAD) // 8 + 1):
        data.sendall(PAYLOAD[start : start + len(PAYLOAD) // 8 + 1])
        time.sleep(0.25)
    data.close()
    assert client.read().startswith("226")
    client.close()
    assert submissions() == 1


class HeldSeal:
    """Seals once it is let; tells when it is asked to."""

    def __init__(self, seal: Seal) -> None:
        self.seal_receipt, self.seal_notice = seal.seal_receipt, seal.seal_notice
        self._seal = seal
        self.asked, self.may = threading.Event(), threading.Event()

    def seal_delivery(self, *words: Any, **options: Any) -> object:
        self.asked.set()
        assert self.may.wait(10)
        return self._seal.seal_delivery(*words, **options)


@pytest.fixture
def held_seal(door: FtpDoor) -> Iterator[HeldSeal]:
    held = HeldSeal(door.bench.mailboxes._seal)
    door.bench.mailboxes._seal = held
    yield held
    held.may.set()


@pytest.mark.parametrize("lose", [reset, socket.socket.close], ids=["reset", "closed"])
def test_a_control_connection_lost_during_the_seal_changes_nothing(
    door: FtpDoor, held_seal: HeldSeal, lose: Callable[[socket.socket], None]
):
    name = stage_all_but(door, "GO")
    client, data = start_upload(door, name, b"")
    data.close()
    assert held_seal.asked.wait(5)
    client._file.close()
    lose(client.sock)
    assert eventually(lambda: door.counter._connections == [])
    assert submissions() == 0
    held_seal.may.set()
    assert eventually(lambda: submissions() == 1)
    assert door.staged() == {}
    assert door.acknowledged() == [[]]


def test_an_upload_under_way_is_finished_before_the_door_closes(door: FtpDoor):
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, PAYLOAD[:100])
    door.stop()
    assert eventually(lambda: not is_open(door))
    data.sendall(PAYLOAD[100:])
    data.close()
    assert [client.read(), client.read(), client.read()] == ["226 Received.", "421 The door closes.", ""]
    assert submissions() == 1


@pytest.mark.parametrize("door_settings", [{"drain": 0.3}], indirect=True)
@pytest.mark.parametrize("sent", POINTS.values(), ids=POINTS)
def test_an_upload_that_does_not_end_in_time_is_refused_by_the_closing_door(door: FtpDoor, sent: bytes):
    name = stage_all_but(door, "FI")
    client, data = start_upload(door, name, sent)
    door.stop()
    assert [client.read(), client.read()] == ["421 The door closes.", ""]
    data.close()
    assert (door.staged()[name], submissions()) == (False, 0)


def is_open(door: FtpDoor) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", door.port), timeout=1):
            return True
    except OSError:
        return False


def offered_answer(door: FtpDoor) -> str:
    door.bench.deliver(PAYLOAD)
    door.bench.work()
    return next(entry.name for entry in door.bench.mailbox().list_tray(Tray.OUT) if entry.name.startswith("FO.ACRF"))


def cut_the_data(client: RawClient, data: socket.socket) -> None:
    reset(data)
    assert client.read().startswith("426")


def cut_the_session(client: RawClient, data: socket.socket) -> None:
    client._file.close()
    reset(client.sock)
    data.settimeout(5)
    assert read_to_its_end(data)


def abort(client: RawClient, data: socket.socket) -> None:
    assert client.ask("ABOR").startswith("426")
    data.close()


def read_to_its_end(data: socket.socket) -> bool:
    with contextlib.suppress(ConnectionError):
        while data.recv(65536):
            pass
    return True


@pytest.mark.parametrize("cut", [cut_the_data, cut_the_session, abort])
def test_a_download_that_was_cut_does_not_count(
    door: FtpDoor, cut: Callable[[RawClient, socket.socket], None], monkeypatch: pytest.MonkeyPatch
):
    """Even if every byte had arrived at the client's machine: its program has not closed after them.

    The door waits for that as long as it takes here: a client that comes to cut after a second has downloaded.
    """
    monkeypatch.setattr("channels.ftp.data_connections._PATIENCE_FOR_A_CLOSE", 60.0)
    name = offered_answer(door)
    client = door.raw().login()
    data = client.open_data()
    assert client.ask(f"RETR /OUT/{name}").startswith("150")
    cut(client, data)
    data.close()
    client.close()
    assert eventually(lambda: door.counter._connections == [])
    assert AnswerFile.objects.get(name=name).downloaded_at is None


def test_a_client_that_waits_for_the_reply_before_it_closes_has_downloaded(door: FtpDoor):
    name = offered_answer(door)
    client = door.raw().login()
    data = client.open_data()
    assert client.ask(f"RETR /OUT/{name}").startswith("150")
    assert client.read() == "226 Sent."
    data.close()
    client.close()
    assert AnswerFile.objects.get(name=name).downloaded_at is not None


HALF_A_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


@pytest.mark.parametrize("door_settings", [{"login_grace": 0.3}], indirect=True)
@pytest.mark.parametrize("sent", [b"", HALF_A_HELLO], ids=["nothing", "half a hello"])
def test_a_half_open_handshake_is_given_up_with_its_place(door: FtpDoor, sent: bytes):
    client = door.raw()
    assert client.ask("AUTH TLS").startswith("234")
    client.sock.sendall(sent)
    client.sock.settimeout(5)
    assert read_to_its_end(client.sock)
    assert eventually(lambda: door.counter._connections == [])
    assert not any(door.shared.occupancy._sources.tolist())


def test_whoever_reads_no_answer_of_the_door_is_let_go(door: FtpDoor):
    client = door.raw().login()
    client.sock.setblocking(False)
    assert eventually(lambda: is_cut_off(client.sock), within=20)
    client.close()


def is_cut_off(sock: socket.socket) -> bool:
    try:
        for _ in range(50):
            with contextlib.suppress(BlockingIOError):
                sock.send(b"FEAT\r\n" * 16)
            time.sleep(0.0005)
    except ConnectionError:
        return True
    return False
