"""One request and its reply over ASGI: the body is read by whoever wants it, counted and timed, and never kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing
from typing import Any, TypeAlias

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from channels.doors.sources import source_of
from channels.web.chunked_bodies import takes_chunks
from channels.web.composition import WebSettings
from channels.web.problems import Problem, ProblemKind

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_LINGER_BYTES = 1024 * 1024
_LINGER_SECONDS = 2.0
_SEND_SECONDS = 60.0
_NO_BODY = frozenset({204, 304})
_AS_IT_IS = "identity"
SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ConnectionLost(Exception):  # noqa: N818 - what happened, no fault of ours
    """The client went away; nobody is left to answer."""


class Exchange:
    """One request, seen by the front and by the operation that answers it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, settings: WebSettings) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.source: str = (scope.get("client") or ("unknown", 0))[0]
        self.counted_as = source_of(self.source)
        self.extra_headers: dict[str, str] = {}
        self._receive = receive
        self._send = send
        self._settings = settings
        self._headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            self._headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        self._is_read = not ({"content-length", "transfer-encoding"} & set(self._headers))
        self._gone: asyncio.Task[None] | None = None
        self._is_in_chunks = "transfer-encoding" in self._headers
        self._longest = 0
        self.declared = 0

    def header(self, name: str) -> str | None:
        """Return a header that may come once; Problem when it came twice."""
        values = self._headers.get(name, [])
        if len(values) > 1:
            raise Problem(ProblemKind.REQUEST_MALFORMED, f"the header {name} was sent more than once")
        return values[0] if values else None

    def judge_body(self, *, limit: int) -> None:
        """Raise Problem unless the body comes as it is, with a declared length within `limit`; no body is a length of 0.

        Of one in chunks, where these are taken, the length is judged as it arrives.
        """
        if (self.header("content-encoding") or _AS_IT_IS).strip().lower() != _AS_IT_IS:
            raise Problem(ProblemKind.MEDIA_TYPE, "a body comes as it is: without Content-Encoding")
        self._longest = limit
        if self._is_in_chunks:
            if "content-length" in self._headers or not takes_chunks(self.method, self.path):
                raise Problem(ProblemKind.LENGTH_REQUIRED, "a body comes with a Content-Length, not in chunks")
            return
        text = self.header("content-length") or "0"
        if not (text.isascii() and text.isdigit()):
            raise Problem(ProblemKind.REQUEST_MALFORMED, "Content-Length is a whole number")
        self.declared = int(text[:20])
        if self.declared > limit:
            raise self._too_large()
        self._is_read = self.declared == 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, exactly as long as declared, or within its limit where it comes in chunks.

        Raises ConnectionLost when it breaks off, Problem when it is late, longer or shorter.
        """
        loop = asyncio.get_running_loop()
        settings = self._settings
        expected = self._longest if self._is_in_chunks else self.declared
        last = loop.time() + settings.idle_seconds + expected / settings.min_rate
        received, more = 0, expected > 0
        while more:
            try:
                async with asyncio.timeout_at(min(last, loop.time() + settings.idle_seconds)):
                    message = await self._receive()
            except TimeoutError:
                raise Problem(ProblemKind.TOO_SLOW, "send the body faster") from None
            if message["type"] != "http.request":
                raise ConnectionLost
            piece, more = message.get("body", b""), message.get("more_body", False)
            received += len(piece)
            if received > expected:
                raise self._too_long()
            if piece:
                yield piece
        if received != expected and not self._is_in_chunks:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "the body is shorter than declared")
        self._is_read = True

    def _too_long(self) -> Problem:
        if self._is_in_chunks:
            return self._too_large()
        return Problem(ProblemKind.REQUEST_MALFORMED, "the body is longer than declared")

    def _too_large(self) -> Problem:
        return Problem(ProblemKind.TOO_LARGE, f"at most {self._longest} bytes are taken here")

    async def read_whole(self) -> bytes:
        """Return a short body; its length was judged."""
        return b"".join([piece async for piece in self.pieces()])

    def gone(self) -> "asyncio.Task[None]":
        """Return what is done once the client has gone; the body must have been read."""
        if self._gone is None:
            self._gone = asyncio.create_task(self._wait_gone())
        return self._gone

    async def reply(self, response: HttpResponseBase) -> None:
        """Send the reply; a body that was not read is drained a little first, so that the reply is seen."""
        headers = self._reply_headers(response)
        is_early = not self._is_read
        if is_early:
            headers["Connection"] = "close"
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await self._send({"type": "http.response.start", "status": response.status_code, "headers": pairs})
            if isinstance(response, StreamingHttpResponse):
                await self._send_stream(response)
            else:
                await self._send_content(response, is_early=is_early)
        except TimeoutError:
            raise ConnectionLost from None
        finally:
            if self._gone is not None:
                self._gone.cancel()

    async def _send_content(self, response: HttpResponseBase, *, is_early: bool) -> None:
        content = response.content if isinstance(response, HttpResponse) else b""
        if is_early:
            await self._send_piece(content, more=True)
            await self._linger()
            content = b""
        await self._send_piece(content, more=False)

    async def _send_stream(self, response: StreamingHttpResponse) -> None:
        pieces: AsyncIterator[bytes] = response.streaming_content  # type: ignore[assignment]  # made from one
        gone = self.gone()
        async with aclosing(pieces) as stream:  # type: ignore[type-var]  # an async generator
            async for piece in stream:
                if gone.done():
                    raise ConnectionLost
                await self._send_piece(piece, more=True)
        await self._send_piece(b"", more=False)

    async def _send_piece(self, piece: bytes, *, more: bool) -> None:
        async with asyncio.timeout(_SEND_SECONDS):
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _linger(self) -> None:
        drained = 0
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while drained < _LINGER_BYTES:
                    message = await self._receive()
                    drained += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        return
        except TimeoutError:
            return

    async def _wait_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _reply_headers(self, response: HttpResponseBase) -> dict[str, str]:
        headers = dict(SECURITY_HEADERS)
        if self._settings.hsts_seconds:
            headers["Strict-Transport-Security"] = f"max-age={self._settings.hsts_seconds}"
        headers |= dict(response.items()) | self.extra_headers
        is_told = self.method == "HEAD" and "Content-Length" in headers  # that of what a GET would send
        if isinstance(response, HttpResponse) and response.status_code not in _NO_BODY and not is_told:
            headers["Content-Length"] = str(len(response.content))
        if response.status_code in _NO_BODY:
            headers.pop("Content-Type", None)
        return headers
