"""Keep the blocks of a start as declared: where a student works, control cards, small statutes; as JSON in a column."""

import json
from typing import Any

from domain.student_declarations import Address, ControlCards, PlaceOfWork, SmallStatutes


def read_place(text: str | None) -> PlaceOfWork | None:
    """Return the place of work that stands in the column; None for none."""
    block = _block(text)
    if block is None:
        return None
    address = block["address"]
    return PlaceOfWork(block["denomination"], None if address is None else Address(**address))


def read_cards(text: str | None) -> ControlCards | None:
    """Return the control cards that stand in the column; None for none."""
    block = _block(text)
    return None if block is None else ControlCards(**block)


def read_small_statutes(text: str | None) -> SmallStatutes | None:
    """Return what stands in the column about a small statute; None for nothing."""
    block = _block(text)
    return None if block is None else SmallStatutes(**block)


def _block(text: str | None) -> dict[str, Any] | None:
    """Return the block; a cursor of Django gives JSON as text."""
    block: dict[str, Any] | None = None if text is None else json.loads(text)
    return block
