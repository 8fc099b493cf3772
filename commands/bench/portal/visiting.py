"""Open pages of a running portal at a steady rate, whatever they take, and note how long each took from when it was due."""

import itertools
import queue
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from commands.bench.doors.https_connections import HttpsConnection, Reply
from domain.refusals import OutageError

_CONNECTIONS = 24
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Visit:
    """One page to be opened by somebody."""

    page: str
    path: str
    cookie: str


@dataclass(slots=True)
class Times:
    """Milliseconds from when each request was due to the last byte of its answer, by page."""

    by_page: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def require_shown(self) -> None:
        """Raise OutageError when a page was not shown."""
        if self.failures:
            raise OutageError(f"{len(self.failures)} pages were not shown, the first: {self.failures[0]}")

    def p95(self) -> float:
        """Return the 95th percentile over all requests."""
        return percentile([one for several in self.by_page.values() for one in several])

    def slowest(self) -> list[tuple[str, float, float, int]]:
        """Return each page with its median, its 95th percentile and how often it was opened, the slowest first."""
        rows = [(page, percentile(times, 0.5), percentile(times), len(times)) for page, times in self.by_page.items()]
        return sorted(rows, key=lambda row: -row[2])


def percentile(values: Sequence[float], share: float = 0.95) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def visit(visits: Sequence[Visit], *, port: int, authority: Path, rate: float) -> Times:
    """Open the pages one after the other, `rate` a second; what is not answered with 200 is a failure."""
    due: queue.SimpleQueue[tuple[float, Visit] | None] = queue.SimpleQueue()
    times = Times()
    context = ssl.create_default_context(cafile=str(authority))
    threads = [
        threading.Thread(target=_work, args=(due, times, port, context), daemon=True) for _ in range(_CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    began = time.perf_counter() + 0.5
    for number, each in enumerate(visits):
        at = began + number / rate
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, each))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return times


def spread(pages: Mapping[str, Sequence[Visit]], count: int) -> list[Visit]:
    """Return so many visits, each page as often as any other and its addresses in turn, in a mixed and repeatable order."""
    turns = {page: itertools.cycle(visits) for page, visits in pages.items()}
    names = itertools.cycle(sorted(pages, key=hash_of))
    return [next(turns[next(names)]) for _ in range(count)]


def hash_of(text: str) -> int:
    """Return a number that puts names in an order that looks like none."""
    return int.from_bytes(text.encode()[::-1], "big") % 10_007


class _Browser:
    """Keeps a connection from page to page, and opens another where the portal closed it in between, as browsers do."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._port, self._context = port, context
        self._kept: HttpsConnection | None = None

    def ask(self, request: bytes) -> Reply:
        """Return the answer; OSError when not even a new connection gives one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(OSError):
                return self._ask(kept, request)
        return self._ask(HttpsConnection(self._port, self._context), request)

    def close(self) -> None:
        """Hang up."""
        if self._kept is not None:
            self._kept.close()

    def _ask(self, connection: HttpsConnection, request: bytes) -> Reply:
        reply = connection.ask(request)
        self._kept = connection
        return reply


def _work(
    due: "queue.SimpleQueue[tuple[float, Visit] | None]",
    times: Times,
    port: int,
    context: ssl.SSLContext,
) -> None:
    browser = _Browser(port, context)
    while (told := due.get()) is not None:
        at, each = told
        try:
            reply = browser.ask(_request(each, port))
        except OSError as trouble:
            times.failures.append(f"{each.path}: {trouble}")
            continue
        times.by_page[each.page].append((time.perf_counter() - at) * _MILLISECONDS)
        if reply.status != HTTPStatus.OK:
            times.failures.append(f"{each.path}: {reply.status}")
    browser.close()


def _request(each: Visit, port: int) -> bytes:
    return f"GET {each.path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {each.cookie}\r\n\r\n".encode("ascii")
