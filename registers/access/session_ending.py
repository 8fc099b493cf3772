"""What this register asks of whoever keeps sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class StopReason(StrEnum):
    """Why somebody's stays end; each is also a reason that whoever keeps sessions knows."""

    BLOCKED = "BLOCKED"
    MANAGER = "MANAGER"
    OWN_CHOICE = "OWN_CHOICE"
    ENTITY_SUSPENDED = "ENTITY_SUSPENDED"


class SessionEnder(Protocol):
    """Ends the signed-in stays of a person in one entity, in the running transaction."""

    def end_for_person(self, person_id: int, entity_id: int, reason: str, at: datetime) -> object:
        """End every stay of the person in that entity; harmless when there is none."""
        ...


class PasswordLocks(Protocol):
    """Lifts the time lock of a person's password, in the running transaction."""

    def lift_for_person(self, person_id: int, at: datetime) -> bool:
        """Lift it; False where there is none."""
        ...


class QualityStaysEnder(Protocol):
    """Ends the signed-in stays in one quality of an entity, in the running transaction."""

    def end_for_quality(self, entity_id: int, quality: str, reason: str, at: datetime) -> object:
        """End every stay that acts for the entity in that quality; stays in its other qualities go on."""
        ...
