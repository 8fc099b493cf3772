"""Measure the SFTP door beside OpenSSH's sshd: the same client, cipher, key exchange and files, rounds in turn.

What is called `own_kex` is what clients see that choose their key exchange themselves, which is another with sshd.
What is called `bare` is a server on paramiko alone that merely writes, as sshd does: no door on this library is faster.
What is called `bare_kept` also synchronises each file and commits a row for it before it answers: no door that keeps its word
for each file is faster.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from commands.bench.doors import sftp_loads
from commands.bench.doors.bare_servers import running_bare
from commands.bench.doors.costs import Meter, Rounds
from commands.bench.doors.footprints import database_process
from commands.bench.doors.installation import Installation, free_port
from commands.bench.doors.scales import Scale
from commands.bench.doors.set_files import FILES_OF_A_SET, SetFiles
from commands.bench.doors.sftp_loads import Server
from commands.bench.doors.sshd import USER, running_sshd
from commands.demo.installation import SENDER_NUMBER, USER_NAME
from domain.refusals import OutageError

_MEGABYTE = 1_000_000
_SMALL_WINDOW = 2 * 1024 * 1024
_RATIOS = (
    "big",
    "big_small_window",
    "small",
    "small_bare",
    "small_bare_kept",
    "small_no_go",
    "small_no_go_bare",
    "small_no_go_bare_kept",
    "parallel",
    "parallel_bare",
    "parallel_bare_kept",
    "parallel_no_go",
    "parallel_own_kex",
    "connect",
    "connect_own_kex",
)


@dataclass(frozen=True, slots=True)
class _Target:
    """A server, and what watches its processor time."""

    server: Server
    meter: Meter

    def with_own_key_exchange(self) -> "_Target":
        """Return it as a client meets it that was not told which key exchange to use."""
        return replace(self, server=replace(self.server, key_exchange=""))


@dataclass(frozen=True, slots=True)
class _Rig:
    """The servers, and a folder for the files they are sent."""

    installation: Installation
    scale: Scale
    targets: dict[str, _Target]
    bare: dict[str, _Target]
    small_window: _Target
    files: SetFiles
    plain_inbox: Path
    """Of the servers that have no mailbox."""

    def both(self, name: str, measure: Callable[[_Target], dict[str, float]]) -> dict[str, float]:
        """Return the figures of both servers, those of sshd marked so; each begins with nothing in its inbox."""
        return self._each(self.targets, name, measure)

    def all(self, name: str, measure: Callable[[_Target], dict[str, float]]) -> dict[str, float]:
        """Return the figures of both servers and of the bare ones."""
        return self._each(self.targets | self.bare, name, measure)

    def _each(
        self, targets: dict[str, _Target], name: str, measure: Callable[[_Target], dict[str, float]]
    ) -> dict[str, float]:
        figures: dict[str, float] = {}
        for suffix, target in targets.items():
            self.empty()
            figures |= {f"sftp_{name}{suffix}_{key}": value for key, value in measure(target).items()}
        return figures

    def empty(self) -> None:
        """Remove what was written and what the servers got."""
        self.files.clear()
        for file in self.plain_inbox.iterdir():
            file.unlink()
        self.installation.empty_inboxes()


def measure(installation: Installation, scale: Scale) -> dict[str, float]:
    """Return medians over rounds, door beside sshd; megabytes are of 1,000,000 bytes."""
    rounds = Rounds()
    with _rig(installation, scale) as rig:
        for _ in range(scale.rounds):
            for load in (_big, _small, _parallel, _connect):
                rounds.note(load(rig))
        rig.empty()
    medians = rounds.medians()
    return {f"sftp_{name}_ratio": _ratio(name, medians) for name in _RATIOS} | medians


def _ratio(name: str, medians: dict[str, float]) -> float:
    unit = "mb_per_s" if name.startswith("big") else "per_s"
    load = name.removesuffix("_small_window").removesuffix("_kept").removesuffix("_bare")
    return medians[f"sftp_{name}_{unit}"] / medians[f"sftp_{load}_sshd_{unit}"]


def _big(rig: _Rig) -> dict[str, float]:
    size = rig.scale.big_bytes

    def rate(target: _Target) -> dict[str, float]:
        file = rig.files.write(f"FI.{rig.files.next_key()}.1.1", size)
        measured = target.meter.run(partial(sftp_loads.put, target.server, [file]), count=size)
        return {"mb_per_s": measured["per_s"] / _MEGABYTE}

    figures = rig.both("big", rate)
    rig.empty()
    return figures | {"sftp_big_small_window_mb_per_s": rate(rig.small_window)["mb_per_s"]}


def _small(rig: _Rig) -> dict[str, float]:
    def rate(target: _Target, write: Callable[[int], Sequence[Path]], count: int) -> dict[str, float]:
        files = write(count)
        return target.meter.run(partial(sftp_loads.put, target.server, files), count=len(files))

    sets, before = rig.scale.sets, rig.installation.count_sealed()
    with_go = rig.all("small", lambda target: rate(target, rig.files.write_sets, sets))
    _require_sealed(rig, before + sets)
    return with_go | rig.all("small_no_go", lambda target: rate(target, rig.files.write_parts, FILES_OF_A_SET * sets))


def _parallel(rig: _Rig) -> dict[str, float]:
    scale, count = rig.scale, rig.scale.files_a_session

    def rate(target: _Target, write: Callable[[], Sequence[Path]]) -> dict[str, float]:
        shares = [write() for _ in range(scale.sessions)]
        load = partial(sftp_loads.put_in_parallel, target.server, shares)
        return target.meter.run(load, count=scale.sessions * count)

    def sealed() -> Sequence[Path]:
        whole, rest = divmod(count, FILES_OF_A_SET)
        return [*rig.files.write_sets(whole), *rig.files.write_parts(rest)]

    before = rig.installation.count_sealed()
    with_go = rig.all("parallel", lambda target: rate(target, sealed))
    with_go |= rig.both("parallel_own_kex", lambda target: rate(target.with_own_key_exchange(), sealed))
    _require_sealed(rig, before + 2 * scale.sessions * (count // FILES_OF_A_SET))
    return with_go | rig.both("parallel_no_go", lambda target: rate(target, lambda: rig.files.write_parts(count)))


def _connect(rig: _Rig) -> dict[str, float]:
    times, at_once = rig.scale.connections, rig.scale.connections_at_once

    def rate(target: _Target) -> dict[str, float]:
        load = partial(sftp_loads.connect, target.server, times=times, at_once=at_once)
        return target.meter.run(load, count=times)

    same = rig.both("connect", rate)
    return same | rig.both("connect_own_kex", lambda target: rate(target.with_own_key_exchange()))


def _require_sealed(rig: _Rig, expected: int) -> None:
    sealed = rig.installation.count_sealed()
    if sealed != expected:
        raise OutageError(f"{sealed} sets are sealed where {expected} were delivered with their GO over SFTP")


@contextmanager
def _rig(installation: Installation, scale: Scale) -> Iterator[_Rig]:
    key, home = installation.keys.ssh_key, installation.home
    public_key, inbox = key.with_suffix(".pub"), home / "plain_inbox"
    inbox.mkdir()
    with ExitStack() as stack:
        sshd = stack.enter_context(running_sshd(home / "sshd", public_key=public_key))
        words = [str(home / "sshd" / "host_ed25519"), str(public_key)]
        bare = {
            suffix: stack.enter_context(running_bare("sftp", [*words, *how], log=home / "bare_sftp.log"))
            for suffix, how in (("_bare", []), ("_bare_kept", ["kept"]))
        }
        installation.make_bench_table()
        usual = stack.enter_context(running_sftp_door(installation, {}))
        small = stack.enter_context(running_sftp_door(installation, {"GUICHET_SFTP_WINDOW_BYTES": str(_SMALL_WINDOW)}))
        doors = [
            _Target(Server(door.port, USER_NAME, key, "IN"), Meter({"door": door.pid, "database": database_process()}))
            for door in (usual, small)
        ]
        yield _Rig(
            installation=installation,
            scale=scale,
            targets={"_sshd": _Target(Server(sshd, USER, key, str(inbox)), Meter({})), "": doors[0]},
            bare={
                suffix: _Target(
                    Server(one.port, USER, key, str(inbox)), Meter({"door": one.pid, "database": database_process()})
                )
                for suffix, one in bare.items()
            },
            small_window=doors[1],
            files=SetFiles(home / "outgoing", SENDER_NUMBER),
            plain_inbox=inbox,
        )


@dataclass(frozen=True, slots=True)
class RunningDoor:
    """Where a door listens, and the process that is above its others."""

    port: int
    pid: int


@contextmanager
def running_sftp_door(installation: Installation, environment: dict[str, str]) -> Iterator[RunningDoor]:
    """Run the SFTP door until the block ends."""
    port = free_port()
    with installation.running(["sftp_server"], port, {"GUICHET_SFTP_PORT": str(port)} | environment) as pid:
        yield RunningDoor(port, pid)
