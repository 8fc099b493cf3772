"""Seconds that a load takes, and the processor time that its clients, a door and the database spend on it."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from commands.bench.doors.footprints import cpu_seconds, ended_children_cpu_seconds

_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Meter:
    """Watches one server, and the database where the server uses it."""

    processes: Mapping[str, int]

    def run(self, load: Callable[[], float], *, count: int) -> dict[str, float]:
        """Run a load that returns its seconds; return its rate and the milliseconds of each a unit."""
        before = self._seconds()
        seconds = load()
        spent = {name: value - before[name] for name, value in self._seconds().items()}
        costs = {f"{name}_cpu_ms": value / count * _MILLISECONDS for name, value in spent.items()}
        return {"per_s": count / seconds} | costs

    def _seconds(self) -> dict[str, float]:
        seconds = {name: cpu_seconds(process) for name, process in self.processes.items()}
        return seconds | {"client": ended_children_cpu_seconds()}


class Rounds:
    """The figures of several rounds, by name."""

    def __init__(self) -> None:
        self._values: dict[str, list[float]] = {}

    def note(self, figures: Mapping[str, float], *, prefix: str = "") -> None:
        """Add what one round gave."""
        for name, value in figures.items():
            self._values.setdefault(f"{prefix}{name}", []).append(value)

    def medians(self) -> dict[str, float]:
        """Return the median of each."""
        return {name: statistics.median(values) for name, values in self._values.items()}
