"""The web service in this process, over a check-in register in memory: what the door makes of calls, and nothing behind it."""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import httpx
from django.db import connections

from channels.models import (
    AccessToken,
    Sender,
    SenderChannel,
    SenderState,
    TechnicalUser,
    TechnicalUserState,
    WebClient,
)
from channels.web.composition import WebComposition, WebSettings
from channels.web.front import WebService
from channels.web.presence.check_ins import EvidenceNotTakenError, SearchNotUsableError, ServiceClosedError
from channels.web.scopes import SCOPES
from channels.web.tokens import Caller
from domain.channels import Channel
from domain.checkins.codes import RefusalCode
from domain.checkins.corrections import CorrectionSeen, CorrectionsFound, CorrectionsWanted
from domain.checkins.items import Cancellation, CorrectionRequest, DayPresence, Employer, Item, PresenceEvent, Worker
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Refused, Registered, Registration
from domain.checkins.searches import Found, FoundPage, RegistrationSeen, SearchCriteria, ValidationSeen
from domain.checkins.vocabulary import ClockingChannel, CorrectionState, PresenceKind, PresenceStatus, Sector
from domain.environments import Environment
from domain.reception_rules import ReceptionRules
from tests.counter_bench import SetClock, make_entity

NOON = datetime(2026, 11, 26, 11, 0, 0, 123456, tzinfo=UTC)
INSS, REPLACED = "85011512355", "90231512323"
COMPANY = "0448181966"
WORK_PLACE = "1Y1003TESTA1Z"
SENDER = "123456"


@dataclass
class CheckInsInMemory:
    """Takes everything but a work place that begins with X; keeps what it was told."""

    is_open: bool = True
    brought: list[tuple[Item, ClockingChannel, Environment, datetime]] = field(default_factory=list)
    seen: dict[int, RegistrationSeen] = field(default_factory=dict)
    searches: list[tuple[SearchCriteria, FoundPage]] = field(default_factory=list)
    corrections: dict[str, CorrectionSeen] = field(default_factory=dict)
    lists: list[CorrectionsWanted] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    trouble: Exception | None = None

    def take(
        self,
        items: Sequence[Item],
        *,
        caller: Caller,
        environment: Environment,
        channel: ClockingChannel,
        received_at: datetime,
    ) -> Sequence[Outcome]:
        self._require_open()
        assert str(caller.login.sender) == SENDER
        self.brought += [(item, channel, environment, received_at) for item in items]
        return [self._take(item, channel, received_at) for item in items]

    def show(self, registrations: Sequence[Registration], **_: object) -> Mapping[int, RegistrationSeen]:
        return {registration.id: self.seen[registration.id] for registration in registrations}

    def find(self, registration_id: int, **_: object) -> RegistrationSeen | None:
        self._require_open()
        return self.seen.get(registration_id)

    def search(self, criteria: SearchCriteria, page: FoundPage, **_: object) -> Found:
        self._require_open()
        self.searches.append((criteria, page))
        return Found(len(self.seen), tuple(self.seen.values()))

    def find_correction(self, number: str, **_: object) -> CorrectionSeen | None:
        self._require_open()
        return self.corrections.get(number)

    def find_corrections(self, wanted: CorrectionsWanted, **_: object) -> CorrectionsFound:
        self._require_open()
        self.lists.append(wanted)
        if wanted.after == "x":
            raise SearchNotUsableError("the key of the page is none that a page gave")
        return CorrectionsFound(tuple(self.corrections.values()), "next")

    def keep_evidence(self, sha256: str, content: bytes, **_: object) -> int:
        self._require_open()
        if not content.startswith(b"%PDF"):
            raise EvidenceNotTakenError("only PDF, PNG and JPEG are taken")
        self.files[sha256] = content
        return 1

    def _require_open(self) -> None:
        if self.trouble is not None:
            raise self.trouble
        if not self.is_open:
            raise ServiceClosedError

    def _take(self, item: Item, channel: ClockingChannel, at: datetime) -> Outcome:
        match item:
            case DayPresence() | PresenceEvent():
                if item.work_place_id.startswith("X"):
                    return Refused((RefusalCode.WORK_PLACE_INVALID, RefusalCode.INSS_INVALID))
                seen = _register(item, 100_000_000_000_001 + len(self.seen), channel, at)
                self.seen[seen.registration.id] = seen
                return Registered(seen.registration)
            case Cancellation(number, reason):
                if reason is None:
                    return Refused((RefusalCode.CANCELLATION_REASON_INVALID,))
                if number not in self.seen:
                    return Refused((RefusalCode.REGISTRATION_NOT_FOUND,))
                return Cancelled(self._cancel(number, at))
            case CorrectionRequest():
                return CorrectionTaken("C-20261126-0000001", CorrectionState.DRAFT, date(2026, 12, 26), at)

    def _cancel(self, number: int, at: datetime) -> Registration:
        seen = self.seen[number]
        cancelled = replace(seen.registration, status=PresenceStatus.CANCELLED, validated_at=at)
        history = (*seen.validations, ValidationSeen(PresenceStatus.CANCELLED, at))
        self.seen[number] = replace(seen, registration=cancelled, validations=history)
        return cancelled


def _register(
    item: DayPresence | PresenceEvent, number: int, channel: ClockingChannel, at: datetime
) -> RegistrationSeen:
    is_event = isinstance(item, PresenceEvent)
    registration = Registration(
        id=number,
        version=1,
        kind=PresenceKind.EVENT if is_event else PresenceKind.DAY,
        status=PresenceStatus.REGISTERED,
        registration_date=item.at.date() if is_event else item.date or at.date(),
        person_id=7,
        employer=item.employer,
        work_place_id=item.work_place_id,
        channel=channel,
        received_at=at,
        created_at=at,
        event_at=item.at if is_event else None,
        type=item.type if is_event else None,
        reason=item.reason if is_event else None,
        capacity=item.capacity,
        sector=Sector.CLEANING if is_event else Sector.CONSTRUCTION,
        reference=item.reference,
    )
    newest = REPLACED if item.worker.inss == INSS else item.worker.inss
    return RegistrationSeen(
        registration,
        inss_submitted=item.worker.inss,
        limosa_id=item.worker.limosa_id,
        inss=newest,
        validations=(ValidationSeen(PresenceStatus.REGISTERED),),
        sender=SENDER,
        sender_company=COMPANY,
    )


@dataclass
class Door:
    """The service, the register behind it, and a client's token."""

    service: WebService
    check_ins: CheckInsInMemory
    clock: SetClock
    sender: Sender
    client: WebClient
    token: str

    def ask(self, method: str, path: str, *, token: str | None = "", **options: object) -> httpx.Response:
        """Make one request; `token` None shows none."""
        headers = dict(options.pop("headers", None) or {})
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token or self.token}")

        async def make() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.service)
            async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as http:
                return await http.request(method, path, headers=headers, **options)

        return asyncio.run(make())

    def new_token(self, scopes: str) -> str:
        return make_token(self.client, scopes, at=self.clock.now())


def make_token(client: WebClient, scopes: str, *, at: datetime) -> str:
    value = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        sha256=hashlib.sha256(value.encode()).hexdigest(),
        client=client,
        scopes=scopes,
        issued_at=at,
        expires_at=at + timedelta(minutes=10),
    )
    return value


@contextmanager
def open_door(*, signers: object = None, **limits: int) -> Iterator[Door]:
    """Compose the service over a register in memory, for a sender that may do everything."""
    clock, check_ins = SetClock(NOON), CheckInsInMemory()
    entity = make_entity()
    user = TechnicalUser.objects.create(
        user_name=f"EXP_{SENDER}",
        entity=entity,
        contact_name="IT desk",
        contact_address="it@sender.example",
        state=TechnicalUserState.ACTIVE,
    )
    sender = Sender.objects.create(number=SENDER, entity=entity, technical_user=user, state=SenderState.ACTIVE)
    SenderChannel.objects.create(sender=sender, channel=Channel.WEB_SERVICE)
    scopes = " ".join(SCOPES)
    client = WebClient.objects.create(
        client_id=f"self_service_chaman_{SENDER}_0123456789", sender=sender, scopes=scopes, created_at=NOON
    )
    unused = SimpleNamespace()
    composition = WebComposition(
        staging=unused,
        quota=unused,
        seal=unused,
        blobs=unused,
        clock=clock,
        rules=ReceptionRules(),
        randomness=secrets.token_bytes,
        student_days=unused,
        check_ins=check_ins,
        signers=signers,
        settings=WebSettings(public_url="https://counter.example", threads=1, **limits),
    )
    service = WebService(composition)
    try:
        yield Door(service, check_ins, clock, sender, client, make_token(client, scopes, at=NOON))
    finally:
        asyncio.run(service._desk.threads.run(connections.close_all))  # that of its one thread
        service.close()


def an_event(**deviation: object) -> dict[str, object]:
    return {
        "registrationDate": "2026-11-26T10:59:31Z",
        "ssin": INSS,
        "type": "IN",
        "employer": {"enterpriseNumber": COMPANY},
        "placeOfWork": {"coordinates": {"longitude": 4.3528, "latitude": 50.8466}},
        "contractualRelationshipReference": WORK_PLACE,
    } | deviation


def a_day(**deviation: object) -> DayPresence:
    return DayPresence(
        **({"worker": Worker(INSS), "employer": Employer(COMPANY), "work_place_id": WORK_PLACE} | deviation)
    )
