"""Compose what carries notices and letters from this process's settings, and run it once or until it is stopped."""

import asyncio
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from channels.notices.carrier import CarrierParts, NoticeCarrier
from channels.notices.claiming import LEASE, NoticeRules
from channels.notices.posting import Poster, trusting
from channels.notices.signatures import NoticeSigner
from commands.compose import compose_mailman
from correspondence.outbox import Mailman, deliver_waiting
from domain.refusals import OutageError
from evidence.clock import SystemClock

if TYPE_CHECKING:
    from portal.configuration import Configuration

log = structlog.get_logger()

_LETTER_PAUSE = 2
"""Seconds between two looks at the outbox."""


def carry(pause: float | None) -> int:
    """Carry what is due, and with a `pause` (seconds) go on until SIGTERM or Ctrl-C; what is on its way then arrives.

    Letters wait for seconds, not for the next sweep: somebody who signs in may sit before one of their codes. Raises
    OutageError when a key or a setting cannot be used.
    """
    parts = compose_carrier(settings.GUICHET)
    asyncio.run(_run(parts, compose_mailman(settings.GUICHET), pause))
    return 0


def compose_carrier(configuration: "Configuration") -> CarrierParts:
    """Return what a carrier works with under this configuration."""
    seconds = configuration.notices.seconds
    if not 0 < seconds < LEASE.total_seconds():
        raise OutageError(f"GUICHET_NOTICE_SECONDS is {seconds}; 1 to {LEASE.total_seconds() - 1:.0f} are expected")
    return CarrierParts(
        poster=Poster(trusting(configuration.notices.ca), configuration.notices.networks, seconds),
        signer=NoticeSigner.load(configuration.home / "keys"),
        rules=NoticeRules(
            give_up_after=timedelta(hours=configuration.notices.hours),
            mail_interval=timedelta(minutes=configuration.notices.mail_minutes),
            operator_address=configuration.operator_address,
            jitter=lambda: random.uniform(0.8, 1.2),  # noqa: S311 - spreads load, keeps no secret
        ),
        clock=SystemClock(),
    )


async def _run(parts: CarrierParts, mailman: Mailman, pause: float | None) -> None:
    carrier = NoticeCarrier(parts)
    if pause is None:
        await carrier.drain()
        await asyncio.to_thread(_carry_letters, mailman)
        return
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        carrier.wake()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    with ThreadPoolExecutor(1, thread_name_prefix="letters") as thread:
        letters = asyncio.create_task(_carry_letters_until(stop, mailman, thread))
        await carrier.run(stop, every=pause)
        await letters


async def _carry_letters_until(stop: asyncio.Event, mailman: Mailman, thread: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        await loop.run_in_executor(thread, _carry_letters, mailman)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LETTER_PAUSE)
    await loop.run_in_executor(thread, close_old_connections)


def _carry_letters(mailman: Mailman) -> None:
    """Let the mailman take what waits; whatever hinders it is logged, and the letters wait."""
    close_old_connections()
    try:
        deliver_waiting(mailman, now=SystemClock().now())
    except (OSError, DatabaseError) as trouble:
        log.warning("letters wait", outage=type(trouble).__name__)
