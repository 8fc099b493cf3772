"""Measure what a thousand idle or slow clients cost a healthy sender in time, and the counter in memory.

Before the quiet measurement a twentieth of them comes and goes: the doors then have the database connections of their working
day, which are no slow client's. All keep within what the doors let in of one sender and one source; that sources whose clients never log in have to wait is
switched off, or some would stay away.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from commands.bench.doors.all_doors import RAISED, AllDoors, running_all_doors
from commands.bench.doors.client_processes import ClientProcess, client_process
from commands.bench.doors.crowds import gathered_crowd, slow_senders
from commands.bench.doors.installation import Installation
from commands.bench.doors.scales import Scale
from commands.bench.doors.senders import BenchSender, open_all_doors

DOORS = ("sftp", "ftp", "web")
_SENDER = "100203"
_WARM_UP_SETS = 10
_WARM_UP_PART = 20
_VISITS = 2
_MILLISECONDS = 1000
_HIGH = 0.99


@dataclass(frozen=True, slots=True)
class Healthy:
    """A sender that delivers small sets through every door in turn, as fast as they are taken."""

    client: ClientProcess
    sender: BenchSender
    doors: AllDoors
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def deliver(self, sets: int, *, pause: float = 0.0) -> dict[str, list[float]]:
        """Deliver so many sets through each door; return the seconds of each, by door."""
        keys = [self.sender.set_key(next(self.numbers)) for _ in range(sets * len(DOORS))]
        self.client.say({"sets": keys, "token": self.doors.portal.token_for(self.sender), "pause": pause})
        heard: dict[str, list[float]] = self.client.hear()
        return heard


def measure(installation: Installation, scale: Scale) -> dict[str, float]:
    """Return how much longer the slowest hundredth of a healthy sender's sets takes among slow clients, and their memory."""
    with running_all_doors(installation) as doors, healthy_sender(installation, doors) as healthy:
        senders = slow_senders(installation)
        with gathered_crowd(doors, senders, max(scale.slow_clients // _WARM_UP_PART, 1)):
            healthy.deliver(_WARM_UP_SETS)
        quiet = [healthy.deliver(scale.healthy_sets)]
        memory = doors.megabytes()
        with gathered_crowd(doors, senders, scale.slow_clients) as crowd:
            among, there, grown = [], [], []
            for _ in range(_VISITS):
                there.append(crowd.presence().held)
                among.append(healthy.deliver(scale.healthy_sets))
                grown.append(_growth(doors.megabytes(), memory))
            there.append(crowd.presence().held)
        quiet.append(healthy.deliver(scale.healthy_sets))
        left = _growth(doors.megabytes(), memory)
    figures = _compare(quiet, among)
    return figures | {
        **{f"slow_clients{name}_mb": max(one[name] for one in grown) for name in left},
        **{f"slow_clients{name}_mb_left": value for name, value in left.items()},
        "slow_clients_there": min(there),
        "slow_clients_caps_raised": len(RAISED),
    }


def _growth(now: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    """Return by how much the memory of all together grew, and that of each."""
    grown = {f"_{name}": now[name] - before[name] for name in before}
    return {"": sum(grown.values())} | grown


def _compare(quiet: Sequence[dict[str, list[float]]], among: Sequence[dict[str, list[float]]]) -> dict[str, float]:
    figures = {}
    for door in DOORS:
        for name, visits in (("quiet_", quiet), ("", among)):
            seconds = [value for visit in visits for value in visit[door]]
            figures[f"slow_clients_{door}_{name}p99_ms"] = _share(seconds, _HIGH) * _MILLISECONDS
            figures[f"slow_clients_{door}_{name}median_ms"] = _share(seconds, 0.5) * _MILLISECONDS
        figures[f"slow_clients_{door}_p99_ratio"] = (
            figures[f"slow_clients_{door}_p99_ms"] / figures[f"slow_clients_{door}_quiet_p99_ms"]
        )
    worst: Callable[[str], float] = lambda door: figures[f"slow_clients_{door}_p99_ratio"]  # noqa: E731
    return {"slow_clients_p99_ratio": max(map(worst, DOORS))} | figures


def _share(seconds: Sequence[float], share: float) -> float:
    """Return the shortest time within which that share of the sets was delivered."""
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


@contextmanager
def healthy_sender(installation: Installation, doors: AllDoors) -> Iterator[Healthy]:
    """Have a healthy sender signed in at every door until the block ends."""
    sender = open_all_doors(installation.home / "senders", _SENDER)
    with client_process("commands.bench.doors.healthy_sender") as client:
        client.say(
            {
                "sftp": doors.sftp.port,
                "ftp": doors.ftp.port,
                "web": doors.portal.port,
                "user": sender.user,
                "password": sender.password,
                "key": str(sender.ssh_key),
                "authority": str(doors.portal.authority),
            },
        )
        client.hear()
        yield Healthy(client, sender, doors)
