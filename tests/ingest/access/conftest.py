"""A company with an account whose sender may deliver access declarations, and people who work there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from channels.models import SenderService
from commands.authority import Identity
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.environments import Environment, Tray
from domain.identifiers import insz
from registers.access.appointing import accept, appoint
from registers.access.declarations.registers import AccessRegister
from registers.access.employment import DeclaredByManager
from registers.access.entity_accounts import activate_account, register_account
from registers.access.granting import WantedRight, grant
from registers.access.models import Appointment, DeclaredAccess, Entity, UserAccount
from registers.access.user_accounts import activate_user, invite_user
from registers.persons.models import PersonDetails
from registers.persons.numbers import PersonDirectory
from registers.student_days.models import Period
from tests.access_files import a_file, a_form
from tests.counter_bench import NOON, AnswerSeen, CounterBench, make_entity, make_sender, open_bench
from tests.ingest.answer_checks import require_all_valid

TRAYS = {
    "R": (Tray.IN, Tray.OUT),
    "T": (Tray.IN_TEST, Tray.OUT_TEST),
    "S": (Tray.IN_SIMULATION, Tray.OUT_SIMULATION),
}
CHIEF = insz(700101001, born_from_2000=False)
MANAGER = insz(710101001, born_from_2000=False)


def a_number(count: int) -> str:
    """Return a national number that nobody else in the tests has."""
    return insz(750101000 + count, born_from_2000=False)


@dataclass
class Firm:
    """A company, seen from the counter that its sender delivers to."""

    bench: CounterBench
    entity: Entity
    environment: Environment = Environment.PRODUCTION

    @property
    def register(self) -> AccessRegister:
        return self.bench.counter.desk.messages["ACCS"].register(self.environment)

    @property
    def persons(self) -> PersonDirectory:
        return self.register.persons

    def person(self, number: str, *, name: str | None = None, email: str = "") -> int:
        (person,) = self.persons.find_or_create({number}, at=NOON).values()
        if name is not None:
            PersonDetails.objects.update_or_create(
                person_id=person,
                defaults={
                    "environment": self.environment,
                    "family_name": name,
                    "email": email,
                    "language": "nl",
                    "changed_at": NOON,
                },
            )
        return person

    @property
    def chief(self) -> int:
        return self.person(CHIEF)

    def by_chief(self) -> Actor:
        return Actor.person(self.chief, level=400)

    def employ(self, *numbers: str) -> None:
        """Let the persons work for the company, by a period of work."""
        for number in numbers:
            Period.objects.create(
                id=Period.objects.count() + 100_000_000_000,
                environment=self.environment,
                person_id=self.person(number),
                employer_id=self.entity.pk,
                joint_commission="XXX",
                worker_type="OTH",
                starting_date=date(2026, 1, 1),
                first_declared_at=NOON,
                last_changed_at=NOON,
            )

    def appoint(self, role: Role, number: str) -> Appointment:
        person = self.person(number)
        row = appoint(
            self.entity.pk,
            role=role,
            person_id=person,
            quality="" if role.is_of_entity else Quality.EMPLOYER,
            by=self.by_chief(),
            at=NOON,
        )
        return accept(row.pk, by=Actor.person(person, level=400), at=NOON)

    def invite(self, number: str, *, name: str = "Peeters") -> UserAccount:
        return invite_user(
            self.entity.pk,
            Quality.EMPLOYER,
            person_id=self.person(number, name=name, email=f"{number}@firm.example"),
            user_name=f"U{UserAccount.objects.count():08d}",
            employment=DeclaredByManager(),
            by=self.by_chief(),
            at=NOON,
        )

    def user(self, number: str, *rights: tuple[ServiceCode, Right], name: str = "Peeters") -> UserAccount:
        row = self.invite(number, name=name)
        activate_user(row.pk, by=Actor.person(row.person_id, level=400), at=NOON)
        for service, right in rights:
            grant(row.pk, WantedRight(service, right), by=self.by_chief(), at=NOON)
        return row

    def crowd(self, count: int) -> None:
        """Let so many other users be active, so that one who is blocked is no fifth of them."""
        for number in range(count):
            self.user(a_number(500 + number))

    def account(self, number: str) -> UserAccount:
        return UserAccount.objects.filter(person_id=self.person(number)).order_by("-pk")[0]

    def declare(self, *declarations: str, **deviation: str) -> list[AnswerSeen]:
        """Deliver one form, work, and return the notifications."""
        return self.send(a_form(*declarations, **deviation))

    def send(self, *forms: str, environment: str = "R", purpose: str = "ACCS") -> list[AnswerSeen]:
        self.deliver(a_file(*forms), environment=environment, purpose=purpose)
        return self.bench.answers("NOTI", tray=TRAYS[environment][1])

    def deliver(self, payload: bytes, *, environment: str = "R", purpose: str = "ACCS") -> str:
        tray, outbox = TRAYS[environment]
        self.bench.collect_all(tray=outbox)
        key = self.bench.deliver(payload, key=self.bench.next_key(environment=environment, purpose=purpose), tray=tray)
        self.bench.work()
        return key

    def refusal(self, environment: str = "R") -> list[str]:
        """Return the codes of the last acknowledgement."""
        return self.bench.answers("ACRF", tray=TRAYS[environment][1])[-1].codes

    def declared(self) -> list[DeclaredAccess]:
        return list(DeclaredAccess.objects.order_by("pk"))


def codes(answers: list[AnswerSeen]) -> list[str]:
    return [code.removeprefix("ACCS-") for answer in answers for code in answer.codes]


def results(answers: list[AnswerSeen]) -> list[str]:
    return [result for answer in answers for result in answer.texts("ResultCode")]


def make_firm(bench: CounterBench, entity: Entity, environment: Environment = Environment.PRODUCTION) -> Firm:
    firm = Firm(bench, entity, environment)
    register_account(
        entity,
        chief_id=firm.chief,
        quality=Quality.EMPLOYER,
        by=Actor.legal_representative(),
        at=NOON - timedelta(days=2),
    )
    activate_account(entity.pk, by=firm.by_chief(), at=NOON - timedelta(days=1))
    return firm


def a_signer_with_number(firm: Firm, number: str) -> Identity:
    """Return a certificate like that of a card: the subject has the national number of the holder."""
    like = firm.bench.authority.issue_signer("Ann", at=NOON - timedelta(days=9), lifetime=timedelta(days=99))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([*like.certificate.subject, x509.NameAttribute(NameOID.SERIAL_NUMBER, number)]))
        .issuer_name(like.certificate.issuer)
        .public_key(like.certificate.public_key())
        .serial_number(like.certificate.serial_number)
        .not_valid_before(like.certificate.not_valid_before_utc)
        .not_valid_after(like.certificate.not_valid_after_utc)
    )
    for extension in like.certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return Identity(like.key, builder.sign(firm.bench.authority.identity.key, hashes.SHA256()))


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> Iterator[CounterBench]:
    bench = open_bench(tmp_path, keys_home)
    yield bench
    require_all_valid(bench.counter.desk.payloads.blobs)


@pytest.fixture
def firm(bench: CounterBench) -> Firm:
    entity = make_entity()
    sender = make_sender(bench.number, entity=entity, identity=bench.identity)
    for environment in Environment:
        SenderService.objects.create(sender=sender, purpose="ACCS", environment=environment)
    return make_firm(bench, entity)
