"""Answer the REST operations of check-ins: items are read, taken and told in one job of a thread (§1.2)."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction

from channels.web.idempotency import Claim, Finished, claim_key, parse_key
from channels.web.presence.check_ins import PURPOSE, EvidenceNotTakenError, SearchNotUsableError, ServiceClosedError
from channels.web.presence.faults import FaultCode
from channels.web.presence.refused_items import codes_of, note_refused
from channels.web.presence.rest_answers import (
    Told,
    tell_correction,
    tell_corrections,
    tell_found,
    tell_outcome,
    tell_whole,
)
from channels.web.presence.rest_items import (
    Unreadable,
    read_cancellation,
    read_correction,
    read_items,
    read_presence,
    read_search,
)
from channels.web.problems import Problem, ProblemKind
from channels.web.scopes import may_consult, may_declare
from channels.web.tokens import Caller
from channels.web.visits import Visit
from domain.checkins.corrections import CorrectionsWanted
from domain.checkins.items import Item
from domain.checkins.outcomes import Outcome
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment

JSON_TYPE = "application/json"
LONGEST_ITEMS = 512 * 1024
LONGEST_CORRECTIONS = 3 * 1024 * 1024
"""200 requests with the longest justification and five documents each, whichever way their letters are written."""

LONGEST_SEARCH = 16 * 1024
LONGEST_ID = 15
Reader: TypeAlias = Callable[[object], Item | Unreadable]
_CORRECTION = re.compile(r"\AC-[0-9]{8}-[0-9]{7,8}\Z")
_NAME = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Kind:
    """What one bulk operation reads, and the name it has for an item that was refused."""

    read: Reader
    refused_as: str


PRESENCES = Kind(read_presence, "notCreatedPresenceRegistration")
CANCELLATIONS = Kind(read_cancellation, "notCancelledPresenceRegistration")
CORRECTIONS = Kind(read_correction, "notCreatedCorrectionRequest")


@dataclass(frozen=True, slots=True)
class Taken:
    """What the client is told, and whether it was told before."""

    answer: Mapping[str, Any]
    is_replayed: bool


async def take_items(visit: Visit, kind: Kind, *, environment: Environment, key: str | None) -> Taken:
    """Return what becomes of each item of the body; Problem when the body as a whole cannot be taken."""
    _require_declaring(visit)
    raw = await _read_json(visit)
    items, received_at = read_items(raw), visit.desk.composition.clock.now()
    name = None if key is None else parse_key(key)

    def take() -> Taken:
        confirmed = visit.confirmed()
        call = _Call(confirmed, _require_declaring(confirmed), kind, items, environment, received_at)
        if name is None:
            return Taken(call.take(), is_replayed=False)
        return call.take_once(name, hashlib.sha256(f"{kind.refused_as} {environment}\n".encode() + raw).hexdigest())

    return await visit.desk.threads.run(take)


async def search(visit: Visit, *, environment: Environment) -> Told:
    """Return a page of the registrations that the criteria in the body find."""
    caller = _require_consulting(visit)
    criteria, page = read_search(await _read_json(visit))
    composition = visit.desk.composition

    def look() -> Told:
        with _services():
            found = composition.check_ins.search(
                criteria, page, caller=caller, environment=environment, at=composition.clock.now()
            )
        return tell_found(found)

    try:
        return await visit.desk.threads.run(look)
    except SearchNotUsableError as refused:
        raise Problem(ProblemKind.INVALID, str(refused)) from refused


async def find(visit: Visit, number: str, *, environment: Environment) -> Told:
    """Return one registration with its history; Problem for one that the sender may not see."""
    caller = _require_consulting(visit)
    composition = visit.desk.composition

    def look() -> Told | None:
        with _services():
            seen = composition.check_ins.find(
                int(number), caller=caller, environment=environment, at=composition.clock.now()
            )
        return None if seen is None else tell_whole(seen)

    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_ID
    told = await visit.desk.threads.run(look) if is_number else None
    if told is None:
        raise Problem(ProblemKind.NOT_FOUND, "no registration that you may see has this number")
    return told


async def find_correction(visit: Visit, number: str, *, environment: Environment) -> Told:
    """Return one request for a correction and what became of it; Problem for one that the sender's company did not make."""
    caller = _require_consulting(visit)
    composition = visit.desk.composition

    def look() -> Told | None:
        with _services():
            seen = composition.check_ins.find_correction(
                number, caller=caller, environment=environment, at=composition.clock.now()
            )
        return None if seen is None else tell_correction(seen)

    told = await visit.desk.threads.run(look) if _CORRECTION.match(number) else None
    if told is None:
        raise Problem(ProblemKind.NOT_FOUND, "no request of yours has this number")
    return told


async def list_corrections(visit: Visit, wanted: CorrectionsWanted, *, environment: Environment) -> Told:
    """Return a page of the requests that the sender's company made; Problem for a key that no page gave."""
    caller = _require_consulting(visit)
    composition = visit.desk.composition

    def look() -> Told:
        with _services():
            found = composition.check_ins.find_corrections(
                wanted, caller=caller, environment=environment, at=composition.clock.now()
            )
        return tell_corrections(found)

    try:
        return await visit.desk.threads.run(look)
    except SearchNotUsableError as refused:
        raise Problem(ProblemKind.INVALID, str(refused)) from refused


async def keep_evidence(visit: Visit, sha256: str, *, name: str | None, environment: Environment) -> Told:
    """Keep the body as the file of that SHA-256; Problem when it has another, or is not taken as evidence."""
    caller = _require_declaring(visit)
    content = await visit.exchange.read_whole()
    if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), sha256):
        raise Problem(ProblemKind.INVALID, "the body has another SHA-256 than the address")
    composition = visit.desk.composition

    def keep() -> int:
        with _services():
            return composition.check_ins.keep_evidence(
                sha256,
                content,
                name=_NAME.sub("", name or ""),
                caller=caller,
                environment=environment,
                at=composition.clock.now(),
            )

    try:
        completed = await visit.desk.threads.run(keep)
    except EvidenceNotTakenError as refused:
        raise Problem(ProblemKind.INVALID, str(refused)) from refused
    return {"sha256": sha256, "completed": completed}


@dataclass(frozen=True, slots=True)
class _Call:
    """The items of one request."""

    visit: Visit
    caller: Caller
    kind: Kind
    given: Sequence[object]
    environment: Environment
    received_at: datetime

    def take(self) -> Mapping[str, Any]:
        """Have the register take what can be read."""
        items = [self.kind.read(one) for one in self.given]
        readable = [item for item in items if not isinstance(item, Unreadable)]
        taken = iter(self._take(readable) if readable else ())
        outcomes = [item if isinstance(item, Unreadable) else next(taken) for item in items]
        self._note_refused(outcomes)
        told = zip(items, outcomes, strict=True)
        return {"items": [tell_outcome(*one, refused_as=self.kind.refused_as) for one in told]}

    def _note_refused(self, outcomes: Sequence[Outcome | Unreadable]) -> None:
        codes = [[FaultCode.SCHEMA.code] if isinstance(one, Unreadable) else codes_of(one) for one in outcomes]
        note_refused(
            codes,
            caller=self.caller,
            environment=self.environment,
            channel=ClockingChannel.REST,
            received_at=self.received_at,
        )

    def take_once(self, key: str, fingerprint: str) -> Taken:
        """Do the same, unless a request with this key did; its answer is then told again."""
        composition = self.visit.desk.composition
        patience = timedelta(seconds=composition.settings.claim_seconds)
        claim = claim_key(self.caller.login.sender, key, at=self.received_at, patience=patience)
        if isinstance(claim, Finished):
            if claim.fingerprint != fingerprint:
                raise Problem(ProblemKind.KEY_REUSED, "it was used for another request; take a new key")
            return Taken(claim.answer, is_replayed=True)
        return Taken(self._take_claimed(claim, fingerprint), is_replayed=False)

    def _take_claimed(self, claim: Claim, fingerprint: str) -> Mapping[str, Any]:
        try:
            with transaction.atomic():
                answer = self.take()
                claim.record(fingerprint, answer, status=200)
        except BaseException:
            claim.let_go()
            raise
        return answer

    def _take(self, items: Sequence[Item]) -> Sequence[Outcome]:
        with _services():
            return self.visit.desk.composition.check_ins.take(
                items,
                caller=self.caller,
                environment=self.environment,
                channel=ClockingChannel.REST,
                received_at=self.received_at,
            )


@contextmanager
def _services() -> Iterator[None]:
    try:
        yield
    except ServiceClosedError as refused:
        raise Problem(ProblemKind.SERVICE_CLOSED, "check-ins are not among the services of this sender") from refused


async def _read_json(visit: Visit) -> bytes:
    kind = (visit.exchange.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise Problem(ProblemKind.MEDIA_TYPE, f"send {JSON_TYPE}")
    return await visit.exchange.read_whole()


def _require_declaring(visit: Visit) -> Caller:
    caller = visit.require_delivering()
    if not may_declare(caller.scopes, PURPOSE):
        raise Problem(ProblemKind.SCOPE_MISSING, "scope:presence:declaration:declarant is needed")
    return caller


def _require_consulting(visit: Visit) -> Caller:
    caller = visit.require_caller()
    if not may_consult(caller.scopes, PURPOSE):
        raise Problem(ProblemKind.SCOPE_MISSING, "scope:presence:declaration:consult is needed")
    return caller
