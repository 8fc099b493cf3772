"""The client of single check-ins: many connections served by one thread, each event sent at its time, however late the answers.

It shares the processors with what it measures: nothing is done here that the measurement does not need.
"""

import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from resource import RUSAGE_SELF, getrusage
from typing import Any

from commands.bench.doors.client_lines import messages, say

_PATH = "/api/v1/presenceRegistrations/registerInBulk"
_ANSWERED = b"HTTP/1.1 200 "
_CREATED = b"createdPresenceRegistration"
_LENGTH = b"\r\ncontent-length: "
_END = b"\r\n\r\n"
_BLOCK = 65_536
_MILLISECONDS = 1000
_PATIENCE_SECONDS = 60.0


@dataclass(slots=True, eq=False)
class _Connection:
    """One connection, which asks for one thing at a time."""

    socket: ssl.SSLSocket
    due: float = 0.0
    content: bytes = b""

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self.socket.setblocking(True)  # a request fits into what the system sends by itself
        self.socket.sendall(request)
        self.socket.setblocking(False)

    def take_answer(self) -> bytes | None:
        """Return the whole answer, None as long as some of it is missing."""
        try:
            while block := self.socket.recv(_BLOCK):
                self.content += block
            raise ConnectionError("the web service hung up")
        except ssl.SSLWantReadError:
            pass
        head, end, body = self.content.partition(_END)
        if not end or len(body) < int(head.lower().partition(_LENGTH)[2].partition(b"\r")[0]):
            return None
        answer, self.content = self.content, b""
        return answer


@dataclass(slots=True)
class _Load:
    """What is sent: so many events a second for so many seconds, over so many connections, by these people in turn.

    `point` is where they are, latitude and longitude.
    """

    port: int
    token: str
    company: str
    people: Sequence[tuple[str, str]]
    rate: float
    seconds: float
    connections: int
    point: Sequence[str]
    context: ssl.SSLContext
    first: int
    latencies: list[float] = field(default_factory=list)
    begun: float = 0.0

    def run(self) -> None:
        """Send everything; each answer is timed from the instant at which its event was due."""
        free = deque(_connect(self.port, self.context) for _ in range(self.connections))
        everybody = list(free)
        with selectors.DefaultSelector() as selector:
            for connection in everybody:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._send_all(free, selector)
        for connection in everybody:
            connection.socket.close()

    def _send_all(self, free: deque[_Connection], selector: selectors.BaseSelector) -> None:
        self.begun = time.perf_counter() + 0.1
        count, total, all_free = 0, int(self.rate * self.seconds), len(free)
        while count < total or len(free) < all_free:
            now = time.perf_counter()
            while count < total and free and (due := self.begun + count / self.rate) <= now:
                free.popleft().send(self._render(self.first + count), due)
                count += 1
            is_next = count < total and free
            wait = self.begun + count / self.rate - time.perf_counter() if is_next else _PATIENCE_SECONDS
            ready = selector.select(max(wait, 0))
            if not ready and not is_next:
                raise TimeoutError("the web service does not answer")
            for key, _ in ready:
                self._take(key.data, free)

    def _take(self, connection: _Connection, free: deque[_Connection]) -> None:
        answer = connection.take_answer()
        if answer is None:
            return
        self.latencies.append((time.perf_counter() - connection.due) * _MILLISECONDS)
        if not answer.startswith(_ANSWERED) or _CREATED not in answer:
            raise RuntimeError(f"the web service answered {answer[:500]!r}")
        free.append(connection)

    def _render(self, count: int) -> bytes:
        number, work_place = self.people[count % len(self.people)]
        latitude, longitude = self.point
        way = "OUT" if count // len(self.people) % 2 else "IN"
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        body = (
            f'{{"items": [{{"registrationDate": "{at}", "ssin": "{number}", "type": "{way}", '
            f'"employer": {{"enterpriseNumber": "{self.company}"}}, '
            f'"placeOfWork": {{"coordinates": {{"longitude": {longitude}, "latitude": {latitude}}}}}, '
            f'"contractualRelationshipReference": "{work_place}"}}]}}'
        )
        return (
            f"POST {_PATH} HTTP/1.1\r\nHost: localhost:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode("ascii")


def _connect(port: int, context: ssl.SSLContext) -> _Connection:
    plain = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    secure = context.wrap_socket(plain, server_hostname="localhost")
    secure.setblocking(False)
    return _Connection(secure)


def _cpu_seconds() -> float:
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Send what each message asks for, and answer it with the milliseconds that every event took, and what that cost."""
    for message in messages():
        context = ssl.create_default_context(cafile=message.pop("authority"))
        say(_measured(_Load(**message, context=context)))


def _measured(load: _Load) -> dict[str, Any]:
    before = _cpu_seconds()
    load.run()
    seconds = time.perf_counter() - load.begun
    return {"latencies": load.latencies, "seconds": seconds, "cpu_seconds": _cpu_seconds() - before}


if __name__ == "__main__":
    main()
