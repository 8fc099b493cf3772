"""Wake requests that wait for answers: one LISTEN connection a process, however many wait."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from django.db import connections

from evidence.answer_files import ANSWERS_CHANNEL

log = structlog.get_logger()

FIRST_RECONNECT_SECONDS = 0.2
LAST_RECONNECT_SECONDS = 15.0


class AnswerWatch:
    """Who waits, by sender number; the connection opens with the first and stays."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None
        self.is_stopping = False

    @contextmanager
    def waiting(self, sender: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever answers may have come for `sender`; clear it, look, then wait."""
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        woken = asyncio.Event()
        self._waiting[sender].add(woken)
        try:
            yield woken
        finally:
            self._waiting[sender].discard(woken)
            if not self._waiting[sender]:
                del self._waiting[sender]

    def stop(self) -> None:
        """Let nobody wait any longer."""
        self.is_stopping = True
        self._wake_all()
        if self._listening is not None:
            self._listening.cancel()

    async def _listen(self) -> None:
        pause = FIRST_RECONNECT_SECONDS
        while not self.is_stopping:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **_parameters(), autocommit=True, application_name="guichet answers"
                ) as connection:
                    await connection.execute(f"LISTEN {ANSWERS_CHANNEL}")
                    pause = FIRST_RECONNECT_SECONDS
                    self._wake_all()
                    async for notice in connection.notifies():
                        self._wake(notice.payload)
            except (psycopg.Error, OSError) as reason:
                log.warning("the database of the answers is away", next_try=pause, reason=type(reason).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_RECONNECT_SECONDS)

    def _wake(self, sender: str) -> None:
        for woken in self._waiting.get(sender, ()):
            woken.set()

    def _wake_all(self) -> None:
        for sender in self._waiting:
            self._wake(sender)


def _parameters() -> dict[str, Any]:
    """Return how Django reaches the database, as far as a connection beside it needs that."""
    settings = connections["default"].settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {ours: settings[theirs] for theirs, ours in names.items() if settings[theirs]}
    options = {
        name: value for name, value in settings["OPTIONS"].items() if name not in {"pool", "server_side_binding"}
    }
    return options | given
