"""Workers of doors: numbered, replaced under the same number, given up when they cannot live."""

import os
import select
import signal
from pathlib import Path

import pytest

from channels.doors.workers import StopSignal, WorkersCannotLiveError, keep_workers


def test_workers_that_cannot_live_are_given_up():
    with pytest.raises(WorkersCannotLiveError):
        _keep_workers_that_die()


def _keep_workers_that_die() -> None:
    keep_workers(lambda _number, _stop: os._exit(3), door="some", count=1, longest_end=5.0)


def test_a_worker_is_replaced_under_its_number_once_it_is_buried(tmp_path: Path):
    deaths, lives = tmp_path / "deaths", tmp_path / "lives"

    def note(file: Path, number: int) -> None:
        with file.open("a") as opened:
            opened.write(str(number))

    def live(number: int, stop: StopSignal) -> None:
        is_second = lives.exists()
        note(lives, number)
        if is_second:
            os.kill(os.getppid(), signal.SIGTERM)
            select.select([stop.wake], [], [], 5)
        os._exit(1)

    keeper = os.fork()  # without the threads of the test's own process, any of which could take the SIGTERM
    if keeper == 0:
        code = 1
        try:
            keep_workers(live, door="some", count=1, longest_end=5.0, buried=lambda number: note(deaths, number))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(keeper, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert (deaths.read_text(), lives.read_text()) == ("0", "00")
