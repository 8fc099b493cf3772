"""Instants as the web service tells them: RFC 3339, in UTC, to the millisecond, always of one length."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, WithJsonSchema


def render_instant(at: datetime) -> str:
    """Return the aware instant as 2026-07-01T10:00:00.000Z; what lies behind the millisecond is cut off."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
