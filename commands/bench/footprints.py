"""How much memory the processes of a bench took at most."""

import os
from pathlib import Path


def peak_megabytes() -> float:
    """Return the largest resident set that any process of ours had, this one and its children, in MB."""
    return max(_peak_kilobytes(pid) for pid in _family(os.getpid())) / 1024


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(member for child in children.read_text().split() for member in _family(int(child)))]


def _peak_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def forget_peaks() -> None:
    """Let `peak_megabytes` tell of what comes now alone, whatever the processes of ours took before."""
    for pid in _family(os.getpid()):
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
