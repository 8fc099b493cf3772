"""Remember beside the payloads which sets were begun and delivered, and exactly which bytes.

This is what makes a delivery resumable: bytes already at the counter are kept only when this journal proves that they
come from the same content, since a mailbox never lets them be read back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from domain.filenames import SetKey
from sender.counter_names import is_same_counter
from sender.durable_files import write_whole
from sender.locks import locked
from sender.troubles import SenderError

JOURNAL_NAME = ".guichet-sent.json"


class _Entry(TypedDict):
    counter: str
    digests: dict[str, str]
    go_ahead_begun: bool
    delivered_at: str | None


@dataclass(frozen=True, slots=True)
class SetRecord:
    """What is known of one set: the counter, the SHA-256 of each file by name, how far it came."""

    counter: str
    digests: Mapping[str, str] = field(default_factory=dict)
    go_ahead_begun: bool = False
    delivered_at: datetime | None = None


class Journal:
    """The records of the sets in one folder, kept in a small JSON file there."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / JOURNAL_NAME

    def record_of(self, key: SetKey, *, counter: str) -> SetRecord:
        """Return what is known of the set at that counter; an empty record when nothing is. Raises SenderError.

        What went over another channel counts too: a counter has one mailbox for all of them.
        """
        record = self._read().get(str(key))
        return record if record is not None and is_same_counter(record.counter, counter) else SetRecord(counter)

    def begin(self, key: SetKey, record: SetRecord) -> SetRecord:
        """Write down what is about to be uploaded."""
        return self._keep(key, record)

    def begin_go_ahead(self, key: SetKey, record: SetRecord) -> SetRecord:
        """Write down that the go-ahead file is about to be uploaded."""
        return self._keep(key, replace(record, go_ahead_begun=True))

    def conclude(self, key: SetKey, record: SetRecord, *, at: datetime) -> SetRecord:
        """Write down that the counter took the set over."""
        return self._keep(key, replace(record, delivered_at=at))

    def _keep(self, key: SetKey, record: SetRecord) -> SetRecord:
        with locked(self._path):
            records = {**self._read(), str(key): record}
            document = {name: _render(kept) for name, kept in records.items()}
            write_whole(self._path, json.dumps(document, indent=1, sort_keys=True).encode())
        return record

    def _read(self) -> dict[str, SetRecord]:
        if not self._path.exists():
            return {}
        try:
            return {name: _parse(entry) for name, entry in json.loads(self._path.read_bytes()).items()}
        except (ValueError, KeyError, TypeError, AttributeError) as trouble:
            raise SenderError(
                f"The journal {self._path} of what was sent cannot be read.",
                next_step="Move that file away; sets that are underway are then sent from their beginning.",
            ) from trouble


def _render(record: SetRecord) -> _Entry:
    return {
        "counter": record.counter,
        "digests": dict(record.digests),
        "go_ahead_begun": record.go_ahead_begun,
        "delivered_at": record.delivered_at.isoformat() if record.delivered_at else None,
    }


def _parse(entry: _Entry) -> SetRecord:
    delivered_at = entry["delivered_at"]
    return SetRecord(
        counter=str(entry["counter"]),
        digests={str(name): str(digest) for name, digest in entry["digests"].items()},
        go_ahead_begun=bool(entry["go_ahead_begun"]),
        delivered_at=None if delivered_at is None else datetime.fromisoformat(delivered_at),
    )
