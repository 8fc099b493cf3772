"""The body of a notice: which answer is ready, and nothing of what it says."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

EVENT = "answer.ready"


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """An answer in an outbox; `ticket` is that of its submission, None for a repeated name."""

    sender: str
    environment: str
    ticket: str | None
    file: str
    kind: str
    offered_at: datetime

    def render(self) -> bytes:
        """Return the JSON that the receiver gets, the same bytes at every attempt."""
        return json.dumps(
            {
                "event": EVENT,
                "sender": self.sender,
                "environment": self.environment,
                "ticket": self.ticket,
                "file": self.file,
                "kind": self.kind,
                "offered_at": f"{self.offered_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            },
            separators=(",", ":"),
        ).encode("ascii")
