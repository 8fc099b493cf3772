"""Bodies in chunks: taken where programs of the official services send so, within the same bounds, and nowhere else."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from channels.web.presence.contract import SOAP_PATH
from portal.http_worker import HEAD_BYTES
from tests.web.check_in_door import Door, an_event, open_door
from tests.web.conftest import Web
from tests.web.raw_requests import a_head, ask, receive, status
from tests.web.soap_programs import GET, code_of, envelope, post

OFFICIAL = "/REST/presenceRegistration/v1/presenceRegistrations"
OWN = "/api/v1/presenceRegistrations"
CHUNKED = "Transfer-Encoding: chunked\r\n"
MESSAGE = envelope(GET.format(7))
SOAP = f"POST {SOAP_PATH}"
END = b"0\r\n\r\n"


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


async def pieces(*content: bytes) -> AsyncIterator[bytes]:
    for piece in content:
        yield piece


def chunked(content: bytes, size: int = 4096) -> bytes:
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def soap_head(web: Web, extra: str = CHUNKED) -> bytes:
    return a_head(web.token(), length=None, request=SOAP, extra=extra, kind="text/xml")


@pytest.mark.parametrize("root", [OWN, OFFICIAL])
def test_items_are_taken_in_chunks(door: Door, root: str):
    content = json.dumps({"items": [an_event()]}).encode()
    headers = {"Content-Type": "application/json"}
    answer = door.ask("POST", f"{root}/registerInBulk", content=pieces(content[:10], content[10:]), headers=headers)

    assert (answer.status_code, len(door.check_ins.brought)) == (200, 1), answer.text


@pytest.mark.parametrize("operation", ["registerInBulk", "cancel", "corrections", "search"])
@pytest.mark.parametrize("root", [OWN, OFFICIAL])
def test_every_operation_with_items_takes_chunks(door: Door, root: str, operation: str):
    headers = {"Content-Type": "application/json"}

    assert door.ask("POST", f"{root}/{operation}", content=pieces(b"[", b"]"), headers=headers).status_code == 422


def test_a_message_is_taken_in_chunks(door: Door):
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    answer = door.ask("POST", SOAP_PATH, content=pieces(MESSAGE[:50], MESSAGE[50:]), headers=headers)

    assert (answer.status_code, answer.content) == (200, post(door, MESSAGE).content)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/deliveries"),
        ("PUT", f"/api/v1/evidence/{'0' * 64}"),
        ("POST", "/api/v1/student-days/remaining"),
        ("GET", f"{OWN}/7"),
        ("POST", "/api/oauth/token"),
    ],
)
def test_everywhere_else_a_length_is_declared(door: Door, method: str, path: str):
    assert door.ask(method, path, content=pieces(b"x")).status_code == 411


def test_chunks_are_no_way_around_the_longest_body(door: Door):
    headers = {"Content-Type": "application/json"}
    too_long = (b" " * 65536 for _ in range(9))

    assert door.ask("POST", f"{OWN}/search", content=pieces(*too_long), headers=headers).status_code == 413


def test_a_message_in_too_many_chunks_is_answered_by_a_fault(door: Door):
    answer = post(door, pieces(*(b" " * 65536 for _ in range(9))))

    assert code_of(answer) == "SOA-03001"
    assert "at most 524288 bytes" in answer.text


def test_who_shows_no_token_sends_no_chunk(door: Door):
    assert door.ask("POST", f"{OWN}/cancel", token=None, content=pieces(b"[]")).status_code == 401


@pytest.mark.parametrize("size", [1, 4096])
def test_the_next_request_begins_behind_the_last_chunk(web: Web, size: int):
    """Whoever signs nothing and has no such service learns so from the message, which was read whole then."""
    whole = soap_head(web) + chunked(MESSAGE, size) + END
    with web.server.connection() as connection:
        for _ in range(2):
            connection.sendall(whole)
            answer = receive(connection)
            assert (status(answer), b"SOA-01002" in answer) == (500, True), answer


def test_what_stands_behind_the_chunks_is_no_header(web: Web):
    trailer = f"0\r\nAuthorization: Bearer {web.token()}\r\n\r\n".encode()
    head = soap_head(web).replace(b"Authorization", b"X-Nothing")

    assert b"SOA-01001" in ask(web, head + chunked(MESSAGE) + trailer)


@pytest.mark.parametrize("around", [b"1;x=%b\r\nx\r\n", b"0\r\nX-Trailer: %b"], ids=["extension", "trailer"])
def test_what_stands_around_chunks_is_bounded(web: Web, around: bytes):
    mark = len(web.server.log)
    with web.server.connection() as connection, contextlib.suppress(OSError):
        connection.sendall(soap_head(web) + chunked(MESSAGE))
        for _ in range(100):
            connection.sendall(around.replace(b"%b", b"x" * HEAD_BYTES))
            around = around if around.startswith(b"1") else b"%b"
        receive(connection)

    told = [(line["event"], line.get("reason")) for line in web.server.log_since(mark)]
    assert ("http connection broken off", "too much around the chunks") in told


def test_a_chunk_that_never_comes_is_not_waited_for(web: Web):
    answer = ask(web, soap_head(web) + chunked(MESSAGE))

    assert (status(answer), b"SOA-03001" in answer, b"send the body faster" in answer) == (500, True, True)


@pytest.mark.parametrize("size", [b"x\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"5\nhello\r\n", b"2\r\nhello\r\n"])
def test_a_chunk_that_is_none_ends_the_connection(web: Web, size: bytes):
    assert status(ask(web, soap_head(web) + size + MESSAGE + END)) == 400


@pytest.mark.parametrize(
    "extra",
    [
        CHUNKED + "Content-Length: 5\r\n",
        "Content-Length: 5\r\n" + CHUNKED,
        CHUNKED * 2,
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \x0bchunked\r\n",
        "Transfer-Encoding: chunked;q=1\r\n",
        "Transfer-Encoding: identity\r\n",
    ],
)
def test_a_message_whose_end_is_not_certain_is_refused(web: Web, extra: str):
    head = soap_head(web, extra)
    mark = len(web.server.log)
    answer = ask(web, head + chunked(MESSAGE) + END)

    assert status(answer) in {400, 411}
    assert [line["event"] for line in web.server.log_since(mark)] == ["http request refused"]


def test_chunks_of_a_protocol_that_has_none_are_refused(web: Web):
    head = soap_head(web).replace(b"HTTP/1.1", b"HTTP/1.0")

    assert status(ask(web, head + chunked(MESSAGE) + END)) in {400, 411}
