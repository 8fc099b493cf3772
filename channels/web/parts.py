"""Deliver one file in ranges: each request carries some of its bytes, the last closes it."""

import asyncio
from dataclasses import dataclass
from functools import partial

from channels.web.content_ranges import ContentRange, parse_content_range
from channels.web.deliveries import PENDING_BYTES, tell_sealed
from channels.web.idempotency import Answer
from channels.web.part_receptions import PartReception
from channels.web.problems import Problem, ProblemKind
from channels.web.visits import Visit
from domain.environments import Environment


@dataclass(frozen=True, slots=True)
class PartTaken:
    """How much of the file is there; `sealed` when the close completed a set."""

    received: int
    is_closed: bool
    sealed: Answer | None


async def take_part(visit: Visit, name: str, *, environment: Environment | None) -> PartTaken:
    """Stage what the request carries; Problem when it does not go on where the file ends, or is not taken at all."""
    exchange = visit.exchange
    try:
        bytes_sent = parse_content_range(exchange.header("content-range"), length=exchange.declared)
    except ValueError as error:
        raise Problem(ProblemKind.REQUEST_MALFORMED, str(error)) from error
    reception = PartReception(visit.desk.composition, visit.require_delivering(), name, environment=environment)
    run = visit.desk.threads.run
    try:
        rest = await _stage(visit, reception, bytes_sent)
        await visit.require_still_delivering()
        sealed = await run(lambda: _end(reception, rest))
    except BaseException:
        await asyncio.shield(run(reception.abandon))
        raise
    return PartTaken(bytes_sent.end, reception.is_last, sealed)


async def _stage(visit: Visit, reception: PartReception, bytes_sent: ContentRange) -> bytes:
    run = visit.desk.threads.run
    await run(lambda: reception.begin(bytes_sent))
    pending = bytearray()
    async for piece in visit.exchange.pieces():
        pending += piece
        if len(pending) > PENDING_BYTES:
            flushed, pending = bytes(pending), bytearray()
            await run(partial(reception.write, flushed))
    return bytes(pending)


def _end(reception: PartReception, rest: bytes) -> Answer | None:
    reception.write(rest)
    if not reception.is_last:
        reception.abandon()
        return None
    sealed = reception.close()
    return None if sealed is None else tell_sealed(sealed)
