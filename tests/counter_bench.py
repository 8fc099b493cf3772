"""A counter with one configured sender, in-process: real database, real signatures, a clock that the test sets."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from lxml import etree

from channels.inboxes import StagingQuota
from channels.logins import ChannelLogin, key_fingerprint
from channels.mailboxes import Mailbox, Mailboxes
from channels.models import (
    RevocationRecord,
    Sender,
    SenderCertificate,
    SenderChannel,
    SenderService,
    SenderState,
    SshKey,
    TechnicalUser,
    TechnicalUserState,
    TrustedCertificate,
)
from channels.staging import StagingArea
from commands.authority import Authority, Identity
from commands.compose import compose_counter
from domain.channels import Channel
from domain.environments import Environment, Tray
from domain.mailboxes import UploadStart
from domain.sender_numbers import SenderNumber
from domain.trust import RevocationKind, TrustRole
from ingest.dimona_message import DimonaMessage
from ingest.work import Counter
from registers.access.models import Entity
from registers.student_days.lanes import Lane, Share
from registers.student_days.set_filing import Opened
from signing.signer import PayloadSigner
from tests.dimona_files import EMPLOYER_COMPANY, EMPLOYER_NSSO
from tests.made_keys import lay_keys

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
DAY = "20260701"
SENDER = "123456"


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until the test moves it."""

    instant: datetime = NOON

    def now(self) -> datetime:
        return self.instant

    def advance(self, by: timedelta) -> None:
        self.instant += by


def make_entity(
    *,
    name: str = "Voorbeeld Winkels",
    company: str = EMPLOYER_COMPANY,
    nsso: str = EMPLOYER_NSSO,
    environments: tuple[Environment, ...] = tuple(Environment),
) -> Entity:
    made = [
        Entity.objects.create(
            environment=environment,
            company_number=company,
            nsso_number=nsso,
            name=name,
            valid_from=NOON - timedelta(days=365),
            created_by="test",
            source="OPERATOR",
        )
        for environment in environments
    ]
    return made[0]


def make_sender(
    number: str,
    *,
    entity: Entity,
    identity: Identity,
    key_blob: bytes | None = None,
    services: tuple[tuple[str, Environment], ...] = tuple(("DIMN", environment) for environment in Environment),
    state: SenderState = SenderState.ACTIVE,
) -> Sender:
    user = TechnicalUser.objects.create(
        user_name=f"EXP_{number}",
        entity=entity,
        contact_name="IT desk",
        contact_address="it@sender.example",
        state=TechnicalUserState.ACTIVE,
    )
    sender = Sender.objects.create(number=number, entity=entity, technical_user=user, state=state)
    SenderChannel.objects.create(sender=sender, channel=Channel.SFTP)
    for purpose, environment in services:
        SenderService.objects.create(sender=sender, purpose=purpose, environment=environment)
    register_certificate(sender, identity)
    if key_blob is not None:
        SshKey.objects.create(
            technical_user=user,
            algorithm="ssh-ed25519",
            blob=key_blob,
            fingerprint=key_fingerprint(key_blob),
            added_at=NOON,
        )
    return sender


def register_certificate(sender: Sender, identity: Identity) -> SenderCertificate:
    certificate = identity.certificate
    der = certificate.public_bytes(Encoding.DER)

    return SenderCertificate.objects.create(
        sender=sender,
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        registered_at=NOON,
    )


def trust_authority(authority: Authority, *, revoked: Mapping[int, datetime] | None = None) -> None:
    """Enter the authority in the trust list, with a revocation list that stays fresh for the whole test."""
    der = authority.identity.certificate.public_bytes(Encoding.DER)
    TrustedCertificate.objects.get_or_create(
        sha256=hashlib.sha256(der).hexdigest(),
        defaults={
            "der": der,
            "role": TrustRole.ANCHOR,
            "subject": authority.identity.certificate.subject.rfc4514_string(),
            "valid_from": authority.identity.certificate.not_valid_before_utc,
            "valid_until": authority.identity.certificate.not_valid_after_utc,
            "source": "test",
            "added_at": NOON,
        },
    )
    store_revocation_list(
        authority.issue_crl(at=NOON - timedelta(hours=1), lifetime=timedelta(days=3650), revoked=revoked),
        obtained_at=NOON + timedelta(days=3000),
    )


def store_revocation_list(der: bytes, *, obtained_at: datetime) -> RevocationRecord:
    parsed = x509.load_der_x509_crl(der)
    return RevocationRecord.objects.create(
        sha256=hashlib.sha256(der).hexdigest(),
        kind=RevocationKind.CRL,
        der=der,
        issuer=hashlib.sha256(parsed.issuer.public_bytes()).hexdigest(),
        this_update=parsed.last_update_utc,
        next_update=parsed.next_update_utc,
        obtained_at=obtained_at,
        source="test",
    )


@dataclass(slots=True)
class AnswerSeen:
    """One answer as its recipient sees it in the outbox."""

    name: str
    content: bytes
    signature: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.content)

    def texts(self, tag: str) -> list[str]:
        return [element.text or "" for element in self.root.iter(tag)]

    @property
    def codes(self) -> list[str]:
        return self.texts("ErrorID")


@dataclass(slots=True)
class CounterBench:
    """Everything a test needs to deliver to the counter and read what it answers."""

    home: Path
    authority: Authority
    identity: Identity
    counter: Counter
    clock: SetClock
    sequence: int = 0
    day: str = DAY
    """What the names of deliveries say."""
    number: str = SENDER
    mailboxes: Mailboxes = field(init=False)

    def __post_init__(self) -> None:
        self.mailboxes = Mailboxes(
            staging=StagingArea(self.home / "staging"),
            quota=StagingQuota(max_bytes=50 * 1024**2, max_files=200),
            seal=self.counter.sealer,
            blobs=self.counter.desk.payloads.blobs,
            clock=self.clock,
        )

    def mailbox(self, number: str | None = None, *, channel: Channel = Channel.SFTP) -> Mailbox:
        number = number or self.number
        login = ChannelLogin(SenderNumber(number), f"EXP_{number}", channel)
        return self.mailboxes.open_mailbox(login)

    def put(self, name: str, content: bytes = b"", *, tray: Tray = Tray.IN, mailbox: Mailbox | None = None) -> None:
        upload = (mailbox or self.mailbox()).begin_upload(tray, name, start=UploadStart.EMPTY)
        upload.write(0, content)
        upload.close()

    def next_key(self, *, environment: str = "R", purpose: str = "DIMN", sender: str | None = None) -> str:
        self.sequence += 1
        return f"{purpose}.{sender or self.number}.{self.day}.{self.sequence:05d}.{environment}"

    def sign(self, payload: bytes, identity: Identity | None = None) -> bytes:
        identity = identity or self.identity
        return PayloadSigner(identity.key, identity.certificate).sign(payload)

    def deliver(
        self,
        payload: bytes,
        *,
        key: str | None = None,
        tray: Tray = Tray.IN,
        signature: bytes | None = None,
    ) -> str:
        """Put FI, FS and GO; return the set's key."""
        key = key or self.next_key()
        self.put(f"FI.{key}.1.1", payload, tray=tray)
        self.put(f"FS.{key}.1.1", self.sign(payload) if signature is None else signature, tray=tray)
        self.put(f"GO.{key}.1", tray=tray)
        return key

    def work(self, worker: str = "test") -> None:
        self.counter.work_once(worker)

    def answers(self, kind: str, *, tray: Tray = Tray.OUT, number: str | None = None) -> list[AnswerSeen]:
        mailbox = self.mailbox(number)
        names = [entry.name for entry in mailbox.list_tray(tray) if entry.name.startswith(f"FO.{kind}.")]
        return [
            AnswerSeen(name, self.read(tray, name, mailbox), self.read(tray, f"FS{name[2:]}", mailbox))
            for name in names
        ]

    def read(self, tray: Tray, name: str, mailbox: Mailbox | None = None) -> bytes:
        with (mailbox or self.mailbox()).open_answer(tray, name) as content:
            return content.read()

    def collect_all(self, *, tray: Tray = Tray.OUT) -> None:
        mailbox = self.mailbox()
        for entry in mailbox.list_tray(tray):
            mailbox.remove(tray, entry.name)

    def answers_to(self, payload: bytes, **deviation: object) -> tuple[list[AnswerSeen], list[AnswerSeen]]:
        """Deliver one set, work, and return its acknowledgements and notifications."""
        self.collect_all()
        self.deliver(payload, **deviation)
        self.work()
        return self.answers("ACRF"), self.answers("NOTI")


def open_bench(home: Path, keys_home: Path) -> CounterBench:
    """Compose the counter with keys of its own over the test database."""
    lay_keys(keys_home / "keys")
    configuration = replace(settings.GUICHET, home=home)
    (home / "keys").symlink_to(keys_home / "keys")
    authority = Authority.create("Authority of senders", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))
    identity = authority.issue_signer("Sender 123456", at=NOON - timedelta(days=30), lifetime=timedelta(days=365))
    trust_authority(authority)
    clock = SetClock()
    counter = in_one_connection(replace(compose_counter(configuration), clock=clock))
    return CounterBench(home=home, authority=authority, identity=identity, counter=counter, clock=clock)


class LanesInOneConnection:
    """Three lanes one after the other, in the transaction of the test."""

    def run(self, lane: Lane) -> list[dict[int, Opened]]:
        return [lane(Share(number, 3)) for number in range(3)]


def in_one_connection(counter: Counter) -> Counter:
    """Return the counter with lanes that a test sees without a commit."""
    dimona = replace(cast("DimonaMessage", counter.desk.messages["DIMN"]), lanes=LanesInOneConnection())
    return replace(counter, desk=replace(counter.desk, messages={**counter.desk.messages, "DIMN": dimona}))


def change_payloads(bench: CounterBench, **deviation: object) -> None:
    payloads = replace(bench.counter.desk.payloads, **deviation)
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, payloads=payloads))
