"""How many may come at once, from one source, for one sender and before a login; who fails too often waits."""

import contextlib
import ipaddress
import os
import signal
import socket
import threading
import time

import paramiko
import pytest
import structlog

from channels.doors.sources import source_of
from sftp_server.admission import Admission, Admitted, TurnedAway, open_counts
from sftp_server.door_settings import DoorSettings
from sftp_server.penalties import BYTES, Penalties, PenaltyRules
from sftp_server.shared_counts import SharedCounts
from tests.sftp_server.conftest import USER, OpenDoor


class SetClock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def an_admission(*, draw: float = 1.0, clock: SetClock | None = None, **settings: object) -> Admission:
    chosen = DoorSettings(**settings)
    counts = open_counts(chosen, workers=1)
    counts.enter()
    return Admission(counts, chosen, draw=lambda: draw, now=clock or SetClock())


def call(port: int, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))


def first_line(connection: socket.socket) -> bytes:
    return connection.recv(100)


def test_one_source_fills_its_share_and_another_still_gets_in(doorkeeper):
    door = doorkeeper.open(source_startups=2)
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            assert first_line(stack.enter_context(call(door.port))) == b"SSH-2.0-Guichet\r\n"
        assert first_line(stack.enter_context(call(door.port))) == b"Exceeded MaxStartups\r\n"
        assert first_line(stack.enter_context(call(door.port, "127.0.0.2"))) == b"SSH-2.0-Guichet\r\n"


def test_a_login_frees_the_place_before_it(doorkeeper):
    door = doorkeeper.open(source_startups=1)
    with door.client() as one, door.client() as other:
        assert one.listdir("IN") == other.listdir("IN") == []


def test_connections_of_one_source_are_counted(doorkeeper):
    door = doorkeeper.open(source_connections=1)
    with door.client() as client:
        assert first_line(_Once(door.port)) == b"Exceeded MaxStartups\r\n"
        with call(door.port, "127.0.0.2") as elsewhere:
            assert first_line(elsewhere) == b"SSH-2.0-Guichet\r\n"
        assert client.listdir("IN") == []


class _Once:
    """A connection that is closed once its first line is read."""

    def __init__(self, port: int) -> None:
        self._port = port

    def recv(self, size: int) -> bytes:
        with call(self._port) as connection:
            return connection.recv(size)


def test_exempt_sources_have_no_share():
    admission = an_admission(source_startups=1, exempt=(ipaddress.ip_network("192.0.2.0/24"),))
    assert all(isinstance(admission.admit("192.0.2.9"), Admitted) for _ in range(5))
    assert [isinstance(admission.admit("198.51.100.1"), Admitted) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("waiting", "draw", "is_let_in"), [(3, 0.0, True), (4, 0.29, False), (4, 0.31, True), (7, 0.8, False)]
)
def test_the_fuller_the_house_the_likelier_a_new_one_is_dropped(waiting, draw, is_let_in):
    settings = {"startups_begin": 4, "startups_rate": 30, "startups_full": 8}
    admission = an_admission(draw=1.0, **settings)
    for number in range(waiting):
        assert isinstance(admission.admit(f"192.0.2.{number}"), Admitted)
    admission._draw = lambda: draw
    assert isinstance(admission.admit("198.51.100.1"), Admitted) is is_let_in


def test_nobody_is_let_in_beyond_the_cap_before_a_login():
    admission = an_admission(startups_begin=2, startups_full=2)
    assert [isinstance(admission.admit(f"192.0.2.{n}"), Admitted) for n in range(3)] == [True, True, False]


def test_who_is_turned_away_again_and_again_is_logged_once_a_minute():
    clock = SetClock()
    admission = an_admission(startups_begin=1, startups_full=1, clock=clock)
    admission.admit("192.0.2.1")
    with structlog.testing.capture_logs() as said:
        for _ in range(5):
            assert isinstance(admission.admit("198.51.100.1"), TurnedAway)
        clock.seconds += 61
        admission.admit("198.51.100.1")
    assert [(line["peer"], line["event"]) for line in said] == [("198.51.100.1", "sftp connection turned away")] * 2


def test_an_ipv6_source_is_its_network():
    assert source_of("2001:db8::1") == source_of("2001:db8::ffff:1") != source_of("2001:db8:0:1::1")


def penalties(clock: SetClock, **rules: float) -> Penalties:
    counts = SharedCounts(workers=1, places=1, common=BYTES)
    return Penalties(counts, PenaltyRules(**rules), now=clock)


def test_a_source_that_keeps_failing_waits_until_its_penalty_is_over():
    clock = SetClock()
    known = penalties(clock, least=15.0, most=600.0)
    assert [known.add("a", 5.0) for _ in range(2)] == [None, None]
    assert not known.is_refused("a")
    assert known.add("a", 5.0) == 15.0
    assert known.is_refused("a")
    assert not known.is_refused("b")
    clock.seconds += 14.9
    assert known.is_refused("a")
    clock.seconds += 0.2
    assert not known.is_refused("a")
    assert known.add("a", 5.0) is None


def test_no_source_waits_longer_than_the_most():
    clock = SetClock()
    known = penalties(clock, least=15.0, most=60.0)
    for _ in range(100):
        known.add("a", 10.0)
    clock.seconds += 60.1
    assert not known.is_refused("a")


def test_more_sources_than_are_remembered_push_out_those_that_wait_least():
    clock = SetClock()
    known = penalties(clock, least=1.0, most=600.0)
    known.add("persistent", 600.0)
    for number in range(30_000):
        known.add(str(number), 2.0)
    assert known.is_refused("persistent")


def fail_to_log_in(door: OpenDoor) -> None:
    transport = paramiko.Transport(("127.0.0.1", door.port))
    with pytest.raises(paramiko.SSHException):
        transport.connect(username=USER, pkey=paramiko.PKey.from_path(door.keys.stranger))
    transport.close()


def test_failed_logins_close_the_door_to_their_source_alone(doorkeeper):
    door = doorkeeper.open(penalties=PenaltyRules(failed_login=1.0, least=2.0))
    for _ in range(2):
        fail_to_log_in(door)
    wait_until(lambda: first_line(_Once(door.port)) == b"Not allowed at this time\r\n")
    with call(door.port, "127.0.0.2") as elsewhere:
        assert first_line(elsewhere) == b"SSH-2.0-Guichet\r\n"
    wait_until(lambda: door.sftp("ls").code == 0)


def wait_until(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_outage_of_ours_is_no_fault_of_the_source(doorkeeper):
    door = doorkeeper.open(penalties=PenaltyRules(failed_login=1.0, no_login=1.0, least=1.0))
    door.directory.trouble = ConnectionError("the database is away")
    assert door.sftp("ls").code != 0
    door.directory.trouble = None
    assert door.sftp("ls").code == 0


def test_a_wrong_key_before_the_right_one_is_no_fault(doorkeeper):
    door = doorkeeper.open(penalties=PenaltyRules(failed_login=1.0, least=1.0))
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey(USER, paramiko.PKey.from_path(door.keys.stranger))
    transport.auth_publickey(USER, paramiko.PKey.from_path(door.keys.user))
    transport.close()
    assert door.sftp("ls").code == 0


def test_a_silent_caller_costs_its_source_more_than_one_that_leaves(doorkeeper):
    door = doorkeeper.open(login_grace=0.2, penalties=PenaltyRules(no_login=1.0, overdue=5.0, least=4.0))
    with call(door.port) as leaving:
        first_line(leaving)
    with call(door.port) as silent:
        assert silent.makefile("rb").read() == b"SSH-2.0-Guichet\r\n"
    wait_until(lambda: first_line(_Once(door.port)) == b"Not allowed at this time\r\n")


def test_sessions_of_one_sender_are_counted_over_its_connections(doorkeeper):
    door = doorkeeper.open(sender_sessions=1)
    with door.client() as client:
        with pytest.raises(paramiko.SSHException), door.client():
            pass
        assert client.listdir("IN") == []
    wait_until(lambda: door.sftp("ls").code == 0)


def test_a_killed_worker_leaves_no_place_taken_and_no_lock():
    counts = SharedCounts(workers=2, places=4)
    counts.enter()
    process = os.fork()
    if process == 0:
        counts._free = []
        counts._thread_lock = threading.Lock()
        counts.enter()
        counts.take("session", "123456", limit=9)
        with counts.locked():
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)
    assert counts.count("session", "123456") == 1
    successor = os.fork()
    if successor == 0:
        counts.enter()
        os._exit(counts.count("session", "123456"))
    assert os.waitstatus_to_exitcode(os.waitpid(successor, 0)[1]) == 0


def test_a_place_given_back_twice_is_free_once():
    counts = SharedCounts(workers=1, places=1)
    counts.enter()
    place = counts.take("session", "a", limit=1)
    assert counts.take("session", "b", limit=1) is None
    place.give_back()
    place.give_back()
    assert len(counts._free) == 1


def test_a_worker_too_many_finds_no_region():
    counts = SharedCounts(workers=1, places=1)
    counts.enter()
    process = os.fork()
    if process == 0:
        with contextlib.suppress(RuntimeError):
            counts.enter()
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
