"""Measure the web service: sets of 20 KB over https from several programs, each answered once it is sealed."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count

from commands.bench.doors.client_processes import ClientProcess, client_processes, say_all
from commands.bench.doors.costs import Rounds
from commands.bench.doors.footprints import cpu_seconds, database_process
from commands.bench.doors.installation import Installation
from commands.bench.doors.portal import RunningPortal, running_portal
from commands.bench.doors.scales import Scale
from commands.bench.doors.senders import BenchSender, open_all_doors
from commands.bench.doors.set_files import PAYLOAD_BYTES, SIGNATURE_BYTES
from domain.refusals import OutageError

_CLIENTS = "commands.bench.doors.web_programs"
_CLIENT_PROCESSES = 2
_CONNECTIONS = 8
_SENDER = "100202"
_MILLISECONDS = 1000
_KINDS = {"web": False, "web_with_key": True}
"""Without and with an Idempotency-Key, which costs a row of its own."""


@dataclass(frozen=True, slots=True)
class _Rig:
    """The portal, the programs that deliver to it, and whom they deliver for."""

    installation: Installation
    portal: RunningPortal
    sender: BenchSender
    clients: Sequence[ClientProcess]
    processes: dict[str, int]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def seconds(self) -> dict[str, float]:
        """Return the processor time that each has had."""
        return {name: cpu_seconds(process) for name, process in self.processes.items()}


def measure(installation: Installation, scale: Scale) -> dict[str, float]:
    """Return medians over rounds: sealed sets a second, and milliseconds of processor time that each takes."""
    rounds = Rounds()
    share = max(scale.deliveries // (_CLIENT_PROCESSES * _CONNECTIONS), 1)
    with _rig(installation) as rig:
        for _ in range(scale.rounds):
            for name, has_key in _KINDS.items():
                rounds.note(_deliver(rig, share, has_key=has_key), prefix=f"{name}_")
    return rounds.medians()


def _deliver(rig: _Rig, share: int, *, has_key: bool) -> dict[str, float]:
    """Deliver so many sets over each connection."""
    told: dict[str, object] = {
        "port": rig.portal.port,
        "authority": str(rig.portal.authority),
        "token": rig.portal.token_for(rig.sender),
        "bytes": [PAYLOAD_BYTES, SIGNATURE_BYTES],
        "has_key": has_key,
    }
    say_all(rig.clients, [told | {"shares": _shares(rig, share)} for _ in rig.clients])
    total, sealed, before = share * _CONNECTIONS * len(rig.clients), rig.installation.count_sealed(), rig.seconds()
    began = time.perf_counter()
    spent = sum(say_all(rig.clients, ["go"] * len(rig.clients)))
    seconds = time.perf_counter() - began
    costs = {name: value - before[name] for name, value in rig.seconds().items()} | {"client": spent}
    if rig.installation.count_sealed() != sealed + total:
        raise OutageError(f"{rig.installation.count_sealed() - sealed} of {total} sets delivered by the web are sealed")
    return {"sealed_per_s": total / seconds} | {
        f"{name}_cpu_ms": value / total * _MILLISECONDS for name, value in costs.items()
    }


def _shares(rig: _Rig, share: int) -> list[list[str]]:
    return [[rig.sender.set_key(next(rig.numbers)) for _ in range(share)] for _ in range(_CONNECTIONS)]


@contextmanager
def _rig(installation: Installation) -> Iterator[_Rig]:
    sender = open_all_doors(installation.home / "senders", _SENDER)
    with ExitStack() as stack:
        portal = stack.enter_context(running_portal(installation, {}))
        clients = stack.enter_context(client_processes(_CLIENTS, _CLIENT_PROCESSES))
        yield _Rig(installation, portal, sender, clients, {"server": portal.pid, "database": database_process()})
