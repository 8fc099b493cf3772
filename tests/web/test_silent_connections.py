"""Connections that never finish their handshake: bounded by source and in all, let go soon, and in nobody's way."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.web.conftest import Server

HALF_A_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
OF_ONE_SOURCE, IN_ALL, SECONDS = 10, 16, 1.0
"""What the impatient server is told."""

pytestmark = pytest.mark.django_db(transaction=True)


def call(server: Server, source: str, *, said: bytes = b"") -> socket.socket:
    silent = socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(source, 0))
    silent.sendall(said)
    return silent


@contextlib.contextmanager
def silent_ones(server: Server, count: int, source: str, *, said: bytes = b"") -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(call(server, source, said=said)) for _ in range(count)]


def lives(silent: socket.socket, *, seconds: float) -> bool:
    """Whether the connection is still there after so many seconds."""
    silent.settimeout(seconds)
    try:
        return bool(silent.recv(1))
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def is_answered(server: Server, *, source: str = "127.0.0.1") -> bool:
    with (
        contextlib.suppress(OSError),
        call(server, source) as plain,
        server.tls().wrap_socket(plain, server_hostname="localhost") as wrapped,
    ):
        wrapped.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return wrapped.recv(65536).startswith(b"HTTP/1.1 200 ")
    return False


@pytest.fixture
def quiet(impatient: Server) -> Server:
    """The impatient server once nobody's handshake waits any more."""
    time.sleep(SECONDS + 0.2)
    return impatient


@pytest.mark.parametrize("said", [b"", HALF_A_HELLO], ids=["nothing", "half a hello"])
def test_a_handshake_that_is_not_finished_is_given_up_soon(quiet: Server, said: bytes):
    mark = len(quiet.log)
    with call(quiet, "127.0.0.2", said=said) as silent:
        begun = time.monotonic()
        assert not lives(silent, seconds=8)
        assert time.monotonic() - begun >= SECONDS - 0.3
    assert "Traceback" not in quiet.log[mark:]


def test_one_source_has_so_many_silent_connections_and_others_are_answered(quiet: Server):
    mark = len(quiet.log)
    with silent_ones(quiet, OF_ONE_SOURCE, "127.0.0.3"):
        assert not is_answered(quiet, source="127.0.0.3")
        assert is_answered(quiet, source="127.0.0.4")
        with call(quiet, "127.0.0.3") as turned_away:
            assert not lives(turned_away, seconds=0.5)
    told = [line for line in quiet.log_since(mark) if line["event"] == "http connection broken off"]
    assert [(line["source"], line["reason"]) for line in told if "many" in str(line["reason"])] == [
        ("127.0.0.3", "too many handshakes of one source")
    ]


def test_all_sources_together_have_so_many_silent_connections(quiet: Server):
    with (
        silent_ones(quiet, OF_ONE_SOURCE - 1, "127.0.0.5"),
        silent_ones(quiet, IN_ALL - OF_ONE_SOURCE + 1, "127.0.0.6"),
    ):
        assert not is_answered(quiet, source="127.0.0.7")


def test_the_places_of_silent_connections_are_free_again_once_they_are_given_up(quiet: Server):
    with silent_ones(quiet, OF_ONE_SOURCE, "127.0.0.8", said=HALF_A_HELLO) as silent:
        assert not any(lives(one, seconds=8) for one in silent)
        until = time.monotonic() + 5
        while not is_answered(quiet, source="127.0.0.8"):  # a busy machine may be late, or give up a handshake of ours
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_connection_that_was_cut_during_its_handshake_leaves_its_place(quiet: Server):
    for _ in range(2):
        with silent_ones(quiet, OF_ONE_SOURCE - 1, "127.0.0.9", said=HALF_A_HELLO):
            pass
        time.sleep(0.2)
    assert is_answered(quiet, source="127.0.0.9")


def test_connections_whose_handshake_is_done_are_no_silent_ones(quiet: Server):
    with contextlib.ExitStack() as stack:
        for _ in range(IN_ALL + 4):
            stack.enter_context(quiet.connection())
        assert is_answered(quiet)
