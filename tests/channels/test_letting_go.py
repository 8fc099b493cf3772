"""What a delivery over the web service began and cannot let go of keeps nothing else, and hides nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connections
from structlog.testing import capture_logs

from channels.web.deliveries import PENDING_BYTES, deliver_set
from channels.web.exchanges import ConnectionLost
from channels.web.threads import Threads
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in
from tests.web.in_process import a_caller, a_composition, a_reception, events_of, open_channels

PAYLOAD = a_payload(an_in())
KEY = "DIMN.123456.20260701.00001.R"


def opened_below(folder: Path) -> list[int]:
    """Return the descriptors of the files below the folder that this process has open, in order."""
    found = (each for each in Path("/proc/self/fd").iterdir() if os.path.realpath(each).startswith(str(folder)))
    return sorted(int(each.name) for each in found)


def close_behind_its_back(folder: Path) -> None:
    """Close the first file that is open below the folder; whoever lets go of it is told that it cannot, as by a disk that fails."""
    os.close(opened_below(folder)[0])


def staged_below(bench: CounterBench) -> Path:
    return bench.counter.sealer.staging._root


@pytest.fixture
def opened(bench: CounterBench) -> CounterBench:
    open_channels(bench)
    return bench


def test_a_file_that_cannot_be_let_go_of_keeps_no_other(opened: CounterBench):
    reception, events = a_reception(opened), events_of(KEY, PAYLOAD, opened.sign(PAYLOAD))
    reception.take(events)
    close_behind_its_back(staged_below(opened))
    with pytest.raises(OSError, match="Bad file descriptor"):
        reception.abandon()

    assert opened_below(staged_below(opened)) == []


class BreaksOff:
    """A request that is lost after its first file was staged."""

    source = "192.0.2.7"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def header(self, _name: str) -> str:
        return "multipart/form-data; boundary=x"

    async def pieces(self) -> AsyncIterator[bytes]:
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="FI.{KEY}.1.1"\r\n\r\n'
        yield head.encode() + b" " * (PENDING_BYTES + 1)
        close_behind_its_back(self._folder)
        raise ConnectionLost


def test_trouble_with_what_was_begun_is_logged_and_hides_nothing(transactional_db: None, opened: CounterBench):
    threads = Threads(1)

    async def deliver() -> None:
        visit = SimpleNamespace(
            exchange=BreaksOff(staged_below(opened)),
            desk=SimpleNamespace(threads=threads, composition=a_composition(opened)),
            require_delivering=lambda: a_caller(opened),
        )
        try:
            await deliver_set(visit, environment=None, key=None)
        finally:
            await threads.run(connections.close_all)

    with capture_logs() as told, pytest.raises(ConnectionLost):
        asyncio.run(deliver())
    threads.close()

    assert [(line["event"], line["source"]) for line in told] == [
        ("files of a web delivery not let go of", "192.0.2.7")
    ]
