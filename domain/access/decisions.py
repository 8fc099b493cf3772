"""The outcome of an access decision: allowed, or denied for one reason."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class DenyReason(StrEnum):
    """Why something is denied, in the order in which it is looked at (access and login §7)."""

    SESSION_OVER = "SESSION_OVER"
    PERSON_UNKNOWN = "PERSON_UNKNOWN"
    ENTITY_WITHOUT_ACCOUNT = "ENTITY_WITHOUT_ACCOUNT"
    ENTITY_NOT_ACTIVATED = "ENTITY_NOT_ACTIVATED"
    ENTITY_ACTIVATION_EXPIRED = "ENTITY_ACTIVATION_EXPIRED"
    ENTITY_SUSPENDED = "ENTITY_SUSPENDED"
    ENTITY_CLOSED = "ENTITY_CLOSED"
    ENTITY_ACTIVATED_ALREADY = "ENTITY_ACTIVATED_ALREADY"
    QUALITY_NOT_ACTIVE = "QUALITY_NOT_ACTIVE"
    NO_ACCOUNT = "NO_ACCOUNT"
    ACCOUNT_NOT_ACTIVATED = "ACCOUNT_NOT_ACTIVATED"
    ACCOUNT_EXPIRED = "ACCOUNT_EXPIRED"
    ACCOUNT_BLOCKED = "ACCOUNT_BLOCKED"
    ACCOUNT_REMOVED = "ACCOUNT_REMOVED"
    SERVICE_NOT_OPEN = "SERVICE_NOT_OPEN"
    NOT_GRANTED = "NOT_GRANTED"
    NO_MANDATE = "NO_MANDATE"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    AUTHENTICATION_TOO_OLD = "AUTHENTICATION_TOO_OLD"

    @property
    def hides_existence(self) -> bool:
        """Whether the answer outside is that there is nothing (404), not that it is forbidden (403)."""
        return self in _HIDING


_HIDING = frozenset({DenyReason.ENTITY_WITHOUT_ACCOUNT, DenyReason.NO_ACCOUNT, DenyReason.NO_MANDATE})


@dataclass(frozen=True, slots=True)
class Allow:
    """It is allowed."""


@dataclass(frozen=True, slots=True)
class Deny:
    """It is denied; `required_level` tells what level would do, where that is the reason."""

    reason: DenyReason
    required_level: int | None = None


Decision: TypeAlias = Allow | Deny
