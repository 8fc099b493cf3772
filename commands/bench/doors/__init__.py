"""Measure the doors of a real counter, each beside a well-known server of its protocol in the same run."""

import sys
import time
from typing import Protocol

from commands.bench.doors import ftp, sftp, slow, web
from commands.bench.doors.all_doors import RAISED
from commands.bench.doors.children import nothing_left_behind
from commands.bench.doors.installation import Installation, open_installation
from commands.bench.doors.peers import require_programs
from commands.bench.doors.scales import Scale


class Part(Protocol):
    """The measurement of one door, as a module."""

    def measure(self, installation: Installation, scale: Scale, /) -> dict[str, float]:
        """Return its figures; their names begin with that of the door."""
        ...


PARTS: dict[str, Part] = {"sftp": sftp, "ftp": ftp, "web": web, "slow clients": slow}


def measure() -> dict[str, float]:
    """Return the figures of all doors; OutageError before anything starts when a program to compare with is missing."""
    require_programs()
    scale = Scale.from_environment()
    figures: dict[str, float] = {}
    with nothing_left_behind(), open_installation() as installation:
        for name, part in PARTS.items():
            began = time.monotonic()
            figures |= part.measure(installation, scale)
            sys.stdout.write(f"  {name} measured in {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
    raised = ", ".join(f"{name}={value}" for name, value in RAISED.items())
    sys.stdout.write(f"  among slow clients with {raised}: sources whose clients do not log in need not wait\n")
    return figures
