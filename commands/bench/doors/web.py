"""Measure the web service: sets of 20 KB over https from several programs, each answered once it is sealed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from commands.bench.doors.client_processes import ClientProcess, client_processes, say_all
from commands.bench.doors.costs import Rounds
from commands.bench.doors.footprints import cpu_seconds, database_process
from commands.bench.doors.installation import Installation
from commands.bench.doors.portal import RunningPortal, running_portal
from commands.bench.doors.scales import Scale
from commands.bench.doors.senders import open_all_doors
from commands.bench.doors.set_files import PAYLOAD_BYTES, SIGNATURE_BYTES
from domain.refusals import OutageError

_CLIENTS = "commands.bench.doors.web_programs"
_CLIENT_PROCESSES = 2
_CONNECTIONS = 8
_SENDER = "100202"
_MILLISECONDS = 1000
_KINDS = {"web": False, "web_with_key": True}
"""Without and with an Idempotency-Key, which costs a row of its own."""


def measure(installation: Installation, scale: Scale) -> dict[str, float]:
    """Return medians over rounds: sealed sets a second, and milliseconds of processor time that each takes."""
    sender, numbers, rounds = open_all_doors(installation.home / "senders", _SENDER), count(1), Rounds()
    share = max(scale.deliveries // (_CLIENT_PROCESSES * _CONNECTIONS), 1)
    with running_portal(installation, {}) as portal, _connected(portal) as clients:
        processes = {"server": portal.pid, "database": database_process()}
        for _ in range(scale.rounds):
            token = portal.token_for(sender)
            for name, has_key in _KINDS.items():
                shares = [
                    [[sender.set_key(next(numbers)) for _ in range(share)] for _ in range(_CONNECTIONS)]
                    for _ in clients
                ]
                asked = {"token": token, "bytes": [PAYLOAD_BYTES, SIGNATURE_BYTES], "has_key": has_key}
                load = [asked | {"shares": own} for own in shares]
                total = share * _CONNECTIONS * len(clients)
                rounds.note(_deliver(installation, clients, load, processes, total=total), prefix=f"{name}_")
    return rounds.medians()


def _deliver(
    installation: Installation,
    clients: list[ClientProcess],
    load: list[dict[str, object]],
    processes: dict[str, int],
    *,
    total: int,
) -> dict[str, float]:
    sealed = installation.count_sealed()
    before = {name: cpu_seconds(process) for name, process in processes.items()}
    began = time.perf_counter()
    spent = sum(say_all(clients, load))
    seconds = time.perf_counter() - began
    costs = {name: cpu_seconds(process) - before[name] for name, process in processes.items()} | {"client": spent}
    if installation.count_sealed() != sealed + total:
        raise OutageError(f"{installation.count_sealed() - sealed} of {total} sets delivered by the web are sealed")
    return {"sealed_per_s": total / seconds} | {
        f"{name}_cpu_ms": value / total * _MILLISECONDS for name, value in costs.items()
    }


@contextmanager
def _connected(portal: RunningPortal) -> Iterator[list[ClientProcess]]:
    with client_processes(_CLIENTS, _CLIENT_PROCESSES) as clients:
        where = {"port": portal.port, "authority": str(portal.authority), "connections": _CONNECTIONS}
        say_all(clients, [where] * len(clients))
        yield list(clients)
