"""Deliver one set in one request: read it as it arrives, stage it in bounded pieces, answer once it is sealed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from channels.web.fingerprints import SetFingerprint
from channels.web.idempotency import Answer, Claim, Finished, claim_key, parse_key
from channels.web.instants import render_instant
from channels.web.multipart import FileBegins, FileContent, SetEvent, SetParser, parse_boundary
from channels.web.noting_seal import Sealed
from channels.web.problems import Problem, ProblemKind
from channels.web.set_receptions import SetReception
from channels.web.visits import Visit
from domain.environments import Environment
from domain.refusals import OutageError

log = structlog.get_logger()

PENDING_BYTES = 256 * 1024
"""How much of a body is held before it goes to staging: a small set needs one job of a thread."""

SEALED_STATUS = 202


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the client is told, and whether it was told before."""

    answer: Answer
    is_replayed: bool


def tell_sealed(sealed: Sealed) -> Answer:
    """Return a sealed submission as the client is told of it."""
    return {
        "ticket": sealed.ticket,
        "name": sealed.name,
        "environment": sealed.environment,
        "received_at": render_instant(sealed.received_at),
        "is_repeated": sealed.is_repeated,
    }


async def deliver_set(visit: Visit, *, environment: Environment | None, key: str | None) -> Delivered:
    """Return what one whole set led to; Problem when it is not taken, ConnectionLost when it breaks off."""
    parser = SetParser(parse_boundary(visit.exchange.header("content-type") or ""))
    if key is None:
        return Delivered(await _Delivery(visit, parser, environment, claim=None).run(), is_replayed=False)
    claim = await _claim(visit, parse_key(key))
    if isinstance(claim, Finished):
        return Delivered(await _compare(visit, parser, environment, claim), is_replayed=True)
    try:
        answer = await _Delivery(visit, parser, environment, claim=claim).run()
    except BaseException:
        await asyncio.shield(visit.desk.threads.run(claim.let_go))
        raise
    return Delivered(answer, is_replayed=False)


class _Delivery:
    """One request at work."""

    def __init__(
        self, visit: Visit, parser: SetParser, environment: Environment | None, *, claim: Claim | None
    ) -> None:
        self._visit = visit
        self._parser = parser
        self._claim = claim
        self._fingerprint = SetFingerprint(environment)
        self._renewed = asyncio.get_running_loop().time()
        composition = visit.desk.composition
        self._clock = composition.clock
        self._patience = composition.settings.claim_seconds
        self._reception = SetReception(
            composition, visit.require_delivering(), environment=environment, also=self._record
        )

    async def run(self) -> Answer:
        """Read, stage and seal; what was refused is removed again, what broke off stays staged."""
        run = self._visit.desk.threads.run
        try:
            rest = await self._stage()
            await self._visit.require_still_delivering()
            return tell_sealed(await run(lambda: self._complete(rest)))
        except Problem:
            await asyncio.shield(run(lambda: self._end(self._reception.discard)))
            raise
        except BaseException:
            await asyncio.shield(run(lambda: self._end(self._reception.abandon)))
            raise

    def _end(self, let_go: Callable[[], None]) -> None:
        """Let go of what was begun; trouble with that is logged, and hides nothing of what ended the request."""
        try:
            let_go()
        except (OSError, OutageError):
            log.exception("files of a web delivery not let go of", source=self._visit.exchange.source)

    async def _stage(self) -> Sequence[SetEvent]:
        pending: list[SetEvent] = []
        held = 0
        async for piece in self._visit.exchange.pieces():
            for event in self._parser.feed(piece):
                pending.append(event)
                held += len(event.piece) if isinstance(event, FileContent) else len(event.name)
            if held > PENDING_BYTES or self._is_renewal_due():
                flushed, pending, held = pending, [], 0
                await self._visit.desk.threads.run(partial(self._take, flushed))
        self._parser.finish()
        return pending

    def _is_renewal_due(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self._claim is None or now - self._renewed < self._patience / 4:
            return False
        self._renewed = now
        return True

    def _take(self, events: Sequence[SetEvent]) -> None:
        if self._claim is not None:
            self._fingerprint.take(events)
            self._claim.renew(at=self._clock.now())
        self._reception.take(events)

    def _complete(self, events: Sequence[SetEvent]) -> Sealed:
        if self._claim is not None:
            self._fingerprint.take(events)
        return self._reception.complete(events)

    def _record(self, sealed: Sealed) -> None:
        if self._claim is not None:
            self._claim.record(self._fingerprint.value(), tell_sealed(sealed), status=SEALED_STATUS)


async def _claim(visit: Visit, key: str) -> Claim | Finished:
    composition = visit.desk.composition
    sender = visit.require_delivering().login.sender
    patience = timedelta(seconds=composition.settings.claim_seconds)
    return await visit.desk.threads.run(lambda: claim_key(sender, key, at=composition.clock.now(), patience=patience))


async def _compare(visit: Visit, parser: SetParser, environment: Environment | None, finished: Finished) -> Answer:
    fingerprint = SetFingerprint(environment)
    async for piece in visit.exchange.pieces():
        events = parser.feed(piece)
        if sum(len(event.piece) for event in events if not isinstance(event, FileBegins)) > PENDING_BYTES:
            await visit.desk.threads.run(partial(fingerprint.take, events))
        else:
            fingerprint.take(events)
    parser.finish()
    if fingerprint.value() != finished.fingerprint:
        raise Problem(ProblemKind.KEY_REUSED, "it was used for other files; take a new key")
    return finished.answer
