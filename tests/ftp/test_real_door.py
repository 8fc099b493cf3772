"""The composed door in processes of its own, `guichet ftp-door`: from three networks, and when a process dies."""

import contextlib
import ftplib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from domain.brussels import brussels_date
from evidence.clock import SystemClock
from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench
from tests.door.conftest import REPOSITORY, START_SECONDS, database_url, free_port
from tests.ftp.conftest import (
    PASSWORD,
    PAYLOAD,
    USER,
    eventually,
    list_on_network,
    open_for_ftp,
    put,
    submissions,
    url_of,
)

LISTED, OTHER = ("10.81.1.{}", "fd81:1::{}"), ("10.82.1.{}", "fd82:1::{}")
"""Two networks, each of both families; 1 is the door in it, 2 a client."""
PORT = 8021
UNASKED = {"24": (), "64": ("nodad",)}
"""By the length of its prefix: an IPv6 address is usable at once where nobody is asked whether it is taken."""


@dataclass
class RealDoor:
    bench: CounterBench
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


@contextlib.contextmanager
def started(home: Path, *prefix: str, port: int, host: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "GUICHET_HOME": str(home),
        "DATABASE_URL": database_url(),
        "GUICHET_FTP_HOST": host,
        "GUICHET_FTP_PORT": str(port),
        **more,
    }
    with (home / "ftp.log").open("ab") as log:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "commands", "ftp-door"],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while "ftp worker ready" not in (home / "ftp.log").read_text():
            assert process.poll() is None, (home / "ftp.log").read_text()
            assert time.monotonic() < deadline, (home / "ftp.log").read_text()
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> CounterBench:
    home = tmp_path / "home"
    home.mkdir()
    bench = open_bench(home, keys_home)
    bench.identity = bench.authority.issue_signer("Sender", at=SystemClock().now(), lifetime=timedelta(days=9))
    sender = make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    open_for_ftp(sender)
    list_on_network(sender, "10.81.1.0/24", "fd81:1::/64", "127.0.0.0/8")
    return bench


@pytest.fixture
def door(bench: CounterBench) -> Iterator[RealDoor]:
    port = free_port()
    with started(bench.home, port=port, host="127.0.0.1") as process:
        yield RealDoor(bench, port, bench.home / "ftp.log", process)


def today_set(bench: CounterBench) -> dict[str, bytes]:
    bench.sequence += 1
    key = f"DIMN.{bench.number}.{brussels_date(SystemClock().now()):%Y%m%d}.{bench.sequence:05d}.R"
    return {f"FI.{key}.1.1": PAYLOAD, f"FS.{key}.1.1": bench.sign(PAYLOAD), f"GO.{key}.1": b""}


def test_no_number_in_a_name_or_command_is_logged(door: RealDoor):
    number = "85011512355"
    with ftplib.FTP(timeout=10) as client:
        client.connect("127.0.0.1", door.port)
        with pytest.raises(ftplib.error_perm):
            client.login(number, PASSWORD)
        client.login(USER, PASSWORD)
        for command in (f"SIZE IN/{number}.xml", f"DELE IN/{number}.xml", f"CWD {number}", f"MKD {number}", number):
            with pytest.raises(ftplib.error_perm):
                client.sendcmd(command)

    written = door.log.read_text()
    assert written.count("ftp command refused") >= 2
    assert number not in written


def test_a_killed_worker_is_replaced_and_the_door_goes_on(door: RealDoor):
    with ftplib.FTP(timeout=10) as client:
        client.connect("127.0.0.1", door.port)
        client.login(USER, PASSWORD)
        for name, content in today_set(door.bench).items():
            put(client, name, content)
    assert submissions() == 1
    assert len(door.workers()) == 2
    for worker in door.workers():
        worker.send_signal(signal.SIGKILL)
    assert eventually(lambda: door.log.read_text().count("ftp worker ready") == 4, within=20)
    with ftplib.FTP(timeout=10) as client:
        client.connect("127.0.0.1", door.port)
        assert client.login(USER, PASSWORD).startswith("230")


def test_failures_are_counted_over_all_processes_and_a_stop_ends_sessions(door: RealDoor):
    with ftplib.FTP(timeout=10) as stayed:
        stayed.connect("127.0.0.1", door.port)
        stayed.login(USER, PASSWORD)
        failures = 0
        for _ in range(10):
            with contextlib.suppress(ftplib.Error), ftplib.FTP(timeout=10) as client:
                client.connect("127.0.0.1", door.port)
                failures += 1
                client.login(USER, "wrong")
        assert failures == 10
        with socket.create_connection(("127.0.0.1", door.port)) as late:
            assert late.recv(100).startswith(b"421 Too many failed logins")
        assert '"seconds": 900' in door.log.read_text()
        door.process.terminate()
        assert stayed.getline().startswith("421 The door closes")
    assert door.process.wait(20) == 0


def test_a_door_without_descriptors_takes_connections_again_once_it_has_some(door: RealDoor):
    for worker in door.workers():
        _, most = worker.rlimit(psutil.RLIMIT_NOFILE)
        worker.rlimit(psutil.RLIMIT_NOFILE, (worker.num_fds() + 2, most))
    with contextlib.ExitStack() as crowd:
        for _ in range(40):
            crowd.enter_context(socket.create_connection(("127.0.0.1", door.port), timeout=10))
        assert eventually(lambda: "ftp connection not accepted" in door.log.read_text())
    with ftplib.FTP(timeout=10) as client:
        client.connect("127.0.0.1", door.port)
        client.sendcmd("NOOP")
    assert "ftp worker died" not in door.log.read_text()


def test_a_told_door_takes_the_upload_in_flight_seals_and_says_goodbye(door: RealDoor):
    (fi, payload), *others = today_set(door.bench).items()
    with ftplib.FTP(timeout=10) as client:
        client.connect("127.0.0.1", door.port)
        client.login(USER, PASSWORD)
        for name, content in others:
            put(client, name, content)
        with client.transfercmd(f"STOR /IN/{fi}") as data:
            data.sendall(payload[:100])
            door.process.terminate()
            assert eventually(lambda: is_refused(door.port))
            data.sendall(payload[100:])
        assert client.getresp() == "226 Received."
        assert client.getline() == "421 The door closes."
    assert door.process.wait(20) == 0
    assert submissions() == 1


def is_refused(port: int) -> bool:
    """Whether no worker listens any more; one that is just closing may still answer."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"GUICHET_FTP_HOST": "0.0.0.0"}, "which is every address"),  # noqa: S104 - refused, or parsed alone
        ({"GUICHET_FTP_PASSIVE_PORTS": "50000"}, "two ports such as"),
    ],
)
def test_the_door_does_not_open_where_it_must_not(bench: CounterBench, variables: dict[str, str], sentence: str):
    environment = os.environ | {"GUICHET_HOME": str(bench.home), "DATABASE_URL": database_url(), **variables}
    command = [sys.executable, "-m", "commands", "ftp-door"]
    told = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert told.returncode == 1
    assert told.stderr.startswith("ftp-door: ")
    assert sentence in told.stderr


def inside(space: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ip", "netns", "exec", space, *command], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.fixture
def spaces() -> Iterator[str]:
    """Three network namespaces: the door's, joined by a cable each to one in a listed range and to one that is not."""
    mark = f"gf{os.getpid()}"
    names = [f"{mark}{end}" for end in ("d", "l", "o")]
    made = [["ip", "netns", "add", name] for name in names]
    for end, network in (("l", LISTED), ("o", OTHER)):
        cable = [f"{mark}{end}0", "netns", f"{mark}d", "type", "veth", "peer", f"{mark}{end}1", "netns", f"{mark}{end}"]
        made.append(["ip", "link", "add", *cable])
        for space, device, number in ((f"{mark}d", f"{mark}{end}0", 1), (f"{mark}{end}", f"{mark}{end}1", 2)):
            for family, length in zip(network, ("24", "64"), strict=True):
                address = f"{family.format(number)}/{length}"
                made.append(["ip", "-n", space, "addr", "add", address, "dev", device, *UNASKED[length]])
            made.append(["ip", "-n", space, "link", "set", device, "up"])
    try:
        for command in made:
            subprocess.run(command, check=True, timeout=30)
        yield mark
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False, timeout=30)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make network namespaces")
def test_plain_logins_come_from_listed_networks_only_and_tls_from_everywhere(bench: CounterBench, spaces: str):
    assert shutil.which("ip"), "iproute2 is missing"
    hosts = ",".join(family.format(1) for family in (*LISTED, *OTHER))
    with started(bench.home, "ip", "netns", "exec", f"{spaces}d", port=PORT, host=hosts):
        for listed, other in zip(LISTED, OTHER, strict=True):
            answers = {
                (end, protection): inside(
                    f"{spaces}{end}",
                    *("curl", "-sS", "-v", "--max-time", "10", "--insecure", *protection, "--list-only", "--globoff"),
                    *("--user", f"{USER}:{PASSWORD}", f"ftp://{url_of(network.format(1))}:{PORT}/"),
                )
                for end, network in (("l", listed), ("o", other))
                for protection in ((), ("--ssl-reqd",))
            }
            listing = answers["l", ()].stdout
            assert listing.split() == ["IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"]
            assert answers["l", ("--ssl-reqd",)].stdout == answers["o", ("--ssl-reqd",)].stdout == listing
            refused = answers["o", ()]
            assert (refused.stdout, refused.returncode) == ("", 67)
            assert "530 No login without TLS from this address" in refused.stderr
            assert "PASS" not in refused.stderr
