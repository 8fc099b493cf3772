"""A head that does not arrive in time is answered where a request has begun (RFC 9110 §15.5.9), else just ended."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from uvicorn.config import Config
from uvicorn.server import ServerState

from channels.web.problems import Problem, ProblemKind
from portal.http_worker import HEAD_SECONDS, LINGER_SECONDS, BoundedHttp


class TimersInHand(asyncio.AbstractEventLoop):
    """A loop whose timers run when the test says so."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, asyncio.TimerHandle]] = []

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any, **_: Any) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(delay, callback, args, self)
        self.timers.append((delay, handle))
        return handle

    def get_debug(self) -> bool:
        return False

    def _timer_handle_cancelled(self, _handle: asyncio.TimerHandle) -> None:
        """Nothing is kept in order."""

    def run_out(self, delay: float) -> None:
        (handle,) = [handle for seconds, handle in self.timers if seconds == delay and not handle.cancelled()]
        handle._run()


class Line(asyncio.Transport):
    """One connection, as the client sees it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.7", 40000)})
        self.written, self.ended = b"", ""

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.written += data

    def is_closing(self) -> bool:
        return bool(self.ended)

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"


async def answer_nothing(_scope: object, _receive: object, _send: object) -> None:
    """Stand for the application, which no request here reaches."""


@pytest.fixture
def loop() -> TimersInHand:
    return TimersInHand()


@pytest.fixture
def line(loop: TimersInHand) -> Line:
    return Line()


@pytest.fixture
def http(loop: TimersInHand, line: Line) -> BoundedHttp:
    made = BoundedHttp(Config(cast("Any", answer_nothing), log_config=None), ServerState(), {}, loop)
    made.connection_made(line)
    return made


@pytest.mark.parametrize("begun", [b"G", b"GET /api/v1/answers HTTP/1.1\r\nHost: localhost\r\nX-Slow: x"])
def test_a_head_that_has_begun_and_does_not_end_is_told_that_it_is_too_slow(
    http: BoundedHttp, loop: TimersInHand, line: Line, begun: bytes
):
    http.data_received(begun)
    with capture_logs() as logs:
        loop.run_out(HEAD_SECONDS)

    said, _, body = line.written.partition(b"\r\n\r\n")
    expected = Problem(ProblemKind.HEAD_TOO_SLOW, "the head of a request has 15 seconds to arrive")
    assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close" in said
    assert json.loads(body) == json.loads(expected.response().content)
    assert [(log["event"], log["source"], log["reason"]) for log in logs] == [
        ("http request refused", "192.0.2.7", "head too slow")
    ]


def test_what_still_comes_after_that_is_thrown_away_before_the_end(http: BoundedHttp, loop: TimersInHand, line: Line):
    http.data_received(b"GET / HTTP/1.1\r\n")
    loop.run_out(HEAD_SECONDS)
    told = line.written
    http.data_received(b"Host: localhost\r\n\r\n")
    assert (line.written, line.ended) == (told, "")
    loop.run_out(LINGER_SECONDS)

    assert (line.written, line.ended) == (told, "closed")


def test_a_connection_on_which_nothing_was_asked_is_ended_without_an_answer(
    http: BoundedHttp, loop: TimersInHand, line: Line
):
    with capture_logs() as logs:
        loop.run_out(HEAD_SECONDS)

    assert (line.written, line.ended) == (b"", "aborted")
    assert [(log["event"], log["reason"]) for log in logs] == [("http connection broken off", "nothing asked")]
