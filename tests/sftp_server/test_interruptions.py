"""Connections that are cut, clients that say nothing or too much, doors that close."""

import contextlib
import socket
import struct
import subprocess
import threading
import time

import paramiko
import pytest
from paramiko.common import cMSG_CHANNEL_DATA, cMSG_CHANNEL_EXTENDED_DATA
from paramiko.sftp import CMD_CLOSE

from domain.environments import Tray
from domain.refusals import OutageError
from tests.sftp_server.conftest import USER

FI = "FI.DIMN.123456.20260302.00001.R.1.1"


def test_an_upload_that_is_cut_is_abandoned_and_never_closed(door):
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        upload.write(b"x" * 100_000)
        upload.flush()
        client.get_channel().get_transport().sock.close()
        door.trays.wait_for(f"abandon {FI}")
    assert f"close {FI}" not in door.trays.journal


def test_a_client_that_is_killed_leaves_its_upload_abandoned(door):
    (door.folder / FI).write_bytes(bytes(60_000_000))
    arguments = ["sftp", *door.options(), "-l", "20000", "-P", str(door.port), f"{USER}@127.0.0.1"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, cwd=door.folder, text=True) as sftp:
        sftp.stdin.write(f"put {FI} IN\n")
        sftp.stdin.flush()
        assert door.trays.writing.wait(20)
        sftp.kill()
    door.trays.wait_for(f"abandon {FI}")
    assert f"close {FI}" not in door.trays.journal


def test_a_session_that_ends_in_order_abandons_what_it_left_open(door):
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        client.close()
        door.trays.wait_for(f"abandon {FI}")
        del upload


def test_a_door_that_closes_finishes_the_close_in_flight_and_abandons_the_rest(door):
    door.trays.hold_close = threading.Event()
    with door.client() as client, door.client() as idle:
        upload, left = client.open(f"IN/{FI}", "wb"), idle.open("IN/OTHER", "wb")
        number = client._async_request(type(None), CMD_CLOSE, upload.handle)
        assert door.trays.closing.wait(20)
        stopping = threading.Thread(target=door.stop)
        stopping.start()
        door.trays.wait_for("abandon OTHER")
        door.trays.hold_close.set()
        _, data = client._read_packet()
        assert struct.unpack(">II", data[:8]) == (number, 0)
        stopping.join(30)
        del left
    assert door.trays.journal.count(f"close {FI}") == 1
    assert f"abandon {FI}" not in door.trays.journal


def test_a_door_that_closes_does_not_wait_for_a_close_without_end(doorkeeper):
    door = doorkeeper.open(drain=0.2)
    door.trays.hold_close = threading.Event()
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        client._async_request(type(None), CMD_CLOSE, upload.handle)
        assert door.trays.closing.wait(20)
        door.stop()
        assert door.trays.journal[-1] != f"close {FI}"
        door.trays.hold_close.set()


def test_a_closed_door_takes_nobody(door):
    door.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", door.port), timeout=5)


def test_a_silent_caller_is_sent_away(doorkeeper):
    door = doorkeeper.open(login_grace=0.2)
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as silent:
        assert silent.makefile("rb").read() == b"SSH-2.0-Guichet\r\n"


def test_a_caller_that_never_logs_in_is_sent_away(doorkeeper):
    door = doorkeeper.open(login_grace=0.5)
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    transport.join(20)
    assert not transport.is_active()


def test_an_idle_session_ends_and_its_upload_is_abandoned(doorkeeper):
    door = doorkeeper.open(idle=0.3)
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        door.trays.wait_for(f"abandon {FI}")
        del upload


def test_a_login_without_a_session_is_idle(doorkeeper):
    door = doorkeeper.open(idle=0.3)
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.connect(username=USER, pkey=paramiko.PKey.from_path(door.keys.user))
    transport.join(20)
    assert not transport.is_active()


def test_a_channel_without_a_session_is_idle(doorkeeper):
    door = doorkeeper.open(idle=0.3)
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.connect(username=USER, pkey=paramiko.PKey.from_path(door.keys.user))
    channel = transport.open_session()
    transport.join(20)
    assert not transport.is_active()
    assert channel.closed


def test_connections_beyond_the_cap_are_turned_away(doorkeeper):
    door = doorkeeper.open(connections=1)
    with door.client() as client:
        with socket.create_connection(("127.0.0.1", door.port), timeout=20) as other:
            assert other.recv(100) == b"Exceeded MaxStartups\r\n"
        assert client.listdir("IN") == []


def test_a_place_is_free_again_when_its_client_has_gone(doorkeeper):
    door = doorkeeper.open(connections=1)
    for _ in range(3):
        deadline = time.monotonic() + 20
        while True:
            try:
                with door.client() as client:
                    assert client.listdir("IN") == []
                break
            except (paramiko.SSHException, EOFError, OSError):
                assert time.monotonic() < deadline


def test_sessions_of_one_connection_are_counted(doorkeeper):
    door = doorkeeper.open(channels=2)
    with door.client() as client:
        transport = client.get_channel().get_transport()
        for _ in range(5):
            with transport.open_sftp_client() as second:
                assert second.listdir("IN") == []
                with pytest.raises(paramiko.ChannelException):
                    transport.open_session()
            deadline = time.monotonic() + 20
            while len(transport._channels) > 1 and time.monotonic() < deadline:
                time.sleep(0.01)


def test_one_channel_has_one_session(door):
    with door.client() as client, pytest.raises((paramiko.SSHException, EOFError)):
        client.get_channel().invoke_subsystem("sftp")


def test_windows_shrink_when_the_worker_has_given_its_memory_out(doorkeeper):
    door = doorkeeper.open(window=1_000_000, windows_total=1_500_000, window_minimum=65_536)
    with door.client() as client:
        transport = client.get_channel().get_transport()
        channels = [transport.open_session() for _ in range(2)]
    windows = [channel.out_window_size for channel in channels]
    assert windows == [500_000, 65_536]


@pytest.mark.parametrize("kind", [cMSG_CHANNEL_DATA, cMSG_CHANNEL_EXTENDED_DATA])
def test_a_client_that_ignores_its_window_is_cut_off(doorkeeper, kind):
    door = doorkeeper.open(window=65_536)
    door.trays.hold_close = threading.Event()
    with door.client() as client:
        upload = client.open(f"IN/{FI}", "wb")
        client._async_request(type(None), CMD_CLOSE, upload.handle)
        assert door.trays.closing.wait(20)
        transport = client.get_channel().get_transport()
        with contextlib.suppress(EOFError, OSError):
            _flood(client.get_channel(), kind)
        transport.join(20)
        assert not transport.is_active()
        door.trays.hold_close.set()


def _flood(channel: paramiko.Channel, kind: bytes) -> None:
    for _ in range(30):
        message = paramiko.Message()
        message.add_byte(kind)
        message.add_int(channel.remote_chanid)
        if kind == cMSG_CHANNEL_EXTENDED_DATA:
            message.add_int(1)
        message.add_string(bytes(30_000))
        channel.get_transport()._send_message(message)


def test_a_packet_that_announces_gigabytes_is_not_waited_for(door):
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as raw:
        raw.sendall(b"SSH-2.0-test\r\n" + struct.pack(">I", 2**31) + bytes(60))
        assert raw.makefile("rb").read().startswith(b"SSH-2.0-Guichet\r\n")


def test_a_greeting_without_end_is_cut_off(doorkeeper):
    door = doorkeeper.open(before_login=10_000)
    with (
        socket.create_connection(("127.0.0.1", door.port), timeout=20) as raw,
        pytest.raises((ConnectionResetError, BrokenPipeError)),
    ):
        _talk_on(raw)


def _talk_on(raw: socket.socket) -> None:
    for _ in range(10_000):
        raw.sendall(b"x" * 1000)


def test_an_outbox_is_read_while_another_session_uploads(door):
    door.trays.trays[Tray.OUT]["FO"] = bytearray(b"answer")
    with door.client() as one, door.client() as other:
        upload = one.open(f"IN/{FI}", "wb")
        with other.open("OUT/FO") as answer:
            assert answer.read() == b"answer"
        upload.close()
    assert f"close {FI}" in door.trays.journal


def test_a_mailbox_that_cannot_be_opened_ends_the_session(door):
    door.trays.trouble_at_opening = OutageError("the database is away")
    assert door.sftp("ls").code != 0
    door.trays.trouble_at_opening = None
    assert door.sftp("ls").code == 0


def test_a_session_begins_with_a_greeting(door):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.connect(username=USER, pkey=paramiko.PKey.from_path(door.keys.user))
    channel = transport.open_session()
    channel.invoke_subsystem("sftp")
    channel.sendall(struct.pack(">IBI", 5, CMD_CLOSE, 1))
    channel.settimeout(20)
    assert channel.recv(100) == b""
    transport.close()
