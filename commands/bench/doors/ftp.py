"""Measure the FTP door beside proftpd in the same run: fifty sessions at once, twenty files each, from one machine.

`python -m commands.bench.doors.ftp` prints the figures. Both servers get the same files from the same client. The door
stages, fsyncs and commits each file, and seals the sets; proftpd merely writes.
"""

import contextlib
import grp
import json
import os
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.demo.installation import SENDER_NUMBER, USER_NAME, DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from commands.stack.home import REPOSITORY
from domain.brussels import brussels_date

SESSIONS = 50
FILES = 20
ROUNDS = 3
FILE_BYTES = 2_000
_PASSWORD = "BENCHBENCHBENCH"  # noqa: S105 - of a throwaway installation
_START_SECONDS = 30.0
_NOBODY = 65_534
_PROFTPD = """
ServerName "bench"
ServerType standalone
DefaultServer on
Port {port}
DefaultAddress 127.0.0.1
SocketBindTight on
UseIPv6 off
UseReverseDNS off
WtmpLog off
TransferLog none
SystemLog {folder}/proftpd.log
PidFile {folder}/proftpd.pid
ScoreboardFile none
MaxInstances none
TimesGMT on
User {user}
Group {group}
AuthOrder mod_auth_file.c
AuthUserFile {folder}/users
RequireValidShell off
DelayEngine off
AllowOverwrite on
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A server to be measured, and where the files of a session go."""

    name: str
    port: int


def measure() -> dict[str, float]:
    """Return medians over rounds, in files a second; the ratios are of the door to proftpd."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        home = Path(folder)
        home.chmod(0o755)
        _install(home)
        with _door(home) as door, _proftpd(home / "proftpd") as proftpd:
            rates: dict[str, list[float]] = {}
            sequence = iter(range(1, 99_999))
            for _ in range(ROUNDS):
                for target in (proftpd, door):
                    for kind in ("staged", "sealed"):
                        batches = [_names(kind, [next(sequence) for _ in range(FILES)]) for _ in range(SESSIONS)]
                        login, files = _run(target, batches)
                        rates.setdefault(f"{target.name}_{kind}", []).append(files)
                        rates.setdefault(f"{target.name}_login", []).append(login)
                _empty_inbox()
    median = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "ftp_parallel_ratio": median["door_staged"] / median["proftpd_staged"],
        "ftp_sealed_ratio": median["door_sealed"] / median["proftpd_sealed"],
        "ftp_files_per_s": median["door_staged"],
        "ftp_sealed_files_per_s": median["door_sealed"],
        "proftpd_files_per_s": median["proftpd_staged"],
        "ftp_logins_per_s": median["door_login"],
        "proftpd_logins_per_s": median["proftpd_login"],
        "sessions": SESSIONS,
        "files_a_session": FILES,
    }


def _names(kind: str, numbers: Sequence[int]) -> list[str]:
    """Return the names of one session's files: whole sets with their GO, or payloads alone."""
    keys = [f"DIMN.{SENDER_NUMBER}.{brussels_date(utc_now()):%Y%m%d}.{number:05d}.R" for number in numbers]
    if kind == "staged":
        return [f"FI.{key}.1.1" for key in keys]
    sets = [name for key in keys for name in (f"FI.{key}.1.1", f"FS.{key}.1.1", f"GO.{key}.1")]
    return sets[: FILES // 3 * 3]


def _run(target: Target, batches: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Return logins and files a second of sessions that begin together, each half in a process of its own."""
    half = len(batches) // 2
    children = [
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "commands.bench.doors.ftp_sessions", str(target.port), USER_NAME, _PASSWORD],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for child, own in zip(children, (batches[:half], batches[half:]), strict=True):
        _write(child, json.dumps([FILE_BYTES, own]))
    _await(children, "imported")
    began = time.perf_counter()
    for child in children:
        _write(child, "login")
    _await(children, "ready")
    logged_in = time.perf_counter()
    for child in children:
        _write(child, "go")
    _await(children, "done")
    ended = time.perf_counter()
    for child in children:
        child.communicate(timeout=10)
    count = sum(map(len, batches))
    return len(batches) / (logged_in - began), count / (ended - logged_in)


def _write(child: "subprocess.Popen[str]", line: str) -> None:
    if child.stdin is not None:
        child.stdin.write(f"{line}\n")
        child.stdin.flush()


def _await(children: Sequence["subprocess.Popen[str]"], word: str) -> None:
    for child in children:
        line = "" if child.stdout is None else child.stdout.readline().strip()
        if line != word:
            raise RuntimeError(f"a client said {line!r}, not {word!r}")


def _install(home: Path) -> None:
    """Make keys, tables and a sender that may come plainly from loopback."""
    from commands.compose import set_up_django  # noqa: PLC0415 - the database must be there

    set_up_django()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    make_missing_keys(home / "keys")
    install_demo_sender(DemoKeys(home / "sender"), home=home, sftp_port=0, at=utc_now())
    from channels.models import (  # noqa: PLC0415 - Django is set up by now
        ChannelPassword,
        Network,
        NetworkRange,
        Sender,
        SenderChannel,
        SenderNetwork,
    )
    from channels.passwords import hash_password  # noqa: PLC0415
    from domain.channels import Channel  # noqa: PLC0415

    sender = Sender.objects.get(number=SENDER_NUMBER)
    SenderChannel.objects.create(sender=sender, channel=Channel.FTP)
    ChannelPassword.objects.create(
        technical_user=sender.technical_user, encoded=hash_password(_PASSWORD), set_at=utc_now()
    )
    network = Network.objects.create(name="bench")
    NetworkRange.objects.create(network=network, range="127.0.0.0/8", added_at=utc_now())
    SenderNetwork.objects.create(sender=sender, network=network)


def _empty_inbox() -> None:
    """Forget what was staged, so that every round begins alike."""
    from channels.models import Delivery, DeliveryState, StagedFile  # noqa: PLC0415 - Django is set up by now

    StagedFile.objects.all().delete()
    Delivery.objects.filter(state=DeliveryState.OPEN).update(state=DeliveryState.CANCELLED)


@contextlib.contextmanager
def _door(home: Path) -> Iterator[Target]:
    port = _free_port()
    environment = os.environ | {
        "GUICHET_FTP_PORT": str(port),
        "GUICHET_FTP_HOST": "127.0.0.1",
        "GUICHET_STAGING_MAX_FILES": "20000",
        "GUICHET_FTP_SESSIONS_PER_SENDER": "200",
    }
    command = [sys.executable, "-m", "commands", "ftp-door"]
    with (home / "ftp.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)  # noqa: S603
    with _stopped(child):
        _wait_for(port, child)
        yield Target("door", port)


@contextlib.contextmanager
def _proftpd(folder: Path) -> Iterator[Target]:
    program = shutil.which("proftpd")
    if program is None:
        raise RuntimeError("proftpd is missing: apt-get install proftpd-core")
    port, trays = _free_port(), folder / "home"
    trays.joinpath("IN").mkdir(parents=True)
    for path in (folder, trays, trays / "IN"):
        shutil.chown(path, os.getuid(), os.getgid())
        path.chmod(0o755)
    owner, group = (_NOBODY, _NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())
    os.chown(trays / "IN", owner, group)
    hashed = subprocess.run(  # noqa: S603 - a program of the system
        ["openssl", "passwd", "-5", _PASSWORD],  # noqa: S607 - found on PATH
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    users = folder / "users"
    users.write_text(f"{USER_NAME}:{hashed}:{owner}:{group}::{trays}:/bin/sh\n", encoding="ascii")
    users.chmod(0o600)
    configuration = folder / "proftpd.conf"
    configuration.write_text(
        _PROFTPD.format(port=port, folder=folder, user=pwd.getpwuid(owner).pw_name, group=grp.getgrgid(group).gr_name),
        encoding="ascii",
    )
    command = [program, "--nodaemon", "--quiet", "--config", str(configuration)]
    with (folder / "out.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - a program of the system
    with _stopped(child):
        _wait_for(port, child)
        yield Target("proftpd", port)


@contextlib.contextmanager
def _stopped(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        child.terminate()
        timer = threading.Timer(20, child.kill)
        timer.start()
        child.wait()
        timer.cancel()


def _wait_for(port: int, child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and probe.recv(3) == b"220":
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing greets on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    for key, value in measure().items():
        sys.stdout.write(f"{key:<28} {value:>10,.4g}\n")
