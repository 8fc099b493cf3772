"""Slow, cut, reset and half-open connections at every point of an upload: nothing half is ever sealed."""

import contextlib
import socket
import struct
import time

import pytest

from channels.models import StagedFile
from evidence.models import Submission
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web
from tests.web.raw_requests import a_head, ask, multipart, receive, status

PAYLOAD = a_payload(an_in())
LARGE = PAYLOAD + b" " * 700_000


def a_set(web: Web, payload: bytes = PAYLOAD) -> tuple[str, bytes]:
    key = web.next_key()
    return key, multipart([(f"FI.{key}.1.1", payload), (f"FS.{key}.1.1", web.bench.sign(payload))])


def reset(connection: socket.socket) -> None:
    """End the connection by a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def settle(web: Web, mark: int, event: str = "web request broken off") -> None:
    """Wait until the server has noticed."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if any(line["event"] == event for line in web.server.log_since(mark)):
            return
        time.sleep(0.02)
    raise TimeoutError(web.server.log[mark:])


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_an_upload_cut_at_any_point_seals_nothing_and_can_be_sent_again(web: Web, ending: str):
    key, body = a_set(web, LARGE)
    request = a_head(web.token(), length=len(body)) + body
    head = len(request) - len(body)
    points = (
        10,
        head - 1,
        head + 1,
        head + 200,
        head + 400_000,
        len(request) - 300,
        len(request) - 10,
        len(request) - 1,
    )
    for point in points:
        mark = len(web.server.log)
        with web.server.connection() as connection:
            connection.sendall(request[:point])
            time.sleep(0.05)
            if ending == "reset":
                reset(connection)
        if point > head:
            settle(web, mark)
        assert "Traceback" not in web.server.log[mark:]

    assert not Submission.objects.exists()
    assert status(ask(web, request)) == 202
    assert Submission.objects.get().subject_name == f"GO.{key}.1"


def test_a_half_closed_connection_seals_nothing(web: Web):
    _, body = a_set(web)
    mark = len(web.server.log)
    with web.server.connection() as wrapped:
        wrapped.sendall(a_head(web.token(), length=len(body)) + body[:-20])
        with contextlib.suppress(OSError):
            wrapped.shutdown(socket.SHUT_WR)
        settle(web, mark)

    assert not Submission.objects.exists()


def test_a_silent_connection_is_told_that_it_is_too_slow(web: Web):
    """The half-open case: the client is gone and nobody said so."""
    _, body = a_set(web)
    answer = ask(web, a_head(web.token(), length=len(body)) + body[:-20], seconds=15)

    assert status(answer) == 408
    assert not Submission.objects.exists()
    assert not StagedFile.objects.exists()


def test_a_trickle_below_the_least_rate_is_ended_though_it_never_stops(web: Web):
    key, _ = a_set(web)
    token, began, answer = web.token(), time.monotonic(), b""
    with web.server.connection() as connection:
        connection.sendall(a_head(token, length=100, request=f"PUT /api/v1/deliveries/FI.{key}.1.1/parts", kind="x/y"))
        connection.settimeout(0.2)
        while not answer and time.monotonic() - began < 10:
            with contextlib.suppress(TimeoutError):
                connection.sendall(b"x")
                answer = connection.recv(1000)

    assert status(answer) == 408
    assert time.monotonic() - began < 8


def test_a_range_that_broke_off_goes_on_where_it_ended(web: Web):
    name = f"FI.{web.next_key()}.1.1"
    head = a_head(web.token(), length=len(LARGE), request=f"PUT /api/v1/deliveries/{name}/parts", kind="x/y")
    mark = len(web.server.log)
    with web.server.connection() as connection:
        connection.sendall(head + LARGE[:600_000])
        time.sleep(0.2)
    settle(web, mark)
    with web.http() as http:
        path = f"/api/v1/deliveries/{name}/parts"
        arrived = http.get(path).json()["received"]
        rest = {"Content-Range": f"bytes {arrived}-{len(LARGE) - 1}/{len(LARGE)}"}
        answer = http.put(path, content=LARGE[arrived:], headers=rest)

    assert 0 < arrived <= 600_000
    assert answer.json() == {"name": name, "received": len(LARGE), "is_closed": True}


def test_a_go_whose_connection_breaks_counts_for_nothing(web: Web):
    key = web.next_key()
    with web.http() as http:
        http.put(f"/api/v1/deliveries/FI.{key}.1.1/parts", content=PAYLOAD)
        http.put(f"/api/v1/deliveries/FS.{key}.1.1/parts", content=web.bench.sign(PAYLOAD))
    head = a_head(web.token(), length=10, request=f"PUT /api/v1/deliveries/GO.{key}.1/parts", kind="x/y")
    mark = len(web.server.log)
    with web.server.connection() as connection:
        connection.sendall(head + b"go")
    settle(web, mark)

    assert not Submission.objects.exists()


def test_a_set_cut_behind_its_last_byte_is_sealed_once(web: Web):
    """The go-ahead was given: what the client did not hear, a repeat tells it."""
    _, body = a_set(web)
    request = a_head(web.token(), length=len(body)) + body
    with web.server.connection() as connection:
        connection.sendall(request)
        reset(connection)
    time.sleep(0.5)
    answer = ask(web, request)

    assert status(answer) == 202
    assert Submission.objects.filter(first_of_name=None).count() == 1


def test_an_answer_is_read_whole_by_a_slow_reader(web: Web):
    with web.http() as http:
        http.post("/api/v1/deliveries", files=web.files(PAYLOAD))
        web.bench.work()
        answer = http.get("/api/v1/answers").json()["answers"][0]
    with web.server.connection() as connection:
        connection.sendall(a_head(web.token(), length=None, request=f"GET /api/v1/answers/{answer['id']}"))
        time.sleep(0.3)
        received = receive(connection)

    assert len(received.partition(b"\r\n\r\n")[2]) == answer["size"]
