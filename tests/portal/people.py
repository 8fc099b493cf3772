"""Somebody who is signed in, and the company she acts for; names have two words at most, so that pages show no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection

from auth.locksmith import Locksmith
from auth.logins import login_of_person, name_login
from auth.models import Login, LoginState, OperatorRole, Session
from auth.session_life import choose_context
from channels.configuring.login_certificates import add_login_certificate
from channels.configuring.networks import grant_network
from channels.configuring.openings import add_service, open_channel
from channels.configuring.senders import add_sender
from channels.configuring.ssh_keys import add_ssh_key
from channels.configuring.web_clients import add_web_client
from channels.models import ChannelPassword, Network, Sender, SenderCertificate
from channels.notices.subscribing import subscribe_webhook
from channels.web.scopes import SCOPES
from commands.authority import Authority
from correspondence.ebox import Posting, publish
from correspondence.ebox_alerts import activate
from correspondence.models import EboxKind
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.states import AccountState
from domain.assurance import AssuranceLevel, Means
from domain.brussels import brussels_date
from domain.channels import Channel
from domain.environments import Environment
from domain.identifiers import period_id
from domain.languages import Language
from domain.quarters import Quarter
from domain.written_values import Hours
from registers.access.appointing import accept, appoint
from registers.access.granting import WantedRight, grant
from registers.access.mandating import propose_mandate
from registers.access.models import Entity, MandateParty, UserAccount
from registers.persons.details import name_person
from registers.persons.models import Person
from registers.persons.numbers import PersonKeys
from registers.student_days.models import Attestation, Period, PeriodVersion, QuotaAccount
from tests.auth.builders import a_desk
from tests.portal.browser.pages import Who
from tests.portal.declared_access import settle_declarations
from tests.portal.office import Officer, settle_office, settle_officer
from tests.portal.registrations import settle_registrations
from tests.portal.somebody import a_person, a_stay
from tests.portal.stages import CODES_MAILED, settle_keys, settle_stages
from tests.registers.access.conftest import Company, make_company, signed_in


@dataclass(frozen=True)
class People:
    """A person with her login, and the id of her stay that a cookie holds."""

    person: Person
    login: Login
    cookie: str
    manager: "Manager"
    student: "Student"
    officer: Officer
    inspector: Officer
    keyed: Login
    stages: Mapping[Who, str]


def settle_people(locksmith: Locksmith, persons: PersonKeys) -> People:
    """Settle everybody whom the browsers look at pages as; what is sealed opens with the keys of that locksmith, numbers with the others."""
    person, login = a_person()
    a_stay(login)
    store = a_stay(login)
    assert Session.objects.filter(login=login, ended_at=None).count() == 2
    manager = settle_manager()
    settle_senders(manager)
    settle_users(manager)
    other = Entity.objects.get(company_number="0400767772")
    student = settle_student([manager.entity_id, other.pk])
    settle_place_elsewhere(manager)
    settle_attestation(student.person_id)
    officer = settle_officer()
    settle_office(officer, locksmith)
    inspector = settle_officer(OperatorRole.INSPECTOR, user_name="ivo.inspector")
    leave_their_numbers()
    settle_registrations(student.person_id, persons)
    desk = replace(a_desk(), locksmith=locksmith)
    keyed, stages = settle_keys(desk), settle_stages(desk)
    return People(person, login, store.session_key, manager, student, officer, inspector, keyed, stages)


@dataclass(frozen=True)
class Manager:
    """A person who acts for a company as an employer, and the id of the stay that a cookie holds."""

    person_id: int
    login: Login
    company: Company
    cookie: str

    @property
    def entity_id(self) -> int:
        return self.company.id

    def another_cookie(self) -> str:
        """Return the id of a further stay: a running portal gives a stay a new id at its first page."""
        store, now = a_stay(self.login, remembered=CODES_MAILED), datetime.now(UTC)
        choose_context(store, entity_id=self.entity_id, quality="EMPLOYER", at=now)
        return str(store.session_key)


def settle_manager(*, company: str = "0412345614", user_name: str = "an.manager") -> Manager:
    """Return the chief of a company of its own, signed in with eID."""
    made = make_company(company)
    return settle_for(made, made.chief, user_name)


def settle_user(manager: Manager, *, user_name: str = "bo.user") -> Manager:
    """Return a user of the manager's company without any right, signed in with eID."""
    account: UserAccount = manager.company.user()
    return settle_for(manager.company, account.person_id, user_name)


def settle_stranger(manager: Manager, *, user_name: str = "cy.stranger") -> Manager:
    """Return somebody whose stay is for the manager's company, where she has neither account nor appointment."""
    person = Person.objects.create(environment="R", created_at=datetime.now(UTC))
    return settle_for(manager.company, person.pk, user_name)


def settle_for(company: Company, person_id: int, user_name: str) -> Manager:
    """Return somebody whose stay is for that company as an employer, signed in with eID; several browsers may hold the cookie."""
    now = datetime.now(UTC)
    login = Login.objects.create(user_name=user_name, person_id=person_id, state=LoginState.ACTIVE, created_at=now)
    store = a_stay(login, remembered={**CODES_MAILED, "arrived": True})
    choose_context(store, entity_id=company.id, quality="EMPLOYER", at=now)
    store.save()
    return Manager(person_id, login, company, store.session_key)


_NUMBERED = (
    *("access_useraccount", "access_appointment", "access_grant", "access_mandate", "correspondence_eboxdocument"),
    *("evidence_submission", "persons_person"),
)
"""Tables whose rows pages name by number: the first ones here have the same numbers in every run."""


def leave_their_numbers() -> None:
    """Let what comes next have numbers that nobody has, also when everybody is settled again."""
    for table in _NUMBERED:
        with connection.cursor() as cursor:
            last = f"SELECT greatest(max(id), 300000) FROM {table}"  # noqa: S608 - our own tables
            cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), ({last}))", [table])


def settle_users(manager: Manager) -> None:
    """Give the company a user 100001 who never signed in, a co-chief 100001, and the manager a proposal, a lapsed invitation 100004, an account 100005 of his own and a mandate 100001 from elsewhere.

    The co-chief waits for a right 100001 of his account 100006, and the manager declares presences too. The user 100001 is the person 100001, and submissions begin at 100001.
    """
    now = datetime.now(UTC)
    for table in _NUMBERED:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 100000)", [table])
    invited, helper = manager.company.invite(at=now), manager.company.appoint(Role.CO_CHIEF, at=now)
    login = login_of_person(invited.person_id, at=now, actor="test")
    name_login(login, invited.user_name, at=now, actor="test")
    for person_id, name in ((invited.person_id, "Peeters"), (helper.person_id, "Claes")):
        name_person(person_id, family_name=name, first_name="Mia", language=Language.NL, actor="test", at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('access_appointment', 'id'), 200000)")
    settle_declarations(manager.entity_id, account_id=invited.pk)
    for user in (manager.company.user(at=now), manager.company.user(at=now)):
        name_person(user.person_id, family_name="Maes", first_name="Jan", language=Language.NL, actor="test", at=now)
    publish(
        Posting(
            kind=EboxKind.ORPHAN_CO_MANAGER,
            environment=Environment.PRODUCTION,
            values={"quality": "EMPLOYER"},
            publisher="test",
            occasion="orphans",
            entity_id=manager.entity_id,
            quality="EMPLOYER",
            due_at=now,
        ),
        at=now,
    )
    other = make_company("0400767772")
    appoint(other.id, role=Role.CO_CHIEF, person_id=manager.person_id, by=signed_in(other.chief), at=now)
    lapsed = other.invite(manager.person_id, at=now)
    UserAccount.objects.filter(pk=lapsed.pk).update(state=AccountState.EXPIRED)
    settle_rights(manager.company, manager.company.user(manager.person_id, at=now), helper.person_id, at=now)
    propose_mandate(
        other.entity,
        manager.company.entity,
        proposing=MandateParty.PRINCIPAL,
        quality="EMPLOYER",
        group=ServiceGroup.DIMONA,
        from_quarter=Quarter.of(brussels_date(now)),
        by=signed_in(other.chief, level=450),
        at=now,
    )


def settle_place_elsewhere(manager: Manager) -> None:
    """Let the manager be co-chief of a third company, by 200006."""
    now, third = datetime.now(UTC), make_company("0876543270")
    held = appoint(third.id, role=Role.CO_CHIEF, person_id=manager.person_id, by=signed_in(third.chief), at=now)
    accept(held.pk, by=signed_in(manager.person_id), at=now)


def settle_rights(company: Company, own: UserAccount, co_chief: int, *, at: datetime) -> None:
    """Let the co-chief ask for a right that needs a second manager, and the chief declare presences by his `own` account."""
    access = WantedRight(ServiceCode.ACCESS, Right.CONSULT)
    grant(company.user(co_chief, at=at).pk, access, by=signed_in(co_chief, level=500), at=at)
    grant(own.pk, WantedRight(ServiceCode.CHECK_INS, Right.DECLARE), by=signed_in(company.chief), at=at)


def settle_doors(sender: Sender, *, at: datetime) -> None:
    """Give the sender a password, a certificate 100001, a network, a program 100001 with its key 100001, and a receiver 100001; its SSH keys and signing certificates begin there too."""
    numbered = ("webclient", "webclientkey", "answersubscription", "logincertificate", "sshkey", "sendercertificate")
    for table in (f"channels_{name}" for name in numbered):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 100000)", [table])
    user = sender.technical_user
    ChannelPassword.objects.create(technical_user=user, encoded="-", set_at=at)
    grant_network(sender, Network.objects.get(name="Publilink"), actor="test", at=at)
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    add_web_client(sender, raw, scopes=tuple(SCOPES.values()), kid="2026", randomness=bytes, actor="test", at=at)
    client = Authority.create("Authority of clients", at=at, lifetime=timedelta(days=999)).issue_signer(
        "FTP client", at=at, lifetime=timedelta(days=365)
    )
    add_login_certificate(sender, client.certificate.public_bytes(Encoding.PEM), actor="test", at=at)
    subscribe_webhook(sender, "https://receiver.example/answers", allowed=(), actor="test", at=at)


def settle_senders(manager: Manager) -> None:
    """Give the manager's company two senders: one that lacks everything, and one with a key and a certificate."""
    now = datetime.now(UTC)
    for number, name in (("100001", "Jan Peeters"), ("100002", "Mia Claes")):
        add_sender(
            manager.company.entity,
            contact_name=name,
            contact_address="it@example.be",
            language=Language.NL,
            quality="EMPLOYER",
            number=number,
            actor="test",
            at=now,
        )
    sender = Sender.objects.get(pk="100002")
    for channel in Channel:
        open_channel(sender, channel, actor="test", at=now)
    settle_doors(sender, at=now)
    key = Ed25519PrivateKey.generate().public_key()
    add_ssh_key(sender, key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(), actor="test", at=now)
    SenderCertificate.objects.create(
        sender=sender,
        der=b"-",
        sha256="5f" * 32,
        valid_from=now,
        valid_until=now + timedelta(days=365),
        registered_at=now,
    )
    add_service(sender, "DIMN", [Environment.PRODUCTION, Environment.TEST], actor="test", at=now)


@dataclass(frozen=True)
class Student:
    """A student with periods at two employers, and the ids of her stays: with her card, and with a password alone."""

    person_id: int
    login: Login
    cookie: str
    password_cookie: str


def settle_student(entity_ids: Sequence[int], *, user_name: str = "noor.student") -> Student:
    """Return a student of this year: 120 hours used, 60 reserved, 40 outside, one period cancelled, one late.

    On 1 January, when nothing of the year is over, all 180 are reserved.
    """
    now = datetime.now(UTC)
    person, login = a_person(user_name)
    name_person(person.pk, family_name="Peeters", first_name="A", language=Language.NL, actor="test", at=now)
    periods = _periods_of_student(brussels_date(now))
    for at_employer, entity_id in enumerate(entity_ids[:2]):
        for number, (first, days, values) in enumerate(periods[at_employer]):
            stem = 6_100_000_000 + 10 * at_employer + number
            file_period(person.pk, entity_id, int(period_id(stem)), first, days, **values)
    QuotaAccount.objects.create(
        person_id=person.pk, year=brussels_date(now).year, environment="R", unit="HOURS", limit=650, granted=180
    )
    if entity_ids:
        publish(
            Posting(
                kind=EboxKind.STUDENT_OVER_LIMIT,
                environment=Environment.PRODUCTION,
                values={
                    "employer": "Bakery",
                    "hours": Hours(80),
                    "first": date(2026, 1, 12),
                    "last": date(2026, 2, 21),
                    "outside": Hours(40),
                },
                publisher="test",
                occasion=f"student {person.pk}",
                person_id=person.pk,
            ),
            at=now,
        )
        activate(person.pk, "a@example.be", language=Language.NL, environment=Environment.PRODUCTION, at=now)
    strong = a_stay(login, remembered=CODES_MAILED)
    weak = a_stay(login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    return Student(person.pk, login, strong.session_key, weak.session_key)


def settle_attestation(person_id: int) -> None:
    """Let the code of an attestation 2026-7Q4M9ZK2 answer for a month."""
    now = datetime.now(UTC)
    Attestation.objects.create(
        environment="R",
        number="2026-7Q4M9ZK2",
        person_id=person_id,
        year=brussels_date(now).year,
        unit="HOURS",
        limit=650,
        remaining=470,
        code_hash=b"-" * 32,
        sha256="9f" * 32,
        issued_at=now,
        expires_at=now + timedelta(days=30),
    )


_Filed = tuple[tuple[int, int], int, dict[str, object]]


def _periods_of_student(today: date) -> tuple[tuple[_Filed, ...], ...]:
    """Return first day, further days and hours by employer; what is worked is over today, one period runs until the year ends."""
    begun, ends = max(date(today.year, 1, 1), today - timedelta(days=20)), date(today.year, 12, 31)
    return (
        (
            (*_over((1, 5), 20, today=today), {"planned": 80, "granted": 80, "actual": 84}),
            ((2, 2), 10, {"planned": 40, "granted": 0, "is_late": True}),
            ((begun.month, begun.day), (ends - begun).days, {"planned": 60, "granted": 60}),
        ),
        (
            (*_over((1, 12), 40, today=today), {"planned": 80, "granted": 40}),
            ((4, 6), 5, {"planned": 38, "granted": 0, "state": "CANCELLED"}),
        ),
    )


def _over(first: tuple[int, int], days: int, *, today: date) -> tuple[tuple[int, int], int]:
    """Return a period of this year, drawn back so far that it ended yesterday at the latest; on 1 January it is of that day."""
    starts, opening = date(today.year, *first), date(today.year, 1, 1)
    ends = max(opening, min(starts + timedelta(days=days), today - timedelta(days=1)))
    starts = min(starts, ends)
    return (starts.month, starts.day), (ends - starts).days


def file_period(
    person_id: int, entity_id: int, number: int, first: tuple[int, int], days: int, **values: object
) -> Period:
    """File a period that starts on that month and day of this year, with its only version."""
    now = datetime.now(UTC)
    starts = date(brussels_date(now).year, *first)
    shared = {"starting_date": starts, "ending_date": starts + timedelta(days=days), "environment": "R"}
    period = Period.objects.create(
        pk=number,
        person_id=person_id,
        employer_id=entity_id,
        joint_commission="XXX",
        worker_type="STU",
        unit="HOURS",
        place_of_work={"denomination": "Kouter", "address": None},
        first_declared_at=now,
        last_changed_at=now,
        **shared,
        **values,
    )
    PeriodVersion.objects.create(
        period=period,
        number=1,
        reason="LATE" if values.get("is_late") else "GRANTED",
        planned=period.planned,
        granted=period.granted,
        change=-period.planned if period.state == "CANCELLED" else period.granted,
        state=period.state,
        is_late=period.is_late,
        received_at=now,
        filed_at=now,
        **shared,
    )
    return period
