"""The clients of single check-ins: connections that each send one event at its time, however late the answer before came."""

import json
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.bench.doors.client_lines import at_once, messages, say
from commands.bench.doors.https_connections import HttpsConnection

_PATH = "/api/v1/presenceRegistrations/registerInBulk"
_CREATED = b"createdPresenceRegistration"
_OK = 200
_MILLISECONDS = 1000


@dataclass(slots=True)
class _Load:
    """What is sent: so many events a second for so many seconds, over so many connections, by these people in turn."""

    port: int
    token: str
    company: str
    people: list[tuple[str, str]]
    rate: float
    seconds: float
    connections: int
    context: ssl.SSLContext
    first: int
    latencies: list[float]
    begun: float = 0.0

    def run(self) -> None:
        """Send everything; each answer is timed from the instant at which its event was due."""
        self.begun = time.perf_counter() + 0.5
        at_once(self._send, range(self.connections))

    def _send(self, place: int) -> None:
        connection = HttpsConnection(self.port, self.context)
        for count in range(place, int(self.rate * self.seconds), self.connections):
            due = self.begun + count / self.rate
            time.sleep(max(due - time.perf_counter(), 0))
            reply = connection.ask(self._render(self.first + count))
            self.latencies.append((time.perf_counter() - due) * _MILLISECONDS)
            if reply.status != _OK or _CREATED not in reply.content:
                raise RuntimeError(f"the web service answered {reply.status}: {reply.content[:500]!r}")
        connection.close()

    def _render(self, count: int) -> bytes:
        number, work_place = self.people[count % len(self.people)]
        item = {
            "registrationDate": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "ssin": number,
            "type": "OUT" if count // len(self.people) % 2 else "IN",
            "employer": {"enterpriseNumber": self.company},
            "placeOfWork": {"coordinates": {"longitude": 4.3528, "latitude": 50.8466}},
            "contractualRelationshipReference": work_place,
        }
        body = json.dumps({"items": [item]}).encode("ascii")
        head = (
            f"POST {_PATH} HTTP/1.1\r\nHost: localhost:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body


def main() -> None:
    """Send what each message asks for, and answer it with the milliseconds that every event took."""
    for message in messages():
        context = ssl.create_default_context(cafile=message.pop("authority"))
        load = _Load(**message, context=context, latencies=[])
        load.run()
        say({"latencies": load.latencies, "seconds": time.perf_counter() - load.begun})


if __name__ == "__main__":
    main()
