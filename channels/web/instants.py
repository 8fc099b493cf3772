"""Instants as the web service tells them: RFC 3339, in UTC, to the millisecond, always of one length; and as a search hears them."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, WithJsonSchema

from domain.brussels import BRUSSELS


def render_instant(at: datetime) -> str:
    """Return the aware instant as 2026-07-01T10:00:00.000Z; what lies behind the millisecond is cut off."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def earliest_of(at: datetime) -> datetime:
    """Return the instant in UTC; without a zone it is of Brussels, the first of two where clocks showed it twice.

    Raises OverflowError at the edge of the calendar.
    """
    return _in_utc(at, fold=0)


def latest_of(at: datetime) -> datetime:
    """Return the same, but the last of two: an end that stands in no zone leaves nothing out."""
    return _in_utc(at, fold=1)


def _in_utc(at: datetime, *, fold: int) -> datetime:
    return (at if at.tzinfo is not None else at.replace(tzinfo=BRUSSELS, fold=fold)).astimezone(UTC)


Instant: TypeAlias = Annotated[
    datetime,
    PlainSerializer(render_instant),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339, in UTC, to the millisecond",
            "examples": ["2026-07-01T10:00:00.000Z"],
        }
    ),
]
"""An instant in an answer."""
