"""Threads of the pages that stay, each with its connection to the database, so that no page waits for a new one.

Django gives every request a thread of its own that ends with it: a page then begins with connecting, and its statements
with an empty cache. Here a request borrows a thread that an earlier one used; only as many as are busy at once are there.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import BinaryIO, cast

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler

from channels.web.exchanges import Receive, Scope, Send
from domain.refusals import OutageError
from portal.spool import NotKept, counter_spool

KEPT = 8
"""Threads that one process keeps; what comes beside them gets one that ends with it, as slow clients hold theirs."""


class Pages(ASGIHandler):
    """Django's handler of pages, on threads that are lent; one for a process."""

    def __init__(self) -> None:
        super().__init__()
        self._free: list[ThreadPoolExecutor] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]  # the stubs take a message for frozen
        """Answer one request."""
        thread = self._free.pop() if self._free else ThreadPoolExecutor(1, thread_name_prefix="page")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(dict(scope), receive, send)  # type: ignore[arg-type]
        finally:
            # A view whose client left still runs: its thread is lent again once it has come to the next job.
            thread.submit(_nothing).add_done_callback(partial(self._take_back, thread))

    async def read_body(self, receive: Receive) -> BinaryIO:  # type: ignore[override]  # the stubs take a message for frozen
        """Return the body, in the room of the counter where it is large; Django would lay it where the machine says.

        One that cannot be kept is heard to its end all the same, so that its client listens to the page that says so.
        """
        body = counter_spool().open(in_memory=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            is_last = not message.get("more_body", False)
            try:
                body.write(message.get("body", b""))
                if is_last:
                    body.seek(0)
            except OutageError:
                with suppress(OutageError):
                    body.close()
                body = cast("BinaryIO", NotKept())
            if is_last:
                return body

    def _take_back(self, thread: ThreadPoolExecutor, _done: "Future[None]") -> None:
        if len(self._free) < KEPT:
            self._free.append(thread)
        else:
            thread.shutdown(wait=False)


def _nothing() -> None:
    """Be the job by which a thread shows that it is idle."""
