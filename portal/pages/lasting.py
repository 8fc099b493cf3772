"""How long something lasts, as pages say it."""

from datetime import timedelta


def minutes_of(spell: timedelta) -> int:
    """Return its whole minutes; at least one, since nothing lasts no time."""
    return max(spell // timedelta(minutes=1), 1)
