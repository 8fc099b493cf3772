"""Keep why the register refused what a page asked of it: the codes, who asked and about which registration; no name, no number."""

from collections.abc import Iterable
from datetime import datetime

from domain.checkins.codes import RefusalCode
from domain.checkins.outcomes import Declarant
from evidence.audit import append_event


def note_refused(action: str, codes: Iterable[RefusalCode], *, by: Declarant, number: int | None, at: datetime) -> None:
    """Record it outside of what the refusal undoes; `number` is the receipt number, None for what is missing."""
    append_event(
        action,
        at=at,
        actor=f"person:{by.person_id}",
        environment=str(by.environment),
        company=by.enterprise_number or "",
        registration=number,
        codes=[str(code) for code in codes],
    )
