"""Lines that fail at every point of an upload: nothing half is sealed, and the set can be sent again."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import paramiko

from domain.environments import Tray
from evidence.models import Submission
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import Door, put_plainly
from tests.door.faulty_line import Fault, FaultyLine, faulty_line
from tests.door.test_bad_input import wait_until
from tests.door.test_clients import acknowledged

PAYLOAD = a_payload(*[an_in(start="2030-07-01", end="2030-07-31")] * 250)
POINTS = 14


@contextlib.contextmanager
def session(door: Door, end: socket.socket) -> Iterator[paramiko.SFTPClient]:
    transport = paramiko.Transport(end)
    try:
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 10
        transport.connect(username=door.user, pkey=paramiko.PKey.from_path(door.key))
        client = transport.open_sftp_client()
        client.get_channel().settimeout(10)
        yield client
    finally:
        transport.close()


def put_set(client: paramiko.SFTPClient, door: Door, key: str, signature: bytes, line: FaultyLine) -> int:
    """Put a set; return how many bytes had gone up before the GO."""
    put_plainly(client, f"/IN/FI.{key}.1.1", PAYLOAD)
    put_plainly(client, f"/IN/FS.{key}.1.1", signature)
    before_go = line.up
    put_plainly(client, f"/IN/GO.{key}.1", b"")
    return before_go


def try_to_put(door: Door, key: str, signature: bytes, **how: object) -> bool:
    """Put a set over a line that fails; return whether the client knows of its success."""
    try:
        with faulty_line(door.port, **how) as (end, line), session(door, end) as client:
            put_set(client, door, key, signature, line)
    except (OSError, EOFError, paramiko.SSHException):
        return False
    return True


def is_sealed(key: str) -> bool:
    return Submission.objects.filter(parts__name=f"FI.{key}.1.1").exists()


def sound_upload(door: Door, signature: bytes) -> tuple[int, int, int]:
    """Return how many bytes go up before a GO, up in all and down in all."""
    with faulty_line(door.port) as (end, line), session(door, end) as client:
        before_go = put_set(client, door, door.next_key(), signature, line)
        return before_go, line.up, line.down


def test_a_line_that_fails_anywhere_seals_nothing_half_and_hinders_no_second_try(door: Door):
    signature = door.bench.sign(PAYLOAD)
    before_go, up, down = sound_upload(door, signature)
    assert Submission.objects.count() == 1
    sure = 0
    for fault in (Fault.CUT, Fault.RESET):
        for direction, total in (("up", up), ("down", down)):
            for point in range(POINTS):
                key, at = door.next_key(), 1 + total * point // POINTS
                succeeded = try_to_put(door, key, signature, fault=fault, direction=direction, at=at)
                if succeeded:
                    assert is_sealed(key)
                elif direction == "up" and at < before_go - 200:
                    sure += 1
                    assert not is_sealed(key)
    assert sure > POINTS
    for submission in Submission.objects.all():
        assert sorted(submission.parts.values_list("prefix", "blob__size")) == [
            ("FI", len(PAYLOAD)),
            ("FS", len(signature)),
        ]


def test_a_set_whose_line_failed_is_resumable_and_sent_again_filed_once(door: Door):
    signature = door.bench.sign(PAYLOAD)
    before_go, _, _ = sound_upload(door, signature)
    keys = [door.next_key() for _ in range(3)]
    for key, share in zip(keys, (0.3, 0.6, 0.9), strict=True):
        assert not try_to_put(door, key, signature, fault=Fault.CUT, at=int(before_go * share))
        assert not is_sealed(key)
        size = {entry.name: entry.size for entry in door.bench.mailbox().list_tray(Tray.IN)}[f"FI.{key}.1.1"]
        assert 0 < size < len(PAYLOAD)
        assert try_to_put(door, key, signature)
        assert is_sealed(key)
    assert acknowledged(door) == [[]] * 4


def test_lines_that_fall_silent_are_given_up_at_every_point_and_seal_nothing(door: Door):
    signature = door.bench.sign(PAYLOAD)
    before_go, _, _ = sound_upload(door, signature)
    door.restart(GUICHET_SFTP_IDLE_SECONDS="2", GUICHET_SFTP_LOGIN_SECONDS="2", GUICHET_SFTP_PENALTIES="off")
    keys = [door.next_key() for _ in range(POINTS)]
    with contextlib.ExitStack() as stack:
        lines = []
        for point, key in enumerate(keys):
            end, line = stack.enter_context(
                faulty_line(door.port, fault=Fault.SILENT, at=1 + (before_go - 200) * point // POINTS)
            )
            lines.append(line)
            threading.Thread(target=put_quietly, args=(door, end, key, signature, line), daemon=True).start()
        end, line = stack.enter_context(faulty_line(door.port, fault=Fault.SILENT, direction="down", at=6000))
        lines.append(line)
        threading.Thread(target=ask_and_ask, args=(door, end), daemon=True).start()
        assert all(line.was_left_by_door.wait(20) for line in lines)
    assert [key for key in keys if is_sealed(key)] == []
    assert try_to_put(door, keys[-1], signature)
    wait_until(lambda: sum(line["event"] == "sftp session idle too long" for line in door.said()) > 2)


def put_quietly(door: Door, end: socket.socket, key: str, signature: bytes, line: FaultyLine) -> None:
    with contextlib.suppress(OSError, EOFError, paramiko.SSHException), session(door, end) as client:
        put_set(client, door, key, signature, line)


def test_a_slow_line_delivers_like_any_other(door: Door):
    key = door.next_key()
    assert try_to_put(door, key, door.bench.sign(PAYLOAD), pause=0.002, block=500)
    assert is_sealed(key)


def ask_and_ask(door: Door, end: socket.socket) -> None:
    """Ask for much and take nothing, so that the answers of the door wait."""
    with contextlib.suppress(OSError, EOFError, paramiko.SSHException), session(door, end) as client:
        for _ in range(100_000):
            client._async_request(type(None), paramiko.sftp.CMD_STAT, "/IN")
