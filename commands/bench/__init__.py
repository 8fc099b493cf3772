"""`guichet bench`: measure the counter on this machine, beside a bare rig in the same run; writes .bench/NAME.json."""

import importlib
import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

BENCHES = {
    "access": "commands.bench.access",
    "check-in-file": "commands.bench.check_in_file",
    "checkin": "commands.bench.checkins",
    "dimona": "commands.bench.dimona",
    "doors": "commands.bench.doors",
    "intake": "commands.bench.intake",
    "portal": "commands.bench.portal",
    "signature": "commands.bench.signature",
}
_FOLDER = Path(".bench")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare which measurement to run; all of them by default."""
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES), help="one measurement (default: each in turn)")


def run(arguments: Namespace) -> int:
    """Run the measurement of that name, or each in turn; 1 when one of them failed."""
    if arguments.name:
        _measure(arguments.name)
        return 0
    return measure_each(sorted(BENCHES), start=_start)


def measure_each(names: Sequence[str], *, start: Callable[[list[str]], int]) -> int:
    """Start each measurement in a process of its own, since a process knows one database alone; return 1 when one failed."""
    failed = [name for name in names if start([sys.executable, "-m", "commands", "bench", name])]
    if failed:
        sys.stderr.write(f"not measured: {', '.join(failed)}\n")
    return 1 if failed else 0


def _start(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own command


def _measure(name: str) -> None:
    """Print a table of the measurement and write its figures as flat JSON."""
    sys.stdout.write(f"measuring {name}; this takes some minutes\n")
    sys.stdout.flush()
    figures = importlib.import_module(BENCHES[name]).measure()
    _FOLDER.mkdir(exist_ok=True)
    (_FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{name}\n")
    for key, value in figures.items():
        sys.stdout.write(f"  {key:<40} {value:>10,.4g}\n")
    sys.stdout.flush()
