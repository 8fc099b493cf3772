"""Cut, reset, half-open and slow connections at every point of an upload: nothing half is ever sealed."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time

import pytest

from domain.environments import Tray
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


def test_a_data_connection_that_never_comes_ends_the_upload(door: FtpDoor):
    client, name = door.raw().login(), door.name
    client.ask("EPSV")
    assert client.ask(f"STOR /IN/{name}").startswith("150")
    assert client.read().startswith("425")
    client.close()
    assert door.staged() == {name: False}


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


def test_a_control_connection_lost_during_the_seal_loses_nothing_that_was_closed(door: FtpDoor):
    name = stage_all_but(door, "GO")
    client, data = start_upload(door, name, b"")
    data.close()
    time.sleep(0.05)
    reset(client.sock)
    client._file.close()
    assert eventually(lambda: door.counter._connections == [])
    assert eventually(lambda: submissions() == 1 or door.staged()[name] is False)


def test_a_reset_during_a_download_does_not_count_as_downloaded(door: FtpDoor):
    door.bench.deliver(PAYLOAD)
    door.bench.work()
    (name,) = (entry.name for entry in door.bench.mailbox().list_tray(Tray.OUT) if entry.name.startswith("FO.ACRF"))
    client = door.raw().login()
    data = client.open_data()
    assert client.ask(f"RETR /OUT/{name}").startswith("150")
    time.sleep(0.01)
    reset(data)
    answer = client.read()
    client.close()
    assert answer[:3] in {"426", "226"}


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
