"""The bench of the doors measures what it says, over few and small files here."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from commands.bench.doors import ftp, peers, sftp, slow, web
from commands.bench.doors.scales import Scale
from commands.stack.home import REPOSITORY
from domain.refusals import OutageError

SMALL = Scale(
    rounds=1,
    big_bytes=1_000_000,
    sets=2,
    sessions=2,
    files_a_session=4,
    connections=4,
    connections_at_once=2,
    deliveries=16,
    slow_clients=20,
    healthy_sets=4,
)


def test_every_ratio_of_the_sftp_door_is_there(bench_installation):
    figures = sftp.measure(bench_installation, SMALL)
    names = (
        "big",
        "big_small_window",
        "small",
        "small_bare_kept",
        "small_no_go",
        "parallel",
        "parallel_bare",
        "connect",
    )
    assert all(figures[f"sftp_{name}_ratio"] > 0 for name in names)
    assert figures["sftp_small_client_cpu_ms"] > 0


def test_the_ftp_door_is_measured_beside_proftpd(bench_installation):
    figures = ftp.measure(bench_installation, SMALL)
    assert figures["ftp_parallel_ratio"] == figures["ftp_parallel_per_s"] / figures["ftp_parallel_proftpd_per_s"] > 0
    assert figures["ftp_parallel_bare_ratio"] > 0
    assert "ftp_parallel_database_cpu_ms" in figures


def test_deliveries_to_the_web_service_are_counted_once_they_are_sealed(bench_installation):
    figures = web.measure(bench_installation, SMALL)
    assert figures["web_sealed_per_s"] > 0
    assert bench_installation.count_sealed() == 2 * SMALL.deliveries


@pytest.mark.proof
def test_a_healthy_sender_is_measured_among_slow_clients(bench_installation):
    figures = slow.measure(bench_installation, SMALL)
    assert figures["slow_clients_p99_ratio"] == max(figures[f"slow_clients_{door}_p99_ratio"] for door in slow.DOORS)
    assert figures["slow_clients_there"] >= 17
    assert "slow_clients_mb" in figures


def test_missing_programs_are_told_with_their_packages_before_anything_starts(monkeypatch):
    found = shutil.which
    monkeypatch.setattr(
        "commands.bench.doors.peers.shutil.which",
        lambda name, **path: None if name in {"proftpd", "sshd"} else found(name, **path),
    )
    with pytest.raises(OutageError, match=r"sshd and proftpd.*apt-get install openssh-server proftpd-core$"):
        peers.require_programs()


@pytest.mark.parametrize("name", ["ROUNDS", "SIZE"])
def test_a_size_that_is_no_number_is_told(monkeypatch, name):
    monkeypatch.setenv(name, "many")
    with pytest.raises(OutageError, match=name):
        Scale.from_environment()


def test_a_size_is_a_percentage_of_the_usual(monkeypatch):
    monkeypatch.setenv("SIZE", "10")
    monkeypatch.setenv("ROUNDS", "1")
    scale = Scale.from_environment()
    assert (scale.rounds, scale.sets, scale.slow_clients) == (1, 66, 100)


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """Let children hear SIGINT also where the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.proof
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("heard_interrupts")
def test_an_interrupted_bench_leaves_no_process(tmp_path, number):
    mark = f"bench-{number} in {tmp_path}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GUICHET_", "DATABASE_"))}
    bench = subprocess.Popen(
        [sys.executable, "-m", "commands", "bench", "doors"],
        cwd=REPOSITORY,
        env=environment | {"SIZE": "1", "ROUNDS": "500", "BENCH_MARK": mark, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not any("sftp_server" in words for words in commands_of(mark)):
        assert bench.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    bench.send_signal(number)
    try:
        assert bench.wait(120) != 0
    finally:
        bench.kill()
        bench.wait()
    assert commands_of(mark) == []
    assert list(tmp_path.iterdir()) == []


def commands_of(mark):
    """Return the command lines of every process that was started by the bench with this mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("BENCH_MARK") == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found
