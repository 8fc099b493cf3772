"""Why a change of the access register is refused, by a reason that a file can be answered with."""

from enum import StrEnum

from domain.configuration_refusals import ConfigurationRefusedError


class RefusalReason(StrEnum):
    """The one thing that stands against a change."""

    NO_ACCOUNT = "NO_ACCOUNT"
    ENTITY_NOT_ACTIVE = "ENTITY_NOT_ACTIVE"
    ACTIVATION_OVER = "ACTIVATION_OVER"
    QUALITY_NOT_ACTIVE = "QUALITY_NOT_ACTIVE"
    QUALITY_UNKNOWN = "QUALITY_UNKNOWN"
    QUALITY_NOT_SELF_GIVEN = "QUALITY_NOT_SELF_GIVEN"
    NOT_ENTITLED = "NOT_ENTITLED"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    NOT_THE_APPOINTEE = "NOT_THE_APPOINTEE"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    CHIEF_BY_FILE = "CHIEF_BY_FILE"
    SECOND_CHIEF = "SECOND_CHIEF"
    TOO_MANY_CO_CHIEFS = "TOO_MANY_CO_CHIEFS"
    SECOND_MANAGER = "SECOND_MANAGER"
    NO_MANAGER_TO_HELP = "NO_MANAGER_TO_HELP"
    TOO_MANY_CO_MANAGERS = "TOO_MANY_CO_MANAGERS"
    HELD_ALREADY = "HELD_ALREADY"
    LAST_MANAGER = "LAST_MANAGER"
    ONESELF = "ONESELF"
    TARGET_OUT_OF_REACH = "TARGET_OUT_OF_REACH"
    NOT_EMPLOYED = "NOT_EMPLOYED"
    STATE_FORBIDS = "STATE_FORBIDS"
    STOPPED_BY_OPERATOR = "STOPPED_BY_OPERATOR"
    LOCKED = "LOCKED"
    REMOVED = "REMOVED"
    SERVICE_UNKNOWN = "SERVICE_UNKNOWN"
    SERVICE_NOT_OPEN = "SERVICE_NOT_OPEN"
    RIGHT_NOT_MANAGED = "RIGHT_NOT_MANAGED"
    NOT_BY_FILE = "NOT_BY_FILE"
    OUTSIDE_ACCOUNT_PERIOD = "OUTSIDE_ACCOUNT_PERIOD"
    OVERLAPPING_GRANT = "OVERLAPPING_GRANT"
    SECOND_MANAGER_NEEDED = "SECOND_MANAGER_NEEDED"
    SECOND_MANAGER_UNPROVED = "SECOND_MANAGER_UNPROVED"
    CHIEF_WITHOUT_STRONG_KEY = "CHIEF_WITHOUT_STRONG_KEY"
    PASSWORDS_OFF = "PASSWORDS_OFF"
    UNKNOWN = "UNKNOWN"


class AccessRefusedError(ConfigurationRefusedError):
    """A change of the access register is refused: `reason` for programs, the sentences for whoever asked."""

    def __init__(self, reason: RefusalReason, what: str, *, next_step: str) -> None:
        super().__init__(what, next_step=next_step)
        self.reason = reason
