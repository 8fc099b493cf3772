"""The soak watches what every process holds; here for some seconds and among few clients."""

from argparse import Namespace
from dataclasses import replace

import pytest

from commands.soak import soak
from commands.soak.judging import find_growth, find_leftovers, usual_pause
from commands.soak.samples import Sample

QUIET = Sample(
    minutes=1.0,
    clients=100,
    memory={"sftp": 100.0, "database": 50.0},
    descriptors=200,
    threads=50,
    connections=20,
    staged_rows=10,
    staged_files=10,
    shared_words=40,
    slowest_ms=20.0,
)


@pytest.mark.proof
def test_a_crowd_comes_and_goes_and_leaves_nothing(bench_installation, capsys):
    assert soak(bench_installation, Namespace(minutes=0.08, clients=20, every=1.5)) == []
    table = capsys.readouterr().out
    assert "threads" in table
    assert len(table.splitlines()) >= 5


def test_what_stays_as_it_is_is_no_growth():
    assert find_growth([QUIET] * 6, clients=100) == []


def test_memory_that_grows_to_the_end_is_told():
    samples = [replace(QUIET, memory={"sftp": 100.0 + 20 * number}) for number in range(9)]
    assert [fault.partition(" grew")[0] for fault in find_growth(samples, clients=100)] == ["megabytes of memory"]


def test_a_short_run_looks_often_enough_to_judge_by_medians():
    assert [usual_pause(minutes) for minutes in (60, 30, 5)] == [60, 60, 10]
    passing = replace(QUIET, memory={"ftp": 250.0})
    assert find_growth([QUIET] * 18 + [passing] * 2, clients=100) == []


def test_a_file_that_stays_staged_is_left_over():
    assert find_leftovers(QUIET, replace(QUIET, staged_files=11)) == [
        "staged files on the disk: 11 are left where 10 were before the clients came"
    ]
