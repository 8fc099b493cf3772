"""Say whether something grew while a crowd was at the doors, or was left when it had gone. Pure."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from commands.soak.samples import Sample

WARM_UP_MINUTES = 10.0
"""Or a third of the time, where that is shorter."""

_USUAL_PAUSE = 60.0
_LEAST_SAMPLES = 30
"""So many that the median of a third of them hides a moment at which all clients of a kind come back at once."""

_MEASURES: Mapping[str, Callable[[Sample], float]] = MappingProxyType(
    {
        "megabytes of memory": lambda sample: sample.megabytes,
        "file descriptors": lambda sample: sample.descriptors,
        "threads": lambda sample: sample.threads,
        "database connections": lambda sample: sample.connections,
        "rows of staged files": lambda sample: sample.staged_rows,
        "staged files on the disk": lambda sample: sample.staged_files,
        "words of shared memory": lambda sample: sample.shared_words,
    },
)
_ABSOLUTE: Mapping[str, float] = MappingProxyType(
    {
        "megabytes of memory": 64,
        "file descriptors": 20,
        "threads": 20,
        "database connections": 10,
        "rows of staged files": 10,
        "staged files on the disk": 10,
        "words of shared memory": 20,
    },
)
"""By how much each may grow from the first third after the warm-up to the last, in medians."""

_SHARE_OF_CLIENTS = 0.05
"""Clients come and go, so that counts may differ by this share of them besides."""

_LEFT: Mapping[str, float] = MappingProxyType(
    {
        "file descriptors": 60,
        "threads": 50,
        "database connections": 30,
        "rows of staged files": 0,
        "staged files on the disk": 0,
        "words of shared memory": 0,
    },
)
"""By how much each may stay above what it was before the crowd came.

Pools of threads and of database connections fill only when many are at work, and stay; memory stays with its allocator.
"""


def usual_pause(minutes: float) -> float:
    """Return how many seconds pass from sample to sample in a run of so many minutes."""
    return min(_USUAL_PAUSE, 60.0 * minutes / _LEAST_SAMPLES)


def bounds(*, clients: int) -> Mapping[str, float]:
    """Return by how much each may grow among so many clients."""
    return {
        name: bound + (0 if name == "megabytes of memory" else _SHARE_OF_CLIENTS * clients)
        for name, bound in _ABSOLUTE.items()
    }


def find_growth(samples: Sequence[Sample], *, clients: int) -> list[str]:
    """Return a sentence for each measure that grew beyond its bound; needs samples of the time after the warm-up."""
    third = max(len(samples) // 3, 1)
    faults = []
    for name, bound in bounds(clients=clients).items():
        values = [_MEASURES[name](sample) for sample in samples]
        before, after = statistics.median(values[:third]), statistics.median(values[-third:])
        if after - before > bound:
            faults.append(f"{name} grew from {before:.0f} to {after:.0f}; at most {bound:.0f} more are allowed")
    return faults


def find_leftovers(before: Sample, after: Sample) -> list[str]:
    """Return a sentence for each measure that is above what it was before the crowd came."""
    found = []
    for name, bound in _LEFT.items():
        had, has = _MEASURES[name](before), _MEASURES[name](after)
        if has - had > bound:
            found.append(f"{name}: {has:.0f} are left where {had:.0f} were before the clients came")
    return found
