"""Deliver payloads as a sender does, from the GO on measured: seal, judge, file, and the last notification is ready."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from commands.bench.intake import open_bench_mailbox
from commands.demo.installation import SENDER_NUMBER
from domain.brussels import brussels_date
from domain.environments import Tray
from domain.mailboxes import UploadStart
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from datetime import datetime

    from channels.mailboxes import Mailbox
    from ingest.work import Counter

CHUNK = 1024 * 1024


@dataclass(slots=True)
class Deliveries:
    """One sender's deliveries through its mailbox; names are never used twice."""

    signer: PayloadSigner
    purpose: str = "DIMN"
    sequence: int = 0
    mailbox: "Mailbox" = field(default_factory=open_bench_mailbox)

    def upload(self, payload: Path, *, at: "datetime") -> str:
        """Upload a payload with its signature; return the name of the GO that is still to come."""
        self.sequence += 1
        key = f"{self.purpose}.{SENDER_NUMBER}.{brussels_date(at):%Y%m%d}.{self.sequence:05d}.R"
        with payload.open("rb") as content:
            signature = self.signer.sign(content)
        self._put(f"FI.{key}.1.1", payload)
        signed = payload.with_suffix(".signature")
        signed.write_bytes(signature)
        self._put(f"FS.{key}.1.1", signed)
        return f"GO.{key}.1"

    def go(self, name: str) -> None:
        """Give the go-ahead, which seals the set."""
        self.mailbox.begin_upload(Tray.IN, name, start=UploadStart.EMPTY).close()

    def _put(self, name: str, source: Path) -> None:
        upload = self.mailbox.begin_upload(Tray.IN, name, start=UploadStart.EMPTY)
        offset = 0
        with source.open("rb") as content:
            while chunk := content.read(CHUNK):
                upload.write(offset, chunk)
                offset += len(chunk)
        upload.close()


def file_measured(deliveries: Deliveries, payload: Path, *, counter: "Counter", at: "datetime") -> float:
    """Return the seconds from the GO of `payload` to its last notification; ValueError when it was not filed."""
    go = deliveries.upload(payload, at=at)
    began = time.perf_counter()
    deliveries.go(go)
    report = counter.work_once("bench")
    seconds = time.perf_counter() - began
    if report.filed != 1:
        raise ValueError("a delivery of the bench was not filed")
    return seconds
