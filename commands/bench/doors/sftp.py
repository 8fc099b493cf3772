"""Measure the SFTP door beside OpenSSH's sshd: the same client, cipher and files, rounds in turn."""

import secrets
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands.authority import utc_now
from commands.bench.doors import sftp_loads
from commands.bench.doors.installation import Installation, free_port
from commands.bench.doors.sftp_loads import Server
from commands.bench.doors.sshd import USER, running_sshd
from commands.demo.installation import SENDER_NUMBER, USER_NAME
from domain.brussels import brussels_date

_MEGABYTE = 1_000_000
_PAYLOAD_BYTES, _SIGNATURE_BYTES = 20_000, 2_500
_SMALL_WINDOW = 2 * 1024 * 1024
_FILES_OF_A_SET = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    big_bytes: int = 512 * 1024 * 1024
    sets: int = 667
    sessions: int = 50
    files_a_session: int = 20
    connections: int = 200
    connections_at_once: int = 8
    rounds: int = 3


@dataclass(frozen=True, slots=True)
class _Rig:
    """The servers, and a folder for the files they are sent."""

    sshd: Server
    door: Server
    small_window: Server
    files: "_Files"
    inbox: Path


def measure(installation: Installation, scale: Scale = Scale()) -> dict[str, float]:
    """Return medians over rounds, door beside sshd; megabytes are of 1,000,000 bytes."""
    rounds: dict[str, list[float]] = {}
    with _rig(installation) as rig:
        for _ in range(scale.rounds):
            for name, value in _measure_once(rig, scale).items():
                rounds.setdefault(name, []).append(value)
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    ratios = {
        f"sftp_{name}_ratio": medians[f"sftp_{name}{unit}"] / medians[f"sftp_{beside}_sshd{unit}"]
        for name, beside, unit in _RATIOS
    }
    return ratios | medians


_RATIOS = (
    ("big", "big", "_mb_per_s"),
    ("big_small_window", "big", "_mb_per_s"),
    ("small", "small", "_per_s"),
    ("small_no_go", "small_no_go", "_per_s"),
    ("parallel", "parallel", "_per_s"),
    ("parallel_no_go", "parallel_no_go", "_per_s"),
    ("connect", "connect", "_per_s"),
)


def _measure_once(rig: _Rig, scale: Scale) -> dict[str, float]:
    return (
        _big(rig, scale)
        | _small(rig, scale)
        | _parallel(rig, scale)
        | _beside(
            "connect",
            rig,
            lambda server: (
                scale.connections
                / sftp_loads.connect(server, times=scale.connections, at_once=scale.connections_at_once)
            ),
        )
    )


def _big(rig: _Rig, scale: Scale) -> dict[str, float]:
    size = scale.big_bytes

    def rate(server: Server) -> float:
        file = rig.files.write(f"FI.{rig.files.next_key()}.1.1", size)
        try:
            return size / _MEGABYTE / sftp_loads.put(server, [file])
        finally:
            rig.files.clear()

    names = {"big_sshd": rig.sshd, "big": rig.door, "big_small_window": rig.small_window}
    return {f"sftp_{name}_mb_per_s": rate(server) for name, server in names.items()}


def _small(rig: _Rig, scale: Scale) -> dict[str, float]:
    def rate(server: Server, *, is_sealed: bool) -> float:
        files = rig.files.write_sets(scale.sets) if is_sealed else rig.files.write_parts(_FILES_OF_A_SET * scale.sets)
        try:
            return len(files) / sftp_loads.put(server, files)
        finally:
            rig.files.clear()

    with_go = _beside("small", rig, lambda server: rate(server, is_sealed=True))
    return with_go | _beside("small_no_go", rig, lambda server: rate(server, is_sealed=False))


def _parallel(rig: _Rig, scale: Scale) -> dict[str, float]:
    count = scale.files_a_session

    def rate(server: Server, write: Callable[[], Sequence[Path]]) -> float:
        shares = [write() for _ in range(scale.sessions)]
        try:
            return scale.sessions * count / sftp_loads.put_in_parallel(server, shares)
        finally:
            rig.files.clear()

    def sealed() -> Sequence[Path]:
        whole, rest = divmod(count, _FILES_OF_A_SET)
        return [*rig.files.write_sets(whole), *rig.files.write_parts(rest)]

    with_go = _beside("parallel", rig, lambda server: rate(server, sealed))
    return with_go | _beside("parallel_no_go", rig, lambda server: rate(server, lambda: rig.files.write_parts(count)))


def _beside(name: str, rig: _Rig, rate: Callable[[Server], float]) -> dict[str, float]:
    return {f"sftp_{name}_sshd_per_s": rate(rig.sshd), f"sftp_{name}_per_s": rate(rig.door)}


class _Files:
    """Files named as the counter wants them, each name used once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        folder.mkdir()

    def next_key(self) -> str:
        self._number += 1
        return f"DIMN.{SENDER_NUMBER}.{brussels_date(utc_now()):%Y%m%d}.{self._number:05d}.R"

    def write(self, name: str, size: int) -> Path:
        path = self._folder / name
        path.write_bytes(secrets.token_bytes(min(size, _MEGABYTE)) * -(-size // _MEGABYTE) if size else b"")
        return path

    def write_sets(self, count: int) -> list[Path]:
        """Write sets of three files that are sealed once the last of them is closed."""
        keys = [self.next_key() for _ in range(count)]
        return [file for key in keys for file in (*self._parts(key), self.write(f"GO.{key}.1", 0))]

    def write_parts(self, count: int) -> list[Path]:
        """Write payloads and signature files whose GO never comes."""
        return [file for _ in range(-(-count // 2)) for file in self._parts(self.next_key())][:count]

    def clear(self) -> None:
        """Remove what was written."""
        for file in self._folder.iterdir():
            file.unlink()

    def _parts(self, key: str) -> tuple[Path, Path]:
        payload = self.write(f"FI.{key}.1.1", _PAYLOAD_BYTES)
        return payload, self.write(f"FS.{key}.1.1", _SIGNATURE_BYTES)


@contextmanager
def _rig(installation: Installation) -> Iterator[_Rig]:
    key, home = installation.keys.ssh_key, installation.home
    inbox = home / "sshd_inbox"
    inbox.mkdir()
    with ExitStack() as stack:
        sshd = stack.enter_context(running_sshd(home / "sshd", public_key=key.with_suffix(".pub")))
        usual, small = (
            stack.enter_context(_running_door(installation, {})),
            stack.enter_context(_running_door(installation, {"GUICHET_SFTP_WINDOW_BYTES": str(_SMALL_WINDOW)})),
        )
        yield _Rig(
            sshd=Server(sshd, USER, key, str(inbox)),
            door=Server(usual, USER_NAME, key, "IN"),
            small_window=Server(small, USER_NAME, key, "IN"),
            files=_Files(home / "outgoing"),
            inbox=inbox,
        )


@contextmanager
def _running_door(installation: Installation, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    with installation.running("sftp_server", port, {"GUICHET_SFTP_PORT": str(port)} | environment):
        yield port
