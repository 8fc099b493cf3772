"""Keep the blocks of a start as declared: the using employer, where a student works, control cards, small statutes; as JSON in a column."""

import json
from typing import Any

from domain.student_declarations import Address, ControlCards, PlaceOfWork, SmallStatutes, UserFirm


def read_place(text: str | None) -> PlaceOfWork | None:
    """Return the place of work that stands in the column; None for none."""
    block = _block(text)
    if block is None:
        return None
    return PlaceOfWork(block["denomination"], _address(block))


def read_user(text: str | None) -> UserFirm | None:
    """Return what stands in the column about the using employer; None for nothing."""
    block = _block(text)
    return None if block is None else UserFirm(**block | {"address": _address(block)})


def read_cards(text: str | None) -> ControlCards | None:
    """Return the control cards that stand in the column; None for none."""
    block = _block(text)
    return None if block is None else ControlCards(**block)


def read_small_statutes(text: str | None) -> SmallStatutes | None:
    """Return what stands in the column about a small statute; None for nothing."""
    block = _block(text)
    return None if block is None else SmallStatutes(**block)


def _address(block: dict[str, Any]) -> Address | None:
    return None if block["address"] is None else Address(**block["address"])


def _block(text: str | None) -> dict[str, Any] | None:
    """Return the block; a cursor of Django gives JSON as text."""
    block: dict[str, Any] | None = None if text is None else json.loads(text)
    return block
