"""What a signed-in person asks to be allowed, and the actions with who may take them (access and login §2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from domain.access.roles import Role
from domain.access.services import Right, ServiceCode


class Action(StrEnum):
    """What is done in a company account besides using a service."""

    ACTIVATE_ENTITY = "ACTIVATE_ENTITY"
    MANAGE_QUALITIES = "MANAGE_QUALITIES"
    SWITCH_PASSWORD_LOGIN = "SWITCH_PASSWORD_LOGIN"  # noqa: S105 - the name of an action
    MANAGE_USERS = "MANAGE_USERS"
    GRANT_RIGHTS = "GRANT_RIGHTS"
    APPOINT = "APPOINT"
    CONFIGURE_SENDERS = "CONFIGURE_SENDERS"
    READ_EBOX = "READ_EBOX"
    EXPORT_REGISTER = "EXPORT_REGISTER"
    CHANGE_OWN_KEYS = "CHANGE_OWN_KEYS"


@dataclass(frozen=True, slots=True)
class ActionRule:
    """Who may take an action: holders of one of `roles`, users with `right`, or `everybody`; at what level.

    With `needs_fresh_proof` the person must have signed in just now. With activation codes, `level_with_codes` is enough.
    """

    level: int
    roles: frozenset[Role] = frozenset()
    right: tuple[ServiceCode, Right] | None = None
    everybody: bool = False
    needs_fresh_proof: bool = False
    level_with_codes: int | None = None


FRESH = timedelta(minutes=5)
_ENTITY = frozenset({Role.CHIEF, Role.CO_CHIEF})
_MANAGERS = frozenset(Role)

ACTION_RULES: Mapping[Action, ActionRule] = MappingProxyType(
    {
        Action.ACTIVATE_ENTITY: ActionRule(400, frozenset({Role.CHIEF}), level_with_codes=200),
        Action.MANAGE_QUALITIES: ActionRule(400, _ENTITY),
        Action.SWITCH_PASSWORD_LOGIN: ActionRule(400, frozenset({Role.CHIEF}), needs_fresh_proof=True),
        Action.MANAGE_USERS: ActionRule(400, _MANAGERS),
        Action.GRANT_RIGHTS: ActionRule(400, _MANAGERS),
        Action.APPOINT: ActionRule(400, _ENTITY | {Role.MANAGER}, needs_fresh_proof=True),
        Action.CONFIGURE_SENDERS: ActionRule(400, _MANAGERS, (ServiceCode.CHANNELS, Right.MANAGE)),
        Action.READ_EBOX: ActionRule(400, _MANAGERS, (ServiceCode.EBOX, Right.MANAGE)),
        Action.EXPORT_REGISTER: ActionRule(450, _MANAGERS),
        Action.CHANGE_OWN_KEYS: ActionRule(400, everybody=True, needs_fresh_proof=True),
    }
)


@dataclass(frozen=True, slots=True)
class UseOfService:
    """Use a service with a right; for a `principal_id` other than the own entity, by its mandate."""

    service: ServiceCode
    right: Right
    principal_id: int | None = None


@dataclass(frozen=True, slots=True)
class TakingOfAction:
    """Take an action in the company account."""

    action: Action


Wish: TypeAlias = UseOfService | TakingOfAction


@dataclass(frozen=True, slots=True)
class Stay:
    """A signed-in stay: its assurance level, since when the person is authenticated, and when it ends at the latest.

    `fresh_for` is how long the installation lets a proof be good for what asks for a fresh one.
    """

    level: int
    authenticated_at: datetime
    ends_at: datetime
    is_by_activation_codes: bool = False
    fresh_for: timedelta = FRESH


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A wish, and the stay in which it is uttered (None: nobody signed in)."""

    stay: Stay | None
    wish: Wish
