"""Say where each file of an answer stands in its outbox, by what the audit events tell of it, and compare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from evidence.models import Answer, AnswerFile, AuditEvent

_OFFERED, _AGAIN, _ACKNOWLEDGED = "answer:offered", "answer:offered-again", "answer:acknowledged"
_COLLECTED, _DOWNLOADED, _EXPIRED = "answer:collected", "answer:downloaded", "answer:expired"
TELLS_OUTBOX = (_OFFERED, _AGAIN, _ACKNOWLEDGED, _COLLECTED, _DOWNLOADED, _EXPIRED)


@dataclass(slots=True)
class _Instants:
    """Since when a file is offered, and what became of it since."""

    offered_at: datetime
    downloaded_at: datetime | None = None
    collected_at: datetime | None = None
    expired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the events of one submission tell of its answers' files, by name, and of its answers, by number."""

    files: Mapping[str, _Instants]
    acknowledged: Mapping[int, datetime]


def read_outbox(events: Sequence[AuditEvent]) -> Outbox:
    """Return where everything stands after these events, which are in their order."""
    files: dict[str, _Instants] = {}
    acknowledged: dict[int, datetime] = {}
    for event in events:
        match event.action, event.detail:
            case (action, {"files": [*facts]}) if action == _OFFERED:
                files |= {fact.split(" ")[1]: _Instants(event.at) for fact in facts}
            case (action, _) if action == _AGAIN:
                files = {name: _Instants(event.at) for name in files}
            case (action, {"file": name}) if action == _COLLECTED and name in files:
                files[name].collected_at = event.at
            case (action, {"file": name}) if action == _DOWNLOADED and name in files:
                files[name].downloaded_at = event.at
            case (action, {"files": [*names]}) if action == _EXPIRED:
                for name in files.keys() & names:
                    files[name].expired_at = event.at
            case (action, {"answer": number}) if action == _ACKNOWLEDGED:
                acknowledged[number] = event.at
            case _:
                pass
    return Outbox(files, acknowledged)


def find_wrong_instants(answer: Answer, files: Sequence[AnswerFile], outbox: Outbox) -> Iterator[str]:
    """Yield each instant of the answer and its files that no event told, or that one told otherwise."""
    if answer.acknowledged_at != outbox.acknowledged.get(answer.pk):
        yield _wrong("acknowledged_at", answer.acknowledged_at, outbox.acknowledged.get(answer.pk))
    for file in files:
        told = outbox.files.get(file.name)
        for column in () if told is None else fields(told):
            got, expected = getattr(file, column.name), getattr(told, column.name)
            if got != expected:
                yield f"{file.name}: {_wrong(column.name, got, expected)}"


def _wrong(column: str, got: datetime | None, told: datetime | None) -> str:
    return f"its {column} is {_shown(got)}, the events told {_shown(told)}"


def _shown(instant: datetime | None) -> str:
    return "nothing" if instant is None else instant.isoformat()
