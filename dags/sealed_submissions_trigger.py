"""Wake Airflow when sealed submissions wait: LISTEN, with a poll for whatever a notification missed."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent
from psycopg import AsyncConnection, Error

from commands.stack.configuration import DatabaseUrls
from commands.stack.home import guichet_home
from domain.refusals import OutageError

log = logging.getLogger(__name__)

CHANNEL = "guichet_sealed"
OLDEST_WAITING = """
    SELECT id FROM evidence_submission
    WHERE state = 'SEALED' OR (state = 'UNDECIDED' AND retry_at <= now())
    ORDER BY received_at, id LIMIT 1
"""
CLAIM_CHECK_SECONDS = 0.2
FIRST_RECONNECT_SECONDS = 0.5
LAST_RECONNECT_SECONDS = 15.0


def find_database() -> str:
    """Return the libpq URL of the submissions' database. Raises OutageError while nobody has told it."""
    urls = DatabaseUrls.find(guichet_home())
    if urls is None:
        raise OutageError("the database's address is not known yet")
    return urls.guichet


class SealedSubmissions(BaseEventTrigger):
    """Emit one event for the submissions that wait, and the next only once the oldest of them has been claimed.

    One claim takes everything that waits, so a second event before it would only start an empty run. When nobody
    claims (the run failed, the scheduler was down) the event is repeated after `hold_off_seconds`.
    """

    def __init__(self, poll_seconds: float = 5.0, hold_off_seconds: float = 10.0) -> None:
        super().__init__()
        self.poll_seconds = poll_seconds
        self.hold_off_seconds = hold_off_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Name this class as the triggerer imports it, with what it takes."""
        return (
            "dags.sealed_submissions_trigger.SealedSubmissions",
            {"poll_seconds": self.poll_seconds, "hold_off_seconds": self.hold_off_seconds},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Emit for ever; a database that is away is waited for, never a reason to stop."""
        pause = FIRST_RECONNECT_SECONDS
        while True:
            try:
                async with await AsyncConnection.connect(
                    find_database(), autocommit=True, connect_timeout=10, application_name="guichet trigger"
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    pause = FIRST_RECONNECT_SECONDS
                    async for oldest in self._wakes(connection):
                        yield TriggerEvent({"oldest_waiting": oldest})
            except (Error, OSError, OutageError) as reason:
                log.warning("the database of the submissions is away, next try in %.1f s: %s", pause, reason)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_RECONNECT_SECONDS)

    async def _wakes(self, connection: AsyncConnection) -> AsyncIterator[int]:
        while True:
            oldest = await find_oldest_waiting(connection)
            if oldest is None:
                await self._wait_for_notification(connection)
            else:
                yield oldest
                await self._wait_until_claimed(connection, oldest)

    async def _wait_for_notification(self, connection: AsyncConnection) -> None:
        async for _ in connection.notifies(timeout=self.poll_seconds, stop_after=1):
            return

    async def _wait_until_claimed(self, connection: AsyncConnection, submission: int) -> None:
        deadline = time.monotonic() + self.hold_off_seconds
        while time.monotonic() < deadline and await find_oldest_waiting(connection) == submission:  # noqa: ASYNC110
            await asyncio.sleep(CLAIM_CHECK_SECONDS)


async def find_oldest_waiting(connection: AsyncConnection) -> int | None:
    """Return the id of the oldest submission that waits to be claimed, or nothing."""
    row = await (await connection.execute(OLDEST_WAITING)).fetchone()
    return None if row is None else int(row[0])
