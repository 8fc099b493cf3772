"""Run the tests that ask for the day with the clock at hours when days, quarters, years or the time itself change.

`make odd-hours` does it; it needs faketime, which moves the clock of the tests and of the processes that they start.
"""

import shutil
import subprocess
import sys
from datetime import UTC, datetime

from domain.brussels import BRUSSELS

WHEN = {
    "midnight, minutes ago": "2026-11-27 00:02",
    "past midnight, yesterday in UTC": "2026-11-27 00:40",
    "midnight, soon": "2026-11-27 23:57",
    "the first of January": "2027-01-01 00:10",
    "the first of a month, half an hour ago": "2027-02-01 00:31",
    "the first of March": "2027-03-01 00:05",
    "an hour that was left out, just before": "2027-03-28 03:10",
    "the first of a quarter": "2027-04-01 01:20",
    "an hour that comes twice": "2027-10-31 02:30",
    "the last of December": "2027-12-31 23:50",
    "a day that few years have": "2028-02-29 12:00",
}
"""Clocks of Brussels."""
FOLDERS = ("portal", "registers", "ingest", "validators", "web", "auth", "commands", "correspondence", "domain")
WITHOUT = (
    *("portal/browser", "portal/eid", "commands/test_notices.py", "web/test_answers.py"),
    "registers/test_keeping_student_days.py::test_while_somebody_files_for_long_the_night_gives_up_and_nothing_is_gone",
)
"""What waits for other processes: with such a clock some of it waits in vain, whatever the hour.

Python's threads reckon how long they wait for a lock, an event or a future from the clock that was moved, and the system waits
by the one that was not (`sem_clockwait`, unknown to faketime 0.9.10): no such wait runs out. Nor does a lock_timeout of
PostgreSQL. A test that has to see one run out belongs here; one that waits until something happened does not.
`faketime --exclude-monotonic` breaks each `time.sleep`.
"""


def _left_out(one: str) -> str:
    return f"--deselect=tests/{one}" if "::" in one else f"--ignore=tests/{one}"


def run(folder: str, told: str) -> int:
    """Run a folder's tests from that time on, and return the status with which they end."""
    begin = datetime.fromisoformat(told).replace(tzinfo=BRUSSELS)
    seconds = round((begin.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    tests = [sys.executable, "-m", "pytest", "-q", f"tests/{folder}", *map(_left_out, WITHOUT)]
    return subprocess.run(["faketime", "-f", f"{seconds:+d}s", *tests], check=False).returncode


if __name__ == "__main__":
    if shutil.which("faketime") is None:
        sys.exit("faketime is missing: apt-get install faketime")
    failed = []
    for name, told in WHEN.items():
        for folder in sys.argv[1:] or FOLDERS:
            sys.stdout.write(f"{folder}, {told}: {name}\n")
            sys.stdout.flush()
            if run(folder, told):
                failed.append(f"{folder}, {told}")
    sys.exit("; ".join(failed) or 0)
