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
    deaths, life = [], tmp_path / "lives"

    def live(number: int, stop: StopSignal) -> None:
        lives = life.read_text() if life.exists() else ""
        life.write_text(f"{lives}{number}")
        if lives:
            os.kill(os.getppid(), signal.SIGTERM)
            select.select([stop.wake], [], [], 5)
        os._exit(1)

    keep_workers(live, door="some", count=1, longest_end=5.0, buried=deaths.append)
    assert deaths == [0]
    assert life.read_text() == "00"
