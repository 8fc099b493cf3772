"""The trigger that wakes the intake, against the real database."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from airflow.serialization.encoders import encode_trigger
from airflow.triggers.base import TriggerEvent
from django.db import connection

from dags.sealed_submissions_trigger import CHANNEL, OLDEST_WAITING, SealedSubmissions
from ingest.seal import SEALED_CHANNEL

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
LONG = 3600.0  # seconds; longer than any test may take
SOON = 0.05
NUMBERS = count(1)
TRIGGERS = "SELECT pid, query FROM pg_stat_activity WHERE application_name = 'guichet trigger'"

INSERT = """
    INSERT INTO evidence_submission (environment, channel, tray, owner, technical_user, reception, subject_name, purpose,
        named_sender, sequence, declared_parts, ticket, received_at, received_on, payload_bytes, state, leased_by,
        lease_count, retry_at, outage)
    VALUES ('R', 'SFTP', 'IN', '123456', 'EXP_123456', 'COMPLETE', 'name', 'DIMN', '123456', '00001', 1, %s, %s, %s, 0, %s, '',
        0, %s, '')
    RETURNING id
"""


@pytest.fixture
def url(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    with psycopg.connect(url, autocommit=True) as other:
        while other.execute(TRIGGERS).fetchone():
            time.sleep(0.01)


def seal(url: str, *, state: str = "SEALED", retry_at: datetime | None = None) -> int:
    with psycopg.connect(url) as other:
        row = other.execute(INSERT, [f"T{next(NUMBERS):012}", NOON, NOON.date(), state, retry_at]).fetchone()
    assert row is not None
    return int(row[0])


def notify(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_notify(%s, '0')", [CHANNEL])


def claim(url: str, submission: int) -> None:
    with psycopg.connect(url) as other:
        other.execute("UPDATE evidence_submission SET state = 'REFUSED' WHERE id = %s", [submission])


async def listening(url: str) -> int:
    """Wait until the trigger waits for notifications; return its server process."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as other:
        while True:
            row = await (await other.execute(TRIGGERS)).fetchone()
            if row is not None and row[1].strip() == OLDEST_WAITING.strip():
                return int(row[0])
            await asyncio.sleep(0.01)


async def next_event(events: AsyncIterator[TriggerEvent]) -> dict[str, int]:
    event = await asyncio.wait_for(anext(events), timeout=30)
    return dict(event.payload)


def watch(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_what_waits_already_wakes_at_once(url: str) -> None:
    sealed = seal(url)

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        assert await next_event(events) == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_a_notification_wakes_without_a_poll(url: str) -> None:
    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        waking = asyncio.create_task(next_event(events))
        await listening(url)
        sealed = await asyncio.to_thread(seal, url)
        await asyncio.to_thread(notify, url)
        assert await waking == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_a_poll_finds_what_no_notification_told(url: str) -> None:
    async def story() -> None:
        events = SealedSubmissions(poll_seconds=SOON).run()
        waking = asyncio.create_task(next_event(events))
        await listening(url)
        sealed = await asyncio.to_thread(seal, url)
        assert await waking == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_an_undecided_submission_wakes_when_its_back_off_is_over(url: str) -> None:
    due = seal(url, state="UNDECIDED", retry_at=datetime.now(UTC) - timedelta(seconds=1))

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        assert await next_event(events) == {"oldest_waiting": due}
        await events.aclose()

    watch(story())


def test_nothing_wakes_for_an_undecided_submission_in_its_back_off(url: str) -> None:
    seal(url, state="UNDECIDED", retry_at=datetime.now(UTC) + timedelta(hours=1))
    sealed = seal(url)

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        assert await next_event(events) == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_no_second_event_before_the_first_is_claimed(url: str) -> None:
    first = seal(url)

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG, hold_off_seconds=LONG).run()
        assert await next_event(events) == {"oldest_waiting": first}
        second = await asyncio.to_thread(seal, url)
        waking = asyncio.create_task(next_event(events))
        await asyncio.to_thread(notify, url)
        done, _ = await asyncio.wait([waking], timeout=0.5)
        assert not done
        await asyncio.to_thread(claim, url, first)
        assert await waking == {"oldest_waiting": second}
        await events.aclose()

    watch(story())


def test_an_event_that_nobody_followed_is_repeated_after_the_hold_off(url: str) -> None:
    sealed = seal(url)

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG, hold_off_seconds=SOON).run()
        assert [await next_event(events), await next_event(events)] == [{"oldest_waiting": sealed}] * 2
        await events.aclose()

    watch(story())


def test_a_lost_connection_is_made_again(url: str) -> None:
    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        waking = asyncio.create_task(next_event(events))
        lost = await listening(url)
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as other:
            await other.execute("SELECT pg_terminate_backend(%s)", [lost])
        sealed = await asyncio.to_thread(seal, url)
        assert await waking == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_a_database_that_is_not_there_yet_is_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(url)
    monkeypatch.setenv("DATABASE_URL", urlsplit(url)._replace(path="/not_made_yet").geturl())

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        waking = asyncio.create_task(next_event(events))
        done, _ = await asyncio.wait([waking], timeout=0.2)
        assert not done
        monkeypatch.setenv("DATABASE_URL", url)
        assert await waking == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_an_address_that_is_not_known_yet_is_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(url)
    monkeypatch.delenv("DATABASE_URL")

    async def story() -> None:
        events = SealedSubmissions(poll_seconds=LONG).run()
        waking = asyncio.create_task(next_event(events))
        done, _ = await asyncio.wait([waking], timeout=0.2)
        assert not done
        monkeypatch.setenv("DATABASE_URL", url)
        assert await waking == {"oldest_waiting": sealed}
        await events.aclose()

    watch(story())


def test_the_triggerer_gets_back_the_trigger_that_was_written_down() -> None:
    written = encode_trigger(SealedSubmissions(poll_seconds=2.0, hold_off_seconds=3.0))
    module, _, name = written["classpath"].rpartition(".")
    assert (module, name) == (SealedSubmissions.__module__, SealedSubmissions.__name__)
    again = SealedSubmissions(**written["kwargs"])
    assert (again.poll_seconds, again.hold_off_seconds) == (2.0, 3.0)


def test_the_trigger_listens_where_the_seal_notifies() -> None:
    assert CHANNEL == SEALED_CHANNEL
