"""Write down who asks for corrections, so that four eyes can be told from two, and tell both sides what was decided."""

from datetime import datetime

from correspondence.models import EboxKind
from domain.checkins.outcomes import Declarant
from domain.written_values import WrittenValue
from registers.checkins.models import Correction
from registers.checkins.telling import Letter, tell_company, tell_persons

_SENDER = "sender:"


def correction_actor(by: Declarant) -> str:
    """Return how the one who asks is written down: a person where one is known, else a sender or a company."""
    if by.person_id is not None:
        return f"person:{by.person_id}"
    return name_sender(by.sender) if by.sender else f"company:{by.enterprise_number}"


def name_sender(sender: str) -> str:
    """Return how the sender with that number is written down."""
    return f"{_SENDER}{sender}"


def named_sender(actor: str) -> str:
    """Return the number of the sender that is so written down; empty for anybody else."""
    return actor.removeprefix(_SENDER) if actor.startswith(_SENDER) else ""


def sender_of(row: Correction) -> str:
    """Return the number of the sender whose program asked; empty for a person at a page."""
    return named_sender(row.asked_by)


def tell_of_decision(row: Correction, *, at: datetime) -> None:
    """Tell the worker, his employer, and the company that asked, that a request is decided.

    The reason stands in the portal. A self-employed person who asked for himself is told alone.
    """
    occasion = f"correction {row.number} {row.state}"
    told: dict[str, WrittenValue] = {
        "number": row.number,
        "day": row.registration_date,
        "outcome": f"CORRECTION_{row.state}",
    }
    own = Letter(EboxKind.OWN_CORRECTION_DECIDED, told, about=row.number)
    tell_persons({occasion: row.person_id}, row.environment, own, at=at)
    letter = Letter(EboxKind.CORRECTION_DECIDED, told, about=row.number)
    for company in sorted({row.asked_for, row.staffed_by} - {""}) if row.asked_for else ():
        tell_company(company, row.environment, letter, occasion=occasion, at=at)
