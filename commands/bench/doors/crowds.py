"""A crowd of slow clients at all doors: of several senders, from several addresses, within what the doors let in at a time."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType

from commands.bench.doors.all_doors import AllDoors
from commands.bench.doors.client_processes import ClientProcess, client_process, say_all
from commands.bench.doors.installation import Installation
from commands.bench.doors.senders import BenchSender, open_all_doors
from domain.refusals import OutageError

KINDS: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("sftp", "idle"): 200,
        ("sftp", "dribble"): 50,
        ("sftp", "silent"): 80,
        ("ftp", "ftp-idle"): 150,
        ("ftp", "ftp-dribble"): 50,
        ("ftp", "silent"): 130,
        ("web", "web-poll"): 170,
        ("web", "web-dribble"): 50,
        ("web", "silent"): 60,
        ("web", "silent-tls"): 60,
    },
)
"""The doors, what clients do there, and how many of a thousand do so."""

SENDERS = tuple(str(number) for number in range(100_301, 100_309))
SOURCES = tuple(f"127.0.1.{number}" for number in range(1, 21))
_GATHER_SECONDS = 120.0
_ENOUGH = 0.97
"""The doors end some connections all the time, as they should; their clients are on the way back."""

_PAUSE = 0.25
_OVER_SSH = ("idle", "dribble")


@dataclass(frozen=True, slots=True)
class Presence:
    """How many clients are there, and how often one came."""

    held: int
    comings: int
    trouble: str
    """What kept the last of those that could not come."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The clients that were asked for, and the processes they are in: those that need SSH, and those on bare lines."""

    size: int
    over_ssh: ClientProcess
    bare: ClientProcess
    tokens: dict[str, str]

    def presence(self) -> Presence:
        """Return how many are there now."""
        answers = say_all([self.over_ssh, self.bare], [{}, {"tokens": self.tokens}])
        return Presence(
            sum(one["held"] for one in answers),
            sum(one["comings"] for one in answers),
            "; ".join(one["trouble"] for one in answers if one["trouble"]),
        )

    def wait_gathered(self) -> None:
        """Return when as good as all are there; OutageError when they do not come in time."""
        deadline = time.monotonic() + _GATHER_SECONDS
        while (presence := self.presence()).held < int(_ENOUGH * self.size):
            if time.monotonic() > deadline:
                raise OutageError(
                    f"only {presence.held} of {self.size} slow clients found room at the doors ({presence.trouble})"
                )
            time.sleep(_PAUSE)

    def renew_tokens(self, tokens: dict[str, str]) -> None:
        """Have the clients of the web service use these from now on."""
        self.tokens.update(tokens)


def slow_senders(installation: Installation) -> Sequence[BenchSender]:
    """Return the senders that the crowd belongs to."""
    return [open_all_doors(installation.home / "senders", number) for number in SENDERS]


def tokens_for(doors: AllDoors, senders: Sequence[BenchSender]) -> dict[str, str]:
    """Return a new access token for each, by the name of its user."""
    return {sender.user: doors.portal.token_for(sender) for sender in senders}


@contextmanager
def gathered_crowd(doors: AllDoors, senders: Sequence[BenchSender], size: int) -> Iterator[Crowd]:
    """Have about so many slow clients at the doors until the block ends; then they are gone without a word."""
    sessions, lines = _plan(doors, senders, size)
    with ExitStack() as stack:
        over_ssh = stack.enter_context(client_process("commands.bench.doors.slow_sftp"))
        bare = stack.enter_context(client_process("commands.bench.doors.slow_lines"))
        crowd = Crowd(len(sessions) + len(lines), over_ssh, bare, tokens_for(doors, senders))
        begun = [
            {"port": doors.sftp.port, "sessions": sessions},
            {"clients": lines, "authority": str(doors.portal.authority), "tokens": crowd.tokens},
        ]
        say_all([over_ssh, bare], begun)
        crowd.wait_gathered()
        yield crowd


def _plan(
    doors: AllDoors, senders: Sequence[BenchSender], size: int
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return what each client is told: those that need SSH, and those on bare lines."""
    ports = {"sftp": doors.sftp.port, "ftp": doors.ftp.port, "web": doors.portal.port}
    sources, owners = cycle(SOURCES), cycle(senders)
    sessions: list[dict[str, object]] = []
    lines: list[dict[str, object]] = []
    for place, (door, kind) in enumerate(KINDS):
        for number in range(max(KINDS[door, kind] * size // 1000, 1)):
            sender, source = next(owners), next(sources)
            set_key = sender.set_key(1000 * (place + 1) + number)
            if kind in _OVER_SSH:
                name = f"FI.{set_key}.1.1" if kind == "dribble" else None
                sessions.append({"source": source, "user": sender.user, "key": str(sender.ssh_key), "name": name})
            else:
                told = {"kind": kind, "source": source, "port": ports[door], "user": sender.user}
                name = set_key if door == "web" else f"FI.{set_key}.1.1"
                lines.append(told | {"password": sender.password, "name": name})
    return sessions, lines
