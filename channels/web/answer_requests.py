"""Answer requests for answers: wait for them without a thread, send their bytes as they are read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from typing import BinaryIO
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from channels.web.answers import (
    WaitingAnswer,
    find_waiting,
    list_waiting,
    note_downloaded,
    open_file,
    signature_of,
)
from channels.web.exchanges import ConnectionLost
from channels.web.visits import Visit
from domain.environments import Environment

PIECE = 256 * 1024


async def list_answers(
    visit: Visit, *, environment: Environment | None, after: int, limit: int, wait: int
) -> dict[str, object]:
    """Return a page of the answers that wait; after `wait` seconds without any, an empty one."""
    caller = visit.require_caller()

    def read() -> Sequence[WaitingAnswer]:
        return list_waiting(caller, environment=environment, after=after, limit=limit + 1)

    found = await visit.desk.threads.run(read)
    if not found and wait:
        found = await _wait_for_answers(visit, read, seconds=min(wait, visit.desk.composition.settings.wait_seconds))
        await visit.require_still_living()
    shown = found[:limit]
    following = None
    if len(found) > limit:
        query = {"after": shown[-1].place, "limit": limit} | ({"environment": str(environment)} if environment else {})
        following = f"/api/v1/answers?{urlencode(query)}"
    return {"answers": [asdict(answer) for answer in shown], "next": following}


async def reply_content(visit: Visit, answer: str) -> HttpResponseBase:
    """Return the content of an answer, 304 when the client has it already."""
    caller = visit.require_caller()
    waiting = await visit.desk.threads.run(lambda: find_waiting(caller, answer))
    media_type = "application/xml" if waiting.name.startswith("FO.") else "application/zip"
    return await _reply_file(
        visit, waiting, name=waiting.name, sha256=waiting.sha256, size=waiting.size, media_type=media_type
    )


async def reply_signature(visit: Visit, answer: str) -> HttpResponseBase:
    """Return the signature file of an answer, 304 when the client has it already."""
    caller = visit.require_caller()

    def find() -> tuple[WaitingAnswer, str, str, int]:
        waiting = find_waiting(caller, answer)
        return waiting, *signature_of(waiting)

    waiting, name, sha256, size = await visit.desk.threads.run(find)
    return await _reply_file(visit, waiting, name=name, sha256=sha256, size=size, media_type="application/octet-stream")


async def _wait_for_answers(
    visit: Visit, read: Callable[[], Sequence[WaitingAnswer]], *, seconds: float
) -> Sequence[WaitingAnswer]:
    loop, watch = asyncio.get_running_loop(), visit.desk.watch
    until = loop.time() + seconds
    gone = visit.exchange.gone()
    with watch.waiting(str(visit.require_caller().login.sender)) as woken:
        while True:
            woken.clear()
            found = await visit.desk.threads.run(read)
            left = until - loop.time()
            if found or left <= 0 or watch.is_stopping:
                return found
            waiter = asyncio.create_task(woken.wait())
            try:
                await asyncio.wait({waiter, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiter.cancel()
            if gone.done():
                raise ConnectionLost


async def _reply_file(
    visit: Visit, waiting: WaitingAnswer, *, name: str, sha256: str, size: int, media_type: str
) -> HttpResponseBase:
    tag = f'"{sha256}"'
    headers = {"ETag": tag, "Content-Disposition": f'attachment; filename="{name}"'}
    if is_known(visit.exchange.header("if-none-match"), tag):
        return HttpResponse(status=304, headers=headers)
    headers["Content-Length"] = str(size)
    mailbox = visit.mailbox()
    stream = await visit.desk.threads.run(lambda: open_file(mailbox, waiting, name))
    if visit.exchange.method == "HEAD":
        stream.close()
        return HttpResponse(headers=headers, content_type=media_type)
    return StreamingHttpResponse(_pieces(visit, waiting, stream, name=name), headers=headers, content_type=media_type)


async def _pieces(visit: Visit, waiting: WaitingAnswer, stream: BinaryIO, *, name: str) -> AsyncIterator[bytes]:
    run = visit.desk.threads.run
    mailbox = visit.mailbox()
    try:
        while piece := await run(lambda: stream.read(PIECE)):
            yield piece
        await run(lambda: note_downloaded(mailbox, waiting, name))
    finally:
        stream.close()


def is_known(condition: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names the tag (weak comparison, as RFC 9110 §13.1.2 asks)."""
    if condition is None:
        return False
    named = {text.strip().removeprefix("W/") for text in condition.split(",")}
    return "*" in named or tag in named
