"""Carry notices as soon as they are due: woken by the database, many receivers at a time, none of them held up by another."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

import structlog
from django.db import close_old_connections, connection, connections

from channels.notices.announcing import NOTICES_CHANNEL
from channels.notices.claiming import DueNotice, NoticeRules, claim_due, note_outcome
from channels.notices.mailing import write_due_letters
from channels.notices.outcomes import Failed, Gone, Outcome, Taken
from channels.notices.posting import Poster
from channels.notices.signatures import NoticeSigner
from domain.refusals import OutageError
from evidence.outages import outages

log = structlog.get_logger()
T = TypeVar("T")

SLOTS: Final = 256
"""Notices on their way at the same time."""

_LISTEN_SECONDS: Final = 1.0
_GATHER_SECONDS: Final = 0.05
"""A pause after being woken, so that one claim takes what comes together."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


@dataclass(frozen=True, slots=True)
class CarrierParts:
    """What a carrier works with."""

    poster: Poster
    signer: NoticeSigner
    rules: NoticeRules
    clock: Clock


class NoticeCarrier:
    """Takes due notices under leases and tells their receivers; a carrier that is killed loses nothing.

    The database is asked in one thread and listened to in another; receivers are waited for in neither.
    """

    def __init__(self, parts: CarrierParts) -> None:
        self._parts = parts
        self._database = ThreadPoolExecutor(1, thread_name_prefix="notices")
        self._listener = ThreadPoolExecutor(1, thread_name_prefix="listen")
        self._wake = asyncio.Event()
        self._on_the_way: dict[asyncio.Task[None], int] = {}

    async def run(self, stop: asyncio.Event, *, every: float) -> None:
        """Carry until `stop`, looking at least every so many seconds; then let what is on its way arrive."""
        listening = asyncio.create_task(self._listen(stop))
        try:
            while not stop.is_set():
                self._wake.clear()
                await self._round()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), every)
                    await asyncio.sleep(_GATHER_SECONDS)
        finally:
            await listening
            await self._end()

    async def drain(self) -> None:
        """Carry what is due now until nothing is, and return."""
        try:
            is_done = False
            while not is_done:
                was_idle = not self._on_the_way
                self._wake.clear()
                is_done = not await self._round() and was_idle
                if self._on_the_way:
                    await self._wake.wait()
        finally:
            await self._end()

    def wake(self) -> None:
        """Look at once for what is due."""
        self._wake.set()

    async def _round(self) -> int:
        """Start what is due; return how many. Our own trouble is logged, and tried again at the next round."""
        parts, now = self._parts, self._parts.clock.now()
        free, busy = SLOTS - len(self._on_the_way), set(self._on_the_way.values())
        try:
            letters = await self._ask(lambda: write_due_letters(rules=parts.rules, now=now))
            due = await self._ask(lambda: claim_due(busy=busy, limit=free, now=now)) if free > 0 else []
        except OutageError as outage:
            log.warning("notices wait", reason=str(outage))
            return 0
        if letters:
            log.info("letters about answers written", letters=letters)
        for notice in due:
            task = asyncio.create_task(self._carry(notice))
            self._on_the_way[task] = notice.subscription
            task.add_done_callback(self._arrived)
        return len(due)

    async def _carry(self, notice: DueNotice) -> None:
        parts = self._parts
        body = notice.answer.render()
        headers = parts.signer.headers(body, number=notice.number, timestamp=int(parts.clock.now().timestamp()))
        outcome = await parts.poster.post(notice.address, body, headers)
        _log(notice, outcome)
        try:
            await self._ask(lambda: note_outcome(notice, outcome, rules=parts.rules, at=parts.clock.now()))
        except OutageError as outage:
            log.warning("what became of a notice is not noted; it is told again", notice=notice.id, reason=str(outage))

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._on_the_way.pop(task, None)
        self._wake.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("a notice failed through a fault of ours", exc_info=fault)

    async def _listen(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            try:
                if await loop.run_in_executor(self._listener, _wait_for_notice):
                    self._wake.set()
            except OutageError:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LISTEN_SECONDS)

    async def _ask(self, question: Callable[[], T]) -> T:
        def answer() -> T:
            close_old_connections()
            with outages():
                return question()

        return await asyncio.get_running_loop().run_in_executor(self._database, answer)

    async def _end(self) -> None:
        if self._on_the_way:
            await asyncio.wait(self._on_the_way)
        loop = asyncio.get_running_loop()
        for executor in (self._database, self._listener):
            await loop.run_in_executor(executor, connections.close_all)
            executor.shutdown(wait=False)


def _wait_for_notice() -> bool:
    """Wait a second for the database to say that a notice was made; raises OutageError when it does not answer."""
    close_old_connections()
    with outages(), connection.wrap_database_errors:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {NOTICES_CHANNEL}")
        woken = connection.connection.notifies(timeout=_LISTEN_SECONDS, stop_after=1)
        return any(True for _ in woken)


def _log(notice: DueNotice, outcome: Outcome) -> None:
    match outcome:
        case Taken():
            log.info("receiver told", notice=notice.id, subscription=notice.subscription)
        case Failed(problem):
            log.warning("receiver not told", notice=notice.id, subscription=notice.subscription, problem=problem)
        case Gone():
            log.warning("receiver gone", notice=notice.id, subscription=notice.subscription)
