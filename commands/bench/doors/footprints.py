"""What processes cost: processor time, memory, descriptors, threads, and the shared memory that the doors count in."""

import contextlib
import io
import re
import resource
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

_WORD = 8
_SHARED = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw-s .*\(deleted\)$")


@dataclass(frozen=True, slots=True)
class Footprint:
    """What some processes and all below them have now; `bytes` as the kernel shares them out among who has them mapped."""

    processes: int = 0
    bytes: int = 0
    descriptors: int = 0
    threads: int = 0

    def __add__(self, other: "Footprint") -> "Footprint":
        return Footprint(
            self.processes + other.processes,
            self.bytes + other.bytes,
            self.descriptors + other.descriptors,
            self.threads + other.threads,
        )


def footprint(root: int) -> Footprint:
    """Return what the process and all below it have; memory that they share with a database's others is left out."""
    return sum((_footprint_of(process) for process in _tree(root)), Footprint())


def cpu_seconds(root: int) -> float:
    """Return the processor time that the process and all below it have had so far."""
    total = 0.0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
            if process.pid == root:
                total += times.children_user + times.children_system
    return total


def ended_children_cpu_seconds() -> float:
    """Return the processor time of this process's children that have ended: clients, while servers run on."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def shared_words(root: int) -> int:
    """Return how many words other than zero stand in the memory that a door's workers share: places and penalties."""
    maps = Path(f"/proc/{root}/maps").read_text(encoding="utf-8").splitlines()
    ranges = [(int(found[1], 16), int(found[2], 16)) for line in maps if (found := _SHARED.match(line))]
    with Path(f"/proc/{root}/mem").open("rb", buffering=0) as memory:
        return sum(_words(_read(memory, start, end)) for start, end in ranges)


def database_process() -> int:
    """Return the process of the database server, which runs on this machine; Django must be set up."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    parent = psutil.Process(backend).ppid()
    return int(parent)


def _read(memory: io.FileIO, start: int, end: int) -> bytes:
    memory.seek(start)
    return memory.read(end - start)


def _words(block: bytes) -> int:
    whole = len(block) // _WORD * _WORD
    return sum(1 for (word,) in struct.iter_unpack("=Q", block[:whole]) if word)


def _tree(root: int) -> Iterable[psutil.Process]:
    try:
        process = psutil.Process(root)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _footprint_of(process: psutil.Process) -> Footprint:
    try:
        return Footprint(1, _own_bytes(process.pid), process.num_fds(), process.num_threads())
    except (psutil.Error, OSError):
        return Footprint()


def _own_bytes(pid: int) -> int:
    """Return the process's share of memory, without shared segments: a database's cache grows with what is delivered."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kilobytes = {name: int(size) for name, size in re.findall(r"^(Pss|Pss_Shmem): +([0-9]+) kB$", rollup, re.MULTILINE)}
    return 1024 * (kilobytes["Pss"] - kilobytes.get("Pss_Shmem", 0))
