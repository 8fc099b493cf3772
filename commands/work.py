"""`guichet work`: judge, answer and file what waits, by the same steps as the DAGs; for small sites and tests."""

import os
import socket
import sys
import time
from argparse import ArgumentParser, Namespace

from commands.compose import open_counter
from domain.counted_words import counted
from domain.refusals import OutageError

_PAUSE_SECONDS = 1.0


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of one round, a loop, and the release of a submission that was set apart."""
    parser.add_argument("--once", action="store_true", help="stop when nothing waits any more")
    parser.add_argument("--release", type=int, metavar="ID", help="let submission ID, set apart, be tried again")


def run(arguments: Namespace) -> int:
    """Work until stopped, or once; 1 when our own trouble stopped it."""
    counter = open_counter()
    worker = f"work@{socket.gethostname()}:{os.getpid()}"
    if arguments.release is not None:
        return _release(arguments.release)
    from django.db import close_old_connections  # noqa: PLC0415 - needs Django, which `open_counter` has set up

    while True:
        close_old_connections()
        try:
            report = counter.work_once(worker)
            swept = counter.sweep()
        except OutageError as outage:
            sys.stderr.write(f"{outage}\n")
            if arguments.once:
                return 1
        else:
            if arguments.once or report.claimed or report.filed:
                sys.stdout.write(
                    f"{counted(report.claimed, 'submission', 'submissions')} answered, {report.filed} filed, "
                    f"{swept.released} recovered, {swept.lapsed} lapsed, {swept.quarantined} set apart\n",
                )
            if arguments.once:
                return 1 if swept.failed else 0
        time.sleep(_PAUSE_SECONDS)


def _release(submission_id: int) -> int:
    from evidence.clock import SystemClock  # noqa: PLC0415 - needs Django, which `open_counter` has set up
    from ingest.hold_back import release  # noqa: PLC0415

    if release(submission_id, actor="operator", at=SystemClock().now()):
        sys.stdout.write(f"submission {submission_id} will be tried again\n")
        return 0
    sys.stderr.write(f"submission {submission_id} is not set apart\n")
    return 1
