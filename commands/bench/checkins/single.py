"""Measure single check-ins over REST at a steady rate, each a request of its own, beside the portal as it runs in production."""

from collections.abc import Sequence
from dataclasses import dataclass

from commands.bench.checkins.people import POINT, Person
from commands.bench.checkins.scale import Scale
from commands.bench.doors.client_processes import client_process
from commands.bench.doors.portal import RunningPortal
from commands.bench.doors.senders import BenchSender

_CLIENTS = "commands.bench.checkins.single_programs"
_CONNECTIONS = 32
_WARM_UP_SECONDS = 3
_TOKEN_LIVES = 500
"""Seconds after which a new token is got, as every program does."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast single check-ins were answered: how many a second, and the milliseconds of the median and of one in 100.

    `sent` counts those of the warm-up too, and so do the seconds of processor time that sending them took.
    """

    per_s: float
    p50_ms: float
    p99_ms: float
    sent: int
    client_cpu_s: float


def measure_single(portal: RunningPortal, sender: BenchSender, people: Sequence[Person], scale: Scale) -> Pace:
    """Return the pace at `scale.rate` a second; OutageError when one is not registered."""
    told = {
        "port": portal.port,
        "authority": str(portal.authority),
        "company": people[0].company,
        "people": [(person.number, person.work_place) for person in people],
        "rate": scale.rate,
        "connections": _CONNECTIONS,
        "point": [str(degrees) for degrees in POINT],
    }
    latencies: list[float] = []
    seconds, client_cpu_s, sent = 0.0, 0.0, 0
    with client_process(_CLIENTS) as client:
        for share in (_WARM_UP_SECONDS, *_shares(scale.seconds)):
            client.say(told | {"token": portal.token_for(sender), "seconds": share, "first": sent})
            answer = client.hear()
            sent += int(scale.rate * share)
            client_cpu_s += answer["cpu_seconds"]
            if share is not _WARM_UP_SECONDS:
                latencies += answer["latencies"]
                seconds += answer["seconds"]
        client.finish()
    latencies.sort()
    return Pace(len(latencies) / seconds, percentile(latencies, 50), percentile(latencies, 99), sent, client_cpu_s)


def percentile(ordered: Sequence[float], share: int) -> float:
    """Return the value below which that share (of 100) of the ordered values lies."""
    return ordered[min(len(ordered) * share // 100, len(ordered) - 1)]


def _shares(seconds: int) -> list[int]:
    """Return the seconds of each run, of which none outlives its token."""
    whole, rest = divmod(seconds, _TOKEN_LIVES)
    return [_TOKEN_LIVES] * whole + ([rest] if rest else [])
