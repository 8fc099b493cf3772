"""The executor of tasks: it starts warm, and its scheduler ends when it is told to, whatever it was doing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

ENDS_SECONDS = 60
IN_THE_MIDDLE_OF_A_LINE = """
import os, signal, sys
import structlog
from airflow._shared.logging.structlog import configure_logging
from dags.warm_executor import WarmLocalExecutor

configure_logging(log_level="INFO")
log = structlog.get_logger("scheduler")
write = sys.stdout.write

def interrupted(line):
    sys.stdout.write = write
    os.kill(os.getpid(), signal.SIGTERM)
    return write(line)

def end(number, frame):
    log.info("ending")
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
executor = WarmLocalExecutor(parallelism=2)
executor.start()
try:
    if not (child := os.fork()):
        print("a child hears" if not signal.pthread_sigmask(signal.SIG_BLOCK, ()) else "a child is deaf", flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    sys.stdout.write = interrupted
    structlog.get_logger("scheduler").info("a line")
    log.info("the next line")
    executor.sync()
    log.info("went on")
finally:
    executor.end()
    print("ended", flush=True)
"""

WORKERS_THAT_END_AT_ONCE = """
import time
from dags.warm_executor import WarmLocalExecutor

executor = WarmLocalExecutor(parallelism=6)
executor.start()
put = executor.activity_queue.put

def put_and_wait(nothing):
    put(nothing)
    time.sleep(0.2)

executor.activity_queue.put = put_and_wait
executor.workers = dict(reversed(executor.workers.items()))
executor.end()
print("ended", flush=True)
"""


def _run(program: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "AIRFLOW_HOME": str(home), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=ENDS_SECONDS,
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What a scheduler tells that is asked to end while it logs: its handler logs as well, and its thread holds the lock."""
    return _run(IN_THE_MIDDLE_OF_A_LINE, tmp_path_factory.mktemp("airflow"))


def test_a_scheduler_that_is_told_to_end_while_it_logs_ends_at_its_next_round(told) -> None:
    said = [line for line in ("a line", "the next line", "ending", "went on", "ended") if line in told.stdout]

    assert told.returncode == 0, told.stderr
    assert said == ["a line", "the next line", "ending", "ended"]


def test_what_it_forks_hears_at_once_what_ends_it(told) -> None:
    assert "a child hears" in told.stdout.splitlines()


def test_no_worker_is_waited_for_because_another_ended_while_they_were_told(tmp_path: Path) -> None:
    """One that has ended took a message that was meant for another, and is sent none itself."""
    told = _run(WORKERS_THAT_END_AT_ONCE, tmp_path)

    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "ended"
