import configparser
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from commands.stack.configuration import StackConfiguration, StackError
from commands.stack.probes import NotHealthy, probe_ftp, probe_portal, probe_sftp
from commands.stack.processes import (
    DATABASE,
    PORTAL,
    PROCESSES,
    Process,
    find_process,
    in_stopping_order,
    processes_for,
)
from commands.stack.supervision_rules import control_socket, render_supervision_rules
from tests.door.conftest import free_port as unused_port
from tests.made_keys import lay_keys

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 90.0
RUN_PROCESSES = """
import contextlib, select, sys
from commands.stack.configuration import StackConfiguration, StackError
from commands.stack.processes import DATABASE, Process, Surroundings, find_process
from commands.stack.supervisor import Supervisor

def tell(line):
    print(line, flush=True)

nothing = Process("prepare", ("-c", "pass"), Surroundings.GUICHET, DATABASE.probe, 5, 30)
supervisor = Supervisor(
    StackConfiguration.from_environment(),
    tell=tell,
    processes=tuple(map(find_process, sys.argv[1:])),
    preparation=nothing,
)
supervisor.require_startable()
try:
    supervisor.start()
    tell("all work")
    while not select.select([sys.stdin], [], [], 0.2)[0]:
        with contextlib.suppress(StackError):
            supervisor.require_running()
finally:
    supervisor.stop()
tell("all stopped")
"""


def parse(processes: tuple[Process, ...], home: Path) -> configparser.ConfigParser:
    rules = configparser.ConfigParser(interpolation=None)
    rules.read_string(render_supervision_rules(processes, home))
    return rules


def a_configuration(home: Path, **variables: str) -> StackConfiguration:
    return replace(StackConfiguration.from_environment(variables), home=home)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_each_process_of_the_list_is_restarted_alone_asked_to_stop_alone_and_killed_whole(
    process: Process, home: Path
) -> None:
    program = parse(PROCESSES, home)[f"program:{process.name}"]
    assert shlex.split(program["command"]) == [sys.executable, "-m", "commands.stack.launch", process.name]
    assert (program["autorestart"], program["stopasgroup"], program["killasgroup"]) == ("true", "false", "true")
    assert program["stopwaitsecs"] == str(process.stop_seconds)


def test_the_database_is_stopped_after_all_that_use_it() -> None:
    others = [process.priority for process in PROCESSES if process is not DATABASE]
    assert min(others) > DATABASE.priority


def test_tasks_that_are_ended_can_tell_airflow_so() -> None:
    order = [[process.name for process in together] for together in in_stopping_order(PROCESSES)]
    assert "airflow-scheduler" in order[0]
    assert order[1:] == [["airflow-api-server"], ["database"]]


def test_a_percent_sign_in_the_home_is_no_variable(tmp_path: Path) -> None:
    assert "/50%%/log/sftp.log" in render_supervision_rules(PROCESSES, tmp_path / "50%")


def test_the_control_socket_of_a_deep_home_is_elsewhere_and_short(tmp_path: Path) -> None:
    path = control_socket(tmp_path / ("d" * 100))
    assert len(os.fsencode(path)) < 90
    assert path.parent.stat().st_mode & 0o077 == 0
    path.parent.rmdir()


def test_no_database_is_kept_beside_one_that_the_environment_names(tmp_path: Path) -> None:
    configuration = a_configuration(tmp_path, DATABASE_URL="postgresql://elsewhere/guichet")
    assert DATABASE not in processes_for(configuration)


def test_an_unknown_process_is_told_with_those_there_are() -> None:
    with pytest.raises(StackError, match=r"no process 'gopher'; there are database, airflow-api-server"):
        find_process("gopher")


def test_the_portal_listens_where_the_configuration_says(tmp_path: Path) -> None:
    command = find_process("portal").command(a_configuration(tmp_path, GUICHET_PORTAL_PORT="9443"))
    assert "127.0.0.1:9443" in command
    assert f"{tmp_path}/keys/tls.cert.pem" in command


def test_something_else_on_the_doors_port_is_not_a_door(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as pool:
        port = other.getsockname()[1]
        probing = pool.submit(probe_sftp, a_configuration(tmp_path, GUICHET_SFTP_PORT=str(port)))
        connection, _ = other.accept()
        with connection:
            connection.sendall(b"220 ftp ready\r\n")
            with pytest.raises(NotHealthy, match="does not speak SSH"):
                probing.result()


def test_something_else_on_the_ftp_doors_port_is_not_a_door(tmp_path: Path) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other, ThreadPoolExecutor(1) as pool:
        port = other.getsockname()[1]
        here = a_configuration(tmp_path, GUICHET_FTP_HOST="[::1], 127.0.0.1", GUICHET_FTP_PORT=str(port))
        for greeting, is_door in ((b"SSH-2.0-x\r\n", False), (b"220 Guichet.\r\n", True)):
            probing = pool.submit(probe_ftp, here)
            connection, _ = other.accept()
            with connection:
                connection.sendall(greeting)
                assert (probing.exception() is None) is is_door
    with pytest.raises(NotHealthy, match="nothing answers on port"):
        probe_ftp(here)


def test_a_silent_port_is_not_healthy(tmp_path: Path, free_port: int) -> None:
    configuration = a_configuration(tmp_path, GUICHET_SFTP_PORT=str(free_port), GUICHET_PORTAL_PORT=str(free_port))
    with pytest.raises(NotHealthy, match=f"nothing answers on port {free_port}"):
        probe_sftp(configuration)
    with pytest.raises(NotHealthy, match=f"nothing answers on port {free_port}"):
        probe_portal(configuration)


class RunningStack:
    """The database, and what else is named, under their supervisor, in a process of their own."""

    def __init__(self, home: Path, port: int, *names: str) -> None:
        lay_keys(home / "keys")
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        others = {f"GUICHET_{door}_PORT": str(unused_port()) for door in ("SFTP", "FTP", "AIRFLOW")}
        self.home, self.configuration = home, a_configuration(home, GUICHET_PORTAL_PORT=str(port))
        self.lines: list[str] = []
        self.child = subprocess.Popen(
            # Also a test that is broken off leaves none.
            ["setpriv", "--pdeathsig", "INT", sys.executable, "-c", RUN_PROCESSES, DATABASE.name, *names],
            cwd=REPOSITORY,
            env=kept | {"GUICHET_HOME": str(home), "GUICHET_PORTAL_PORT": str(port)} | others,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, awaited: str) -> None:
        for line in self.child.stdout:
            self.lines.append(line.strip())
            if self.lines[-1] == awaited:
                return
        pytest.fail(f"ended without {awaited!r}: {self.lines}")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.child.pid).children(recursive=True)

    def find(self, word: str) -> psutil.Process:
        """Give the oldest process with `word` in its command line."""
        found = [child for child in self.children() if any(word in part for part in words_of(child))]
        return min(found, key=psutil.Process.create_time)

    def portal_answers(self) -> bool:
        try:
            probe_portal(self.configuration)
        except NotHealthy:
            return False
        return True

    def database_answers(self) -> bool:
        try:
            psycopg.connect((self.home / "run" / "database_url").read_text().strip(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def words_of(process: psutil.Process) -> list[str]:
    """Return what it was started with; nothing of one that has ended since it was listed."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.cmdline()
    return []


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@contextlib.contextmanager
def running_stack(home: Path, port: int, *names: str) -> Iterator[RunningStack]:
    running = RunningStack(home, port, *names)
    running.wait_for("all work")
    yield running
    with running.child:
        running.child.stdin.close()
        if not running.child.stdout.closed:
            running.child.stdout.read()


@pytest.fixture
def running(initialised_home: Path, free_port: int) -> Iterator[RunningStack]:
    with running_stack(initialised_home, free_port, PORTAL.name) as running:
        yield running


@pytest.fixture
def running_database(initialised_home: Path, free_port: int) -> Iterator[RunningStack]:
    """The process whose end takes longest, alone: its server lives in a session of its own."""
    with running_stack(initialised_home, free_port) as running:
        yield running


def test_what_is_killed_comes_back_alone_and_stopping_leaves_no_process(running: RunningStack) -> None:
    database = running.find("commands.stack.database")
    portal = running.find("gunicorn")
    killed = [portal, *portal.children()]
    portal.kill()
    wait_until(lambda: not any(each.is_running() for each in killed) and running.portal_answers())
    assert database.is_running()
    server = running.find("bin/postgres")
    database.kill()
    server.kill()
    wait_until(lambda: not server.is_running() and running.database_answers())
    everything = running.children()
    running.child.stdin.close()
    running.wait_for("all stopped")
    assert running.child.wait(PATIENCE) == 0
    assert [process for process in everything if process.is_running()] == []


def test_a_supervisor_that_is_killed_leaves_no_process_either(running: RunningStack) -> None:
    everything = running.children()
    running.find("supervisor.supervisord").kill()
    running.child.stdin.close()
    running.wait_for("all stopped")
    assert running.child.wait(PATIENCE) == 0
    assert [process for process in everything if process.is_running()] == []


def test_impatience_while_it_stops_leaves_no_process(running_database: RunningStack) -> None:
    everything = running_database.children()
    running_database.child.stdin.close()
    running_database.wait_for("stopping")
    running_database.child.send_signal(signal.SIGINT)
    running_database.wait_for("all stopped")
    assert [process for process in everything if process.is_running()] == []


def test_a_terminal_that_goes_away_leaves_no_process(running_database: RunningStack) -> None:
    everything = running_database.children()
    running_database.child.stdout.close()
    running_database.child.stdin.close()
    running_database.child.wait(PATIENCE)
    assert [process for process in everything if process.is_running()] == []


def test_a_stack_that_runs_already_is_told_and_left_alone(running_database: RunningStack) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "commands", "up"],
        cwd=REPOSITORY,
        env=os.environ | {"GUICHET_HOME": str(running_database.home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    number = running_database.find("supervisor.supervisord").pid
    assert second.stderr == f"this stack runs already: stop it with `kill {number}` first\n"
    assert second.returncode == 1
    assert running_database.database_answers()
