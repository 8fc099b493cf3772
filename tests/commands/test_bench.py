"""`guichet bench` without a name measures everything, each in a process of its own, and loses none to another's failure."""

import sys

import pytest

from commands.bench import measure_each


def test_each_bench_runs_in_a_process_of_its_own():
    started: list[list[str]] = []

    assert measure_each(["access", "portal"], start=lambda command: started.append(command) or 0) == 0
    assert started == [
        [sys.executable, "-m", "commands", "bench", "access"],
        [sys.executable, "-m", "commands", "bench", "portal"],
    ]


def test_a_bench_that_fails_keeps_none_of_the_others_from_running(capsys: pytest.CaptureFixture[str]):
    started: list[str] = []

    def start(command: list[str]) -> int:
        started.append(command[-1])
        return 1 if command[-1] == "doors" else 0

    assert measure_each(["access", "doors", "portal"], start=start) == 1
    assert started == ["access", "doors", "portal"]
    assert "not measured: doors" in capsys.readouterr().err
