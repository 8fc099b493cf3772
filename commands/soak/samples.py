"""What the processes of a counter hold at one moment, and what is staged: the rows of the soak's table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commands.bench.doors.all_doors import AllDoors
from commands.bench.doors.footprints import Footprint, footprint
from commands.bench.doors.installation import Installation

_DATABASE = "database"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One row: memory in megabytes of all processes, the rest as counts.

    Descriptors and threads are those of our own programs: a database opens files as its tables grow.
    """

    minutes: float
    clients: int
    memory: Mapping[str, float]
    descriptors: int
    threads: int
    connections: int
    staged_rows: int
    staged_files: int
    shared_words: int
    slowest_ms: float

    @property
    def megabytes(self) -> float:
        """The memory of all processes."""
        return sum(self.memory.values())


def take_sample(
    installation: Installation,
    doors: AllDoors,
    others: Mapping[str, int],
    *,
    minutes: float,
    clients: int,
    slowest: float = 0.0,
) -> Sample:
    """Look at every process now; `slowest` is the longest that a healthy sender's set took since the last sample."""
    prints = {name: footprint(process) for name, process in (doors.processes() | dict(others)).items()}
    own = sum((one for name, one in prints.items() if name != _DATABASE), Footprint())
    return Sample(
        minutes=minutes,
        clients=clients,
        memory={name: one.bytes / _MEGABYTE for name, one in prints.items()},
        descriptors=own.descriptors,
        threads=own.threads,
        connections=_count_connections(),
        staged_rows=_count_staged_rows(),
        staged_files=sum(1 for path in (installation.home / "staging").rglob("*") if path.is_file()),
        shared_words=doors.shared_words(),
        slowest_ms=1000 * slowest,
    )


def render_head(sample: Sample) -> str:
    """Return the line above the rows."""
    memory = "".join(f"{name:>10}" for name in sample.memory)
    return f"{'minute':>7}{'clients':>9}{memory}{'all MB':>9}{'fds':>7}{'threads':>9}{'db conn':>9}{'staged':>8}{'files':>7}{'shared':>8}{'slowest ms':>12}"


def render_row(sample: Sample) -> str:
    """Return one row."""
    memory = "".join(f"{megabytes:>10.1f}" for megabytes in sample.memory.values())
    return (
        f"{sample.minutes:>7.1f}{sample.clients:>9}{memory}{sample.megabytes:>9.1f}{sample.descriptors:>7}"
        f"{sample.threads:>9}{sample.connections:>9}{sample.staged_rows:>8}{sample.staged_files:>7}"
        f"{sample.shared_words:>8}{sample.slowest_ms:>12.0f}"
    )


def steady_part(samples: Sequence[Sample], *, warm_up: float) -> Sequence[Sample]:
    """Return the samples after the warm-up."""
    return [sample for sample in samples if sample.minutes >= warm_up]


def _count_connections() -> int:
    from django.db import connection  # noqa: PLC0415 - after django.setup()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        (count,) = cursor.fetchone()
    return int(count)


def _count_staged_rows() -> int:
    from channels.models import StagedFile  # noqa: PLC0415 - after django.setup()

    return StagedFile.objects.count()
