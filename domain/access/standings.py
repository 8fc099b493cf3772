"""What is known of a person in one quality of one entity, when a decision is taken. Values only."""

from dataclasses import dataclass
from datetime import datetime

from domain.access.roles import Role
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.states import AccountState, EntityAccountState


@dataclass(frozen=True, slots=True)
class HeldRight:
    """A right in a service, held from `valid_from` until before `valid_until` (None: without end)."""

    service: ServiceCode
    right: Right
    valid_from: datetime
    valid_until: datetime | None = None

    def is_held(self, at: datetime) -> bool:
        """Whether it is held at that instant."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class HeldMandate:
    """The mandate of the entity to act for a principal in a group of services, in the quarter of the question."""

    principal_id: int
    group: ServiceGroup


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """A user account, by its state; wrong tries lock the password of a person, no account."""

    state: AccountState


@dataclass(frozen=True, slots=True)
class Standing:
    """All that counts for one person, one entity and one of its qualities.

    `entity_state` is None where the entity has no account. `roles` are the active appointments that reach the quality,
    `proposed` those that wait for the person's own acceptance. Without an account, `account` is None.
    """

    person_id: int
    entity_id: int
    quality: str
    entity_state: EntityAccountState | None
    is_person_known: bool = True
    is_quality_active: bool = True
    is_password_login_allowed: bool = True
    roles: frozenset[Role] = frozenset()
    proposed: frozenset[Role] = frozenset()
    account: AccountStanding | None = None
    rights: tuple[HeldRight, ...] = ()
    mandates: frozenset[HeldMandate] = frozenset()
