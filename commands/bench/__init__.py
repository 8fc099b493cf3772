"""`guichet bench`: measure the counter on this machine, beside a bare rig in the same run; writes .bench/NAME.json."""

import importlib
import json
import sys
from argparse import ArgumentParser, Namespace
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
    """Run the measurements, print a table for each and write its figures as flat JSON."""
    for name in [arguments.name] if arguments.name else sorted(BENCHES):
        sys.stdout.write(f"measuring {name}; this takes some minutes\n")
        sys.stdout.flush()
        figures = importlib.import_module(BENCHES[name]).measure()
        _FOLDER.mkdir(exist_ok=True)
        (_FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}\n")
        for key, value in figures.items():
            sys.stdout.write(f"  {key:<40} {value:>10,.4g}\n")
    return 0
