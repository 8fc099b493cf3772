"""What this register asks of whoever keeps sessions."""

from datetime import datetime
from typing import Protocol


class SessionEnder(Protocol):
    """Ends the signed-in stays of a person in one entity, in the running transaction."""

    def end_for_person(self, person_id: int, entity_id: int, reason: str, at: datetime) -> None:
        """End every stay of the person in that entity; harmless when there is none."""
        ...
