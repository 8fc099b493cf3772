"""Assurance levels as applications name them (`acr`), and means as they are told (`amr`); the names are those of FAS."""

from collections.abc import Iterable

from domain.assurance import AssuranceLevel

_PREFIX = "urn:be:fedict:iam:fas:Level"
LEVEL_NAMES = {f"{_PREFIX}{int(level)}": level for level in AssuranceLevel}
"""What may be asked for and is told (access and login §4.1)."""


def name_of_level(level: int) -> str:
    """Return the name of a level."""
    return f"{_PREFIX}{level}"


def least_of(names: Iterable[str], *, least: AssuranceLevel) -> AssuranceLevel:
    """Return the level that is needed: the lowest that was asked for, and never less than `least`. Others are passed over."""
    known = [LEVEL_NAMES[name] for name in names if name in LEVEL_NAMES]
    return max(least, min(known)) if known else least
