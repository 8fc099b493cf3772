"""The gunicorn worker of the portal: uvicorn on llhttp, which refuses ambiguous requests, with bounds before the request.

Uvicorn itself bounds neither the time nor the size of a request's head; here is where that is done. How many connections
there are is bounded by the server that accepts them.
"""

import asyncio
import gc
import logging
import os
import sys
from typing import Any

import structlog
from django.conf import settings
from gunicorn.arbiter import Arbiter
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

from channels.doors.log_lines import write_log_lines
from channels.doors.parents import end_with
from channels.web.chunked_bodies import takes_chunks
from portal.connection_counts import ConnectionBounds, Place
from portal.counting_server import CountingServer
from portal.request_lines import write_request_lines

log = structlog.get_logger()

HEAD_BYTES = 64 * 1024
"""The most that may arrive before a head is complete; what a client sends at once may come on top.

So much may stand around the chunks of a body, too: their sizes, what extends these, and the trailers.
"""

HEAD_SECONDS = 15.0
REQUESTS_IN_A_ROW = 2
TRUSTED_PROXIES = os.environ.get("GUICHET_TRUSTED_PROXIES", "")
"""Whose word for the address of a client is taken; anybody else's is what the connection says."""

_PARSER_OF_SETS = "python_multipart.multipart"
LINGER_SECONDS = 2.0
"""How long what a refused client still sends is thrown away: a connection closed over it may take the answer along."""

_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})
_CHUNKS_REFUSED = (
    b"HTTP/1.1 411 Length Required",
    (
        b'{"type": "urn:guichet:problem:length-required", "title": "A body needs a Content-Length", "status": 411, '
        b'"detail": "a body comes with a Content-Length, not in chunks"}'
    ),
)
_HEAD_REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large",
    b'{"type": "urn:guichet:problem:head-too-long", "title": "The head of the request is longer than is taken", '
    b'"status": 431, "detail": "address and headers have at most %d bytes"}' % HEAD_BYTES,
)
_SLOW_REFUSED = (
    b"HTTP/1.1 408 Request Timeout",
    b'{"type": "urn:guichet:problem:head-too-slow", "title": "The head of the request did not arrive in time", '
    b'"status": 408, "detail": "the head of a request has %d seconds to arrive"}' % HEAD_SECONDS,
)
"""What the web service answers, written out: nothing but the protocol runs here."""


class BoundedHttp(HttpToolsProtocol):
    """One connection: a head arrives whole within its time and size, or is refused and the connection ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own arguments
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._is_refused = False
        self._is_in_chunks = False
        self._has_headers = False
        self._body_bytes = 0
        self._around_chunks = 0
        self.place: Place | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Take the connection, whose handshake is done."""
        super().connection_made(transport)
        if self.place is not None:
            self.place.finish_handshake()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_timer()
        if self.place is not None:
            self.place.leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; a head that grows too long is refused."""
        if self._is_refused:
            return
        if self._is_between_requests() and self._head_timer is None:
            self._await_head()
        before, was_in_chunks, self._body_bytes = self.cycle, self._is_in_chunks, 0
        super().data_received(data)
        if self._head_timer is not None and self.cycle is before:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse_head(_HEAD_REFUSED, "head too long")
        elif was_in_chunks and self._is_in_chunks and not self._is_refused:
            self._around_chunks += len(data) - self._body_bytes
            if self._around_chunks > HEAD_BYTES:
                self._break_off("too much around the chunks")

    def on_message_begin(self) -> None:
        """Begin the head of a request."""
        self._has_headers = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes behind the chunks of a body is none, and nobody would expect it there."""
        if not self._has_headers:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request; whether the next one comes in chunks is not known yet."""
        self._is_in_chunks = False
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        """Begin the request; its head has arrived. Chunks that are not taken are refused: nobody looks behind them."""
        self._stop_timer()
        self._head_bytes, self._around_chunks = 0, 0
        self._has_headers = True
        self._is_in_chunks = any(name == b"transfer-encoding" for name, _ in self.headers)
        if self._is_in_chunks and not self._may_be_in_chunks():
            self._refuse_chunks()
        if len(self.pipeline) >= REQUESTS_IN_A_ROW:
            message = "too many requests in a row"  # what the parser makes of it ends the connection
            raise ValueError(message)
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP request, and say so once; a whole request before it is still answered first."""
        if self._is_refused:
            return
        log.warning("http request refused", source=self._source(), reason="not HTTP as it is written")
        self._is_refused = True
        self._stop_timer()
        if self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
        else:
            super().send_400_response(msg)

    def _may_be_in_chunks(self) -> bool:
        """Whether the body is in chunks and nothing else, has no length beside them, and its address takes them."""
        lengths = [(name, value) for name, value in self.headers if name in _LENGTHS]
        path = self.url.partition(b"?")[0].decode("latin-1")
        is_plain = len(lengths) == 1 and lengths[0][1].lower() == b"chunked"
        is_current = self.parser.get_http_version() == "1.1"
        return is_plain and is_current and takes_chunks(self.parser.get_method().decode("latin-1"), path)

    def _refuse_chunks(self) -> None:
        log.warning("http request refused", source=self._source(), reason="chunks")
        self._is_refused = True
        self._write_problem(*_CHUNKS_REFUSED)
        self.transport.close()
        message = "a body comes with a Content-Length"  # what the parser makes of it ends the connection
        raise ValueError(message)

    def _refuse_head(self, refusal: tuple[bytes, bytes], reason: str) -> None:
        log.warning("http request refused", source=self._source(), reason=reason)
        self._stop_timer()
        self._is_refused = True
        self._write_problem(*refusal)
        self._head_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _write_problem(self, status: bytes, problem: bytes) -> None:
        head = b"%s\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (status, len(problem)) + problem)

    def shutdown(self) -> None:
        """End with the process: requests that wait for answers are told to stop waiting."""
        stop_waiting = getattr(self.config.app, "stop_waiting", None)
        if stop_waiting is not None:
            stop_waiting()
        super().shutdown()

    def _is_between_requests(self) -> bool:
        return self.cycle is not None and self.cycle.response_complete

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._wait_no_longer)

    def _wait_no_longer(self) -> None:
        """Tell a client whose request has begun; one that asked nothing would take an answer for that to its next one."""
        if self.transport.is_closing():
            return
        if self._head_bytes:
            self._refuse_head(_SLOW_REFUSED, "head too slow")
        else:
            self._break_off("nothing asked")

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _break_off(self, reason: str) -> None:
        self._stop_timer()
        self._is_refused = True
        log.warning("http connection broken off", source=self._source(), reason=reason)
        self.transport.abort()

    def _source(self) -> str:
        return self.client[0] if self.client else "unknown"


class HttpWorker(UvicornWorker):  # type: ignore[misc]  # it comes without types
    """A worker whose connections are bounded and whose waiting requests end when it is told to stop."""

    CONFIG_KWARGS = {  # noqa: RUF012 - as uvicorn-worker declares it
        "loop": "auto",
        "http": BoundedHttp,
        "ws": "none",
        "lifespan": "off",
        "server_header": False,
        "access_log": False,  # it would hold whole addresses, whatever gunicorn is told
        "proxy_headers": bool(TRUSTED_PROXIES),
        "forwarded_allow_ips": TRUSTED_PROXIES,
    }

    def init_process(self) -> None:
        """Write log lines as the other doors do, and end with the one that started this worker, before anything is served."""
        end_with(self.ppid)
        write_log_lines()
        write_request_lines()
        logging.getLogger("uvicorn.error").addFilter(_is_told_by_others)
        logging.getLogger(_PARSER_OF_SETS).addFilter(_is_never_told)
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application, and have no collection of garbage look through it: that would stop everything for long."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()

    async def _serve(self) -> None:
        """Serve, as the worker that this one is made of does, by a server that counts from the accept on."""
        self.config.app = self.wsgi
        web = settings.GUICHET.web
        server = CountingServer(
            self.config,
            ConnectionBounds(
                connections=web.connections,
                source_connections=web.source_connections,
                handshakes=web.handshakes,
                source_handshakes=web.source_handshakes,
                handshake_seconds=web.handshake_seconds,
            ),
        )
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


def _is_never_told(_record: logging.LogRecord) -> bool:
    """Let no line of a parser through: the web service tells each refusal, with its source."""
    return False


def _is_told_by_others(record: logging.LogRecord) -> bool:
    """Whether uvicorn's line says something that ours do not."""
    return record.getMessage() not in {"Invalid HTTP request received.", "Unsupported upgrade request."}
