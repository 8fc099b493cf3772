"""Compose what carries notices from the settings of this process, and run it once or until it is stopped."""

import asyncio
import random
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from channels.notices.carrier import CarrierParts, NoticeCarrier
from channels.notices.claiming import LEASE, NoticeRules
from channels.notices.posting import Poster, trusting
from channels.notices.signatures import NoticeSigner
from domain.refusals import OutageError
from evidence.clock import SystemClock

if TYPE_CHECKING:
    from portal.configuration import Configuration


def carry(pause: float | None) -> int:
    """Carry what is due, and with a `pause` (seconds) go on until SIGTERM or Ctrl-C; what is on its way then arrives.

    Raises OutageError when a key or a setting cannot be used.
    """
    parts = compose_carrier(settings.GUICHET)
    asyncio.run(_run(parts, pause))
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


async def _run(parts: CarrierParts, pause: float | None) -> None:
    carrier = NoticeCarrier(parts)
    if pause is None:
        await carrier.drain()
        return
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        carrier.wake()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    await carrier.run(stop, every=pause)
