"""Measure the FTP door beside proftpd in the same run: fifty sessions at once, twenty files each, from one machine.

Both servers get the same files from the same clients. The door stages, fsyncs and commits each file, and seals the sets;
proftpd merely writes, and so does what is called `bare`, a server on pyftpdlib alone.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count

from commands.bench.doors.bare_servers import running_bare
from commands.bench.doors.client_processes import ClientProcess, client_processes, say_all
from commands.bench.doors.costs import Rounds
from commands.bench.doors.footprints import cpu_seconds, database_process
from commands.bench.doors.installation import Installation, free_port
from commands.bench.doors.proftpd import running_proftpd
from commands.bench.doors.scales import Scale
from commands.bench.doors.senders import BenchSender, open_all_doors
from commands.bench.doors.set_files import FILES_OF_A_SET, SIGNATURE_BYTES
from commands.bench.doors.sftp import RunningDoor
from domain.refusals import OutageError

_CLIENTS = "commands.bench.doors.ftp_sessions"
_CLIENT_PROCESSES = 2
_SENDER = "100201"
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class _Rig:
    """The servers by the ending of their figures' names, and the clients."""

    installation: Installation
    scale: Scale
    sender: BenchSender
    ports: dict[str, int]
    processes: dict[str, dict[str, int]]
    clients: Sequence[ClientProcess]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def names(self, kind: str) -> list[str]:
        """Return the names of one session's files: whole sets with their GO, or payloads alone."""
        files = self.scale.files_a_session
        if kind == "no_go":
            return [f"FI.{self.sender.set_key(next(self.numbers))}.1.1" for _ in range(files)]
        keys = [self.sender.set_key(next(self.numbers)) for _ in range(max(files // FILES_OF_A_SET, 1))]
        return [name for key in keys for name in (f"FI.{key}.1.1", f"FS.{key}.1.1", f"GO.{key}.1")]


def measure(installation: Installation, scale: Scale) -> dict[str, float]:
    """Return medians over rounds, in files a second; the ratios are of the door to proftpd."""
    rounds = Rounds()
    with _rig(installation, scale) as rig:
        for _ in range(scale.rounds):
            for suffix in rig.ports:
                rounds.note(_visit(rig, suffix))
            installation.empty_inboxes()
    medians = rounds.medians()
    ratios = {
        f"ftp_{name}_ratio": medians[f"ftp_{name}_per_s"] / medians[f"ftp_{name}_proftpd_per_s"]
        for name in ("parallel", "parallel_no_go", "login")
    }
    ratios["ftp_parallel_bare_ratio"] = medians["ftp_parallel_bare_per_s"] / medians["ftp_parallel_proftpd_per_s"]
    return ratios | medians


def _visit(rig: _Rig, suffix: str) -> dict[str, float]:
    """Log every session in, have it upload sets and then payloads whose GO never comes, and leave."""
    sessions, share = rig.scale.sessions, rig.scale.sessions // _CLIENT_PROCESSES
    login = [rig.ports[suffix], rig.sender.user, rig.sender.password]
    began = time.perf_counter()
    say_all(rig.clients, [{"login": login, "sessions": share}] * _CLIENT_PROCESSES)
    figures = {f"ftp_login{suffix}_per_s": sessions / (time.perf_counter() - began)}
    for kind, name in (("sets", "parallel"), ("no_go", "parallel_no_go")):
        measured = _upload(rig, suffix, kind, share)
        figures |= {f"ftp_{name}{suffix}_{key}": value for key, value in measured.items()}
    say_all(rig.clients, ["leave"] * _CLIENT_PROCESSES)
    return figures


def _upload(rig: _Rig, suffix: str, kind: str, share: int) -> dict[str, float]:
    batches = [[rig.names(kind) for _ in range(share)] for _ in rig.clients]
    files = sum(len(names) for own in batches for names in own)
    before, sealed = _seconds(rig, suffix), rig.installation.count_sealed()
    began = time.perf_counter()
    spent = say_all(rig.clients, [{"size": SIGNATURE_BYTES, "batches": own} for own in batches])
    seconds = time.perf_counter() - began
    if kind == "sets" and not suffix:
        _require_sealed(rig, sealed + files // FILES_OF_A_SET)
    costs = {name: value - before[name] for name, value in _seconds(rig, suffix).items()} | {"client": sum(spent)}
    per_file = {f"{name}_cpu_ms": value / files * _MILLISECONDS for name, value in costs.items()}
    return {"per_s": files / seconds} | per_file


def _seconds(rig: _Rig, suffix: str) -> dict[str, float]:
    return {name: cpu_seconds(process) for name, process in rig.processes[suffix].items()}


def _require_sealed(rig: _Rig, expected: int) -> None:
    sealed = rig.installation.count_sealed()
    if sealed != expected:
        raise OutageError(f"{sealed} sets are sealed where {expected} were delivered with their GO over FTP")


@contextmanager
def _rig(installation: Installation, scale: Scale) -> Iterator[_Rig]:
    sender = open_all_doors(installation.home / "senders", _SENDER)
    most = str(max(2 * scale.sessions, 50))
    with ExitStack() as stack:
        proftpd = stack.enter_context(
            running_proftpd(installation.home / "proftpd", user=sender.user, password=sender.password)
        )
        plain = installation.home / "plain_ftp"
        plain.joinpath("IN").mkdir(parents=True)
        words, log = [sender.user, sender.password, str(plain)], installation.home / "bare_ftp.log"
        bare = stack.enter_context(running_bare("ftp", words, log=log))
        door = stack.enter_context(running_ftp_door(installation, {"GUICHET_FTP_SESSIONS_PER_SENDER": most}))
        yield _Rig(
            installation=installation,
            scale=scale,
            sender=sender,
            ports={"_proftpd": proftpd, "_bare": bare.port, "": door.port},
            processes={
                "_proftpd": {},
                "_bare": {"door": bare.pid},
                "": {"door": door.pid, "database": database_process()},
            },
            clients=stack.enter_context(client_processes(_CLIENTS, _CLIENT_PROCESSES)),
        )


@contextmanager
def running_ftp_door(installation: Installation, environment: dict[str, str]) -> Iterator[RunningDoor]:
    """Run the FTP door until the block ends."""
    port = free_port()
    own = {"GUICHET_FTP_HOST": "127.0.0.1", "GUICHET_FTP_PORT": str(port)}
    with installation.running(["commands", "ftp-door"], port, own | environment) as pid:
        yield RunningDoor(port, pid)
