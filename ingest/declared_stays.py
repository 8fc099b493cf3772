"""End the signed-in stays of persons whose access a file or an operator takes away."""

from datetime import datetime

from auth.session_life import EndReason, SessionEnder

_REASONS = {"BLOCKED": EndReason.BLOCKED}


class DeclaredStays:
    """Ends stays in the name of the counter; each reason is told as the one of the session that it comes nearest to."""

    def __init__(self, *, actor: str) -> None:
        self._ender = SessionEnder(actor=actor)

    def end_for_person(self, person_id: int, entity_id: int, reason: str, at: datetime) -> None:
        """End every stay of the person in that entity; harmless when there is none."""
        self._ender.end_for_person(person_id, entity_id, _REASONS.get(reason, EndReason.MANAGER), at)
