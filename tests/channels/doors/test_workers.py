"""Workers of doors: numbered, replaced under the same number, given up when they cannot live."""

import multiprocessing
import os
import select
import signal
from collections.abc import Callable
from pathlib import Path

from channels.doors.workers import StopSignal, WorkersCannotLiveError, keep_workers

_LONGEST_LIFE = 30.0
_CANNOT_LIVE = 4


def test_workers_that_cannot_live_are_given_up():
    assert _run_in_a_process_without_threads(_keep_workers_that_die) == _CANNOT_LIVE


def test_a_worker_is_replaced_under_its_number_once_it_is_buried(tmp_path: Path):
    deaths, lives = tmp_path / "deaths", tmp_path / "lives"

    code = _run_in_a_process_without_threads(_keep_a_worker_that_dies_once, deaths, lives)

    assert (code, deaths.read_text(), lives.read_text()) == (0, "0", "00")


def _run_in_a_process_without_threads(run: Callable[..., None], *told: Path) -> int | None:
    """Run as a door does: the test's own process has threads, which would keep locks at a fork and take a signal."""
    process = multiprocessing.get_context("spawn").Process(target=run, args=told)
    process.start()
    process.join(_LONGEST_LIFE)
    process.kill()
    process.join()
    return process.exitcode


def _keep_workers_that_die() -> None:
    try:
        keep_workers(lambda _number, _stop: os._exit(3), door="some", count=1, longest_end=5.0)
    except WorkersCannotLiveError:
        os._exit(_CANNOT_LIVE)


def _keep_a_worker_that_dies_once(deaths: Path, lives: Path) -> None:
    def live(number: int, stop: StopSignal) -> None:
        is_second = lives.exists()
        _note(lives, number)
        if is_second:
            os.kill(os.getppid(), signal.SIGTERM)
            select.select([stop.wake], [], [], 5)
        os._exit(1)

    keep_workers(live, door="some", count=1, longest_end=5.0, buried=lambda number: _note(deaths, number))


def _note(file: Path, number: int) -> None:
    with file.open("a") as opened:
        opened.write(str(number))
