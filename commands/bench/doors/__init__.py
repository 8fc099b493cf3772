"""Measure the doors of a real counter, each beside a well-known server of its protocol in the same run."""

from typing import Protocol

from commands.bench.doors import sftp
from commands.bench.doors.installation import Installation, open_installation


class Part(Protocol):
    """The measurement of one door, as a module."""

    def measure(self, installation: Installation, /) -> dict[str, float]:
        """Return its figures; their names begin with that of the door."""
        ...


PARTS: tuple[Part, ...] = (sftp,)


def measure() -> dict[str, float]:
    """Return the figures of all doors."""
    figures: dict[str, float] = {}
    with open_installation() as installation:
        for part in PARTS:
            figures |= part.measure(installation)
    return figures
