"""What a delivery over the web service began and cannot let go of keeps nothing else, and hides nothing."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connections
from structlog.testing import capture_logs

from channels.models import StagedFile
from channels.web.deliveries import PENDING_BYTES, deliver_set
from channels.web.exchanges import ConnectionLost
from channels.web.multipart import FileBegins
from channels.web.problems import Problem, ProblemKind
from channels.web.threads import Threads
from evidence.models import Reception, Submission
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in
from tests.web.in_process import a_caller, a_composition, a_reception, events_of, open_channels

PAYLOAD = a_payload(an_in())
KEY = "DIMN.123456.20260701.00001.R"
REFUSED = Problem(ProblemKind.CONFLICT, "another request is at work")
FIRST, LAST = 0, -1


def opened_below(folder: Path) -> list[int]:
    """Return the descriptors of the files below the folder that this process has open, in order."""
    found = (each for each in Path("/proc/self/fd").iterdir() if os.path.realpath(each).startswith(str(folder)))
    return sorted(int(each.name) for each in found)


def close_behind_its_back(folder: Path, place: int) -> None:
    """Close one of the files that are open below the folder; whoever lets go of it is told that it cannot, as by a disk that fails."""
    os.close(opened_below(folder)[place])


def put_a_folder_in_its_place(folder: Path, place: int) -> None:
    """Have a folder stand where one of the files was that are open below it; whoever removes the file is told that he cannot."""
    path = Path(f"/proc/self/fd/{opened_below(folder)[place]}").readlink()
    path.unlink()
    path.mkdir()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def staged_below(bench: CounterBench) -> Path:
    return bench.counter.sealer.staging._root


@pytest.fixture
def opened(bench: CounterBench) -> CounterBench:
    open_channels(bench)
    return bench


@pytest.mark.parametrize("place", [FIRST, LAST])
def test_a_file_that_cannot_be_let_go_of_keeps_no_other(opened: CounterBench, place: int):
    reception, events = a_reception(opened), events_of(KEY, PAYLOAD, opened.sign(PAYLOAD))
    reception.take(events)
    close_behind_its_back(staged_below(opened), place)
    with pytest.raises(OSError, match="Bad file descriptor"):
        reception.abandon()

    assert opened_below(staged_below(opened)) == []


@pytest.mark.parametrize("place", [FIRST, LAST])
@pytest.mark.parametrize("trouble", [close_behind_its_back, put_a_folder_in_its_place])
def test_trouble_with_what_was_begun_hides_no_refusal_of_a_name(
    opened: CounterBench, trouble: Callable[[Path, int], None], place: int
):
    reception, events = a_reception(opened), events_of(KEY, PAYLOAD, opened.sign(PAYLOAD))
    reception.take(events)
    trouble(staged_below(opened), place)
    with capture_logs() as told:
        sealed = reception.complete([FileBegins(f"GO.{KEY}.one")])

    assert Submission.objects.get(ticket=sealed.ticket).reception == Reception.MALFORMED_NAME
    assert [(line["event"], line["sender"]) for line in told] == [
        ("files of a web delivery not let go of", opened.number)
    ]
    assert StagedFile.objects.count() == 0
    assert files_below(staged_below(opened)) == []


class EndsSo:
    """A request that ends by what is given, once its first two files were staged."""

    source = "192.0.2.7"

    def __init__(self, folder: Path, end: Exception, trouble: Callable[[Path], None]) -> None:
        self._folder, self._end, self._trouble = folder, end, trouble

    def header(self, _name: str) -> str:
        return "multipart/form-data; boundary=x"

    async def pieces(self) -> AsyncIterator[bytes]:
        yield a_part(f"FI.{KEY}.1.1") + a_part(f"FS.{KEY}.1.1")
        self._trouble(self._folder)
        raise self._end


def a_part(name: str) -> bytes:
    """Return a file of a request that goes to staging, with what stands before it."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + b" " * (PENDING_BYTES + 1) + b"\r\n"


@pytest.mark.parametrize(
    ("trouble", "end", "left"),
    [
        (close_behind_its_back, ConnectionLost(), 2),
        (close_behind_its_back, REFUSED, 0),
        (put_a_folder_in_its_place, REFUSED, 0),
    ],
    ids=["lost", "refused", "refused and not removed"],
)
@pytest.mark.parametrize("place", [FIRST, LAST])
def test_trouble_with_what_was_begun_is_logged_and_hides_nothing(
    opened: CounterBench, trouble: Callable[[Path, int], None], place: int, end: Exception, left: int
):
    """What was refused is removed, also of which it is not known that it was let go of; what was lost stays."""
    threads = Threads(1)

    async def deliver() -> None:
        visit = SimpleNamespace(
            exchange=EndsSo(staged_below(opened), end, partial(trouble, place=place)),
            desk=SimpleNamespace(threads=threads, composition=a_composition(opened)),
            require_delivering=lambda: a_caller(opened),
        )
        try:
            await deliver_set(visit, environment=None, key=None)
        finally:
            await threads.run(connections.close_all)

    with capture_logs() as told, pytest.raises(type(end)):
        asyncio.run(deliver())
    threads.close()

    assert [(line["event"], line["source"]) for line in told] == [
        ("files of a web delivery not let go of", "192.0.2.7")
    ]
    assert StagedFile.objects.count() == len(files_below(staged_below(opened))) == left
