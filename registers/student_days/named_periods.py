"""Say which period and which daily registration a form names by their numbers; asks no table."""

from domain.identifiers import is_period_id
from domain.student_declarations import DailyRegistration, DimonaAction, DimonaCancel, DimonaOut, DimonaUpdate


def number_named(action: DimonaAction | None) -> int | None:
    """Return the number of the period that a form names, None for none or one that cannot be."""
    match action:
        case DimonaOut() | DimonaUpdate() | DimonaCancel() | DailyRegistration():
            text = action.period_id or ""
            return int(text) if is_period_id(text) else None
        case _:
            return None


def registration_named(action: DimonaAction | None) -> int | None:
    """Return the number of the daily registration that a form names, None for none or one that cannot be."""
    text = (action.registration_id or "") if isinstance(action, DailyRegistration) else ""
    return int(text) if is_period_id(text) else None
