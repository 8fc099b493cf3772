"""`guichet soak`: keep a crowd of slow clients and a healthy sender at the doors for long, and see whether anything grows."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from commands.bench.doors.all_doors import AllDoors, running_all_doors
from commands.bench.doors.children import nothing_left_behind, running_child
from commands.bench.doors.crowds import Crowd, gathered_crowd, slow_senders, tokens_for
from commands.bench.doors.installation import Installation, open_installation
from commands.bench.doors.senders import BenchSender
from commands.bench.doors.slow import Healthy, healthy_sender
from commands.soak.judging import WARM_UP_MINUTES, bounds, find_growth, find_leftovers, usual_pause
from commands.soak.removing import remove_uploads
from commands.soak.samples import Sample, render_head, render_row, steady_part, take_sample

_SECONDS = 60.0
_WARM_UP_PART = 20
_HEALTHY_PAUSE = 0.2
_TOKENS_EVERY = 240.0
_GOING_SECONDS = 90.0
_SETTLE_SECONDS = 5.0
_LOOK_AGAIN = 5.0


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how long, how many and how often."""
    parser.add_argument("--minutes", type=float, default=60.0, help="how long the crowd stays (default: 60)")
    parser.add_argument("--clients", type=int, default=1000, help="how many slow clients there are (default: 1000)")
    parser.add_argument(
        "--every", type=float, help="seconds from sample to sample (default: 60, for a short time a thirtieth of it)"
    )


def run(arguments: Namespace) -> int:
    """Print a table of what every process holds; 1 when something grew beyond its bound or was left behind."""
    with nothing_left_behind(), open_installation() as installation:
        faults = soak(installation, arguments)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("something leaks\n" if faults else "nothing grew beyond its bound and nothing was left\n")
    return 1 if faults else 0


@dataclass(frozen=True, slots=True)
class _Watch:
    """What is looked at."""

    installation: Installation
    doors: AllDoors
    others: Mapping[str, int]
    began: float

    def sample(self, *, clients: int, slowest: float = 0.0) -> Sample:
        """Take a sample and print its row."""
        sample = take_sample(
            self.installation, self.doors, self.others, minutes=self.minutes(), clients=clients, slowest=slowest
        )
        _tell(render_row(sample))
        return sample

    def minutes(self) -> float:
        """Return how long it has been."""
        return (time.monotonic() - self.began) / _SECONDS


def soak(installation: Installation, arguments: Namespace) -> list[str]:
    """Return a sentence for each thing that grew or was left."""
    every = arguments.every or usual_pause(arguments.minutes)
    with (
        running_all_doors(installation) as doors,
        _running_others(installation) as others,
        healthy_sender(installation, doors) as healthy,
    ):
        senders = slow_senders(installation)
        with gathered_crowd(doors, senders, max(arguments.clients // _WARM_UP_PART, 1)):
            healthy.deliver(3)
        remove_uploads(doors.sftp.port, senders)
        time.sleep(_SETTLE_SECONDS)
        watch = _Watch(installation, doors, others, time.monotonic())
        allowed = ", ".join(f"{name} {bound:.0f}" for name, bound in bounds(clients=arguments.clients).items())
        _tell(f"may grow after the warm-up by: {allowed}")
        _tell(render_head(take_sample(installation, doors, others, minutes=0, clients=0)))
        before = watch.sample(clients=0)
        with gathered_crowd(doors, senders, arguments.clients) as crowd:
            samples = _watch_crowd(watch, crowd, healthy, senders, minutes=arguments.minutes, every=every)
        steady = steady_part(samples, warm_up=min(WARM_UP_MINUTES, arguments.minutes / 3))
        return find_growth(steady or samples, clients=arguments.clients) + _wait_gone(
            watch, before, senders, every=every
        )


def _watch_crowd(
    watch: _Watch, crowd: Crowd, healthy: Healthy, senders: Sequence[BenchSender], *, minutes: float, every: float
) -> list[Sample]:
    samples: list[Sample] = []
    renewed, end = time.monotonic(), time.monotonic() + _SECONDS * minutes
    while time.monotonic() < end:
        until, slowest = min(time.monotonic() + every, end), 0.0
        while time.monotonic() < until:
            seconds = healthy.deliver(1, pause=_HEALTHY_PAUSE)
            slowest = max(slowest, *(value for one in seconds.values() for value in one))
            if time.monotonic() - renewed > _TOKENS_EVERY:
                crowd.renew_tokens(tokens_for(watch.doors, senders))
                renewed = time.monotonic()
        samples.append(watch.sample(clients=crowd.presence().held, slowest=slowest))
    return samples


def _wait_gone(watch: _Watch, before: Sample, senders: Sequence[BenchSender], *, every: float) -> list[str]:
    """Remove what the crowd left in its inboxes, as its senders may, and return what is left then, after some patience."""
    deadline = time.monotonic() + _GOING_SECONDS
    remove_uploads(watch.doors.sftp.port, senders)
    while True:
        time.sleep(min(_LOOK_AGAIN, every))  # for the session that removed them, too
        sample = watch.sample(clients=0)
        left = find_leftovers(before, sample)
        if not left or time.monotonic() > deadline:
            return left
        if sample.staged_rows:
            remove_uploads(watch.doors.sftp.port, senders)


@contextmanager
def _running_others(installation: Installation) -> Iterator[Mapping[str, int]]:
    """Run what works beside the doors in production: the chain of events and the notices."""
    commands = {"evidence": ("evidence", "link", "--every", "2"), "notices": ("notices", "carry", "--every", "2")}
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                running_child(
                    [sys.executable, "-m", "commands", *words],
                    log=installation.home / f"{name}.log",
                    environment={},
                ),
            ).pid
            for name, words in commands.items()
        }


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
