"""A company with an account, its chief, and people who are not appointed to anything yet."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.user_names import new_user_name
from domain.environments import Environment
from registers.access.appointing import accept, appoint
from registers.access.employment import DeclaredByManager
from registers.access.entity_accounts import activate_account, register_account
from registers.access.models import Appointment, Entity, UserAccount
from registers.access.user_accounts import activate_user, invite_user
from registers.persons.models import Person

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
EMPLOYER = Quality.EMPLOYER
SECRETARIAT = Quality.SOCIAL_SECRETARIAT
_NAMES = itertools.count(1)
_COMPANIES = ("0412345614", "0400767772", "0123456749")


class SessionsInMemory:
    """Remembers whose stays were ended, where and why."""

    def __init__(self) -> None:
        self.ended: list[tuple[int, int, str, datetime]] = []
        self.ended_in: list[tuple[int, str, str, datetime]] = []

    def end_for_person(self, person_id: int, entity_id: int, reason: str, at: datetime) -> None:
        self.ended.append((person_id, entity_id, reason, at))

    def end_for_quality(self, entity_id: int, quality: str, reason: str, at: datetime) -> None:
        self.ended_in.append((entity_id, quality, reason, at))


def a_person() -> int:
    return Person.objects.create(environment=Environment.PRODUCTION, created_at=NOON).pk


def an_entity(number: str = _COMPANIES[0], *, environment: Environment = Environment.PRODUCTION) -> Entity:
    return Entity.objects.create(
        environment=environment,
        company_number=number,
        name="Bakery",
        valid_from=NOON,
        created_by="test",
        source="OPERATOR",
    )


def signed_in(person_id: int, *, level: int = 400) -> Actor:
    return Actor.person(person_id, level=level)


@dataclass
class Company:
    """An active company whose chief, as everybody in it, acts at level 400."""

    entity: Entity
    chief: int
    sessions: SessionsInMemory = field(default_factory=SessionsInMemory)

    @property
    def id(self) -> int:
        return self.entity.pk

    def appoint(
        self, role: Role, *, quality: str = EMPLOYER, by: int | None = None, at: datetime = NOON
    ) -> Appointment:
        """Appoint a new person, who accepts."""
        person = a_person()
        row = appoint(
            self.id,
            role=role,
            person_id=person,
            quality="" if role.is_of_entity else quality,
            by=signed_in(by or self.chief),
            at=at,
        )
        return accept(row.pk, by=signed_in(person), at=at)

    def invite(self, person_id: int | None = None, *, quality: str = EMPLOYER, at: datetime = NOON) -> UserAccount:
        number = next(_NAMES)
        return invite_user(
            self.id,
            quality,
            person_id=person_id or a_person(),
            user_name=new_user_name(lambda length: number.to_bytes(length, "big")),
            employment=DeclaredByManager(),
            by=signed_in(self.chief),
            at=at,
        )

    def user(self, person_id: int | None = None, *, quality: str = EMPLOYER, at: datetime = NOON) -> UserAccount:
        """Invite a person, who activates the account."""
        row = self.invite(person_id, quality=quality, at=at)
        return activate_user(row.pk, by=signed_in(row.person_id), at=at)


def make_company(number: str = _COMPANIES[0]) -> Company:
    entity, chief = an_entity(number), a_person()
    register_account(entity, chief_id=chief, quality=EMPLOYER, by=Actor.legal_representative(), at=NOON)
    activate_account(entity.pk, by=signed_in(chief), at=NOON + timedelta(minutes=1))
    return Company(entity, chief)


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


def refusal(call: Callable[[], object]) -> RefusalReason:
    """Return the one reason for which the call is refused."""
    with pytest.raises(AccessRefusedError) as caught:
        call()
    return caught.value.reason
