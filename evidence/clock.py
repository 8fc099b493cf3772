"""The one place that reads the time of day; everything else is told what time it is."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, as aware UTC instants."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)
