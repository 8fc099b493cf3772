"""Requests borrow threads: one after the other the same, at once different ones, and no more are kept than said."""

import asyncio
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted

from portal import page_threads
from portal.page_threads import Pages

HTTP = {"type": "http"}


class Pretended(Pages):
    """Notes in which thread each request runs, and waits for the others where a test says so."""

    def __init__(self, together: int = 1) -> None:
        super().__init__()
        self.idents: list[int] = []
        self.barrier = threading.Barrier(together)

    async def handle(self, scope, _receive, _send) -> None:
        if scope.get("fails"):
            raise ValueError("a page of the test fails")
        self.idents.append(await sync_to_async(self._work)())

    def _work(self) -> int:
        self.barrier.wait(10)
        return threading.get_ident()


def ask(pages: Pages, times: int = 1) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(pages(dict(HTTP), None, None) for _ in range(times)))

    asyncio.run(all_at_once())
    given_back = min(times, page_threads.KEPT)
    for _ in range(1000):
        if len(pages._free) >= given_back:
            return
        time.sleep(0.005)
    pytest.fail("threads were not given back")


def test_requests_one_after_the_other_run_in_one_thread():
    pages = Pretended()
    for _ in range(3):
        ask(pages)
    assert len(set(pages.idents)) == 1


def test_requests_at_once_run_in_threads_of_their_own():
    pages = Pretended(together=3)
    ask(pages, 3)
    assert len(set(pages.idents)) == 3


def test_a_thread_is_not_lent_while_a_view_whose_client_left_is_at_work():
    pages, over = Pages(), threading.Event()

    async def handle(scope, _receive, _send) -> None:
        if not scope.get("leaves"):
            await sync_to_async(threading.get_ident)()
            return
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def view() -> None:
            loop.call_soon_threadsafe(begun.set)
            over.wait(10)

        task = asyncio.create_task(sync_to_async(view)())
        await begun.wait()
        task.cancel()

    async def leave_and_ask() -> None:
        pages.handle = handle  # type: ignore[method-assign]
        await pages({**HTTP, "leaves": True}, None, None)
        await asyncio.wait_for(pages(dict(HTTP), None, None), 5)
        over.set()

    asyncio.run(leave_and_ask())


def test_threads_beyond_those_that_are_kept_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_threads, "KEPT", 1)
    pages = Pretended(together=3)
    before = threading.active_count()
    ask(pages, 3)
    for thread in threading.enumerate():
        if thread.ident in pages.idents[1:]:
            thread.join(5)
    assert threading.active_count() <= before + 1


def test_a_thread_is_given_back_after_a_failure():
    pages = Pretended()
    ask(pages)
    with pytest.raises(ValueError, match="of the test"):
        asyncio.run(pages({**HTTP, "fails": True}, None, None))
    time.sleep(0.05)
    ask(pages)
    assert len(set(pages.idents)) == 1


async def read_whole(pages: Pages, *messages: dict[str, object]) -> BinaryIO:
    told = iter(messages)

    async def receive() -> dict[str, object]:
        return next(told)

    return await pages.read_body(receive)


def test_a_body_is_read_whole_and_a_large_one_lies_in_the_room_of_the_counter():
    pieces = [b"x" * settings.FILE_UPLOAD_MAX_MEMORY_SIZE, b"tail"]
    messages = [{"type": "http.request", "body": piece, "more_body": piece != b"tail"} for piece in pieces]
    with asyncio.run(read_whole(Pages(), *messages)) as body:
        assert body.read() == b"".join(pieces)
        place = Path(f"/proc/self/fd/{body.fileno()}").readlink()
    assert place.parent == settings.GUICHET.home / "spool"


def test_a_body_whose_client_left_is_no_body():
    pieces = {"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}
    with pytest.raises(RequestAborted):
        asyncio.run(read_whole(Pages(), *pieces))


def test_a_short_body_needs_no_room(settings, tmp_path: Path):
    (tmp_path / "spool").write_bytes(b"no folder")
    settings.GUICHET = replace(settings.GUICHET, home=tmp_path)
    with asyncio.run(read_whole(Pages(), {"type": "http.request", "body": b"a=1"})) as body:
        assert body.read() == b"a=1"
