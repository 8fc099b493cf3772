"""Measure how fast small submissions are sealed and drained, beside the same bytes merely stored and committed."""

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.bench.national_numbers import national_number
from commands.demo.declarations import DemoFile, PlannedWork, render_dimona
from commands.demo.installation import OWN_NSSO, SENDER_NUMBER, USER_NAME, DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from domain.brussels import brussels_date
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from channels.mailboxes import Mailbox

SUBMISSIONS = 300
FORMS = 16
ROUNDS = 3


def measure() -> dict[str, float]:
    """Return medians over rounds: submissions sealed, drained and barely stored, each in submissions a second."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        from commands.compose import compose_counter, set_up_django  # noqa: PLC0415 - the database must be there

        set_up_django()
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        make_missing_keys(Path(folder) / "keys")
        keys = DemoKeys(Path(folder) / "sender")
        install_demo_sender(keys, home=Path(folder), sftp_port=0, at=utc_now())
        counter = compose_counter(settings.GUICHET)
        sets = _Sets(keys)
        sealed, drained, bare = [], [], []
        for _ in range(ROUNDS):
            batch = sets.make(SUBMISSIONS)
            sealed.append(_rate(partial(_seal, batch), SUBMISSIONS))
            drained.append(_rate(partial(counter.work_once, "bench"), SUBMISSIONS))
            bare.append(_rate(partial(_store_barely, batch, Path(folder)), SUBMISSIONS))
    rates = [statistics.median(values) for values in (sealed, drained, bare)]
    return {
        "sealed_per_s": rates[0],
        "small_submissions_per_s": rates[1],
        "declarations_per_s": rates[1] * FORMS,
        "bare_stores_per_s": rates[2],
        "ratio_to_bare": rates[1] / rates[2],
        "forms_a_submission": FORMS,
        "submissions_a_round": SUBMISSIONS,
    }


def _rate(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


class _Sets:
    """Makes signed sets of declarations for ever new students."""

    def __init__(self, keys: DemoKeys) -> None:
        self._signer = PayloadSigner.load(keys.signing_key, keys.certificate)
        self._number = self._student = 0

    def make(self, count: int) -> list[tuple[str, bytes, bytes]]:
        """Return keys, payloads and signature files of `count` sets."""
        at = utc_now()
        made = []
        for _ in range(count):
            self._number += 1
            payload = render_dimona(DemoFile("bench", tuple(self._work(at) for _ in range(FORMS))), at=at)
            key = f"DIMN.{SENDER_NUMBER}.{brussels_date(at):%Y%m%d}.{self._number:05d}.R"
            made.append((key, payload, self._signer.sign(payload)))
        return made

    def _work(self, at: datetime) -> PlannedWork:
        self._student += 1
        start = date(at.year + 1, 7, 1)
        student = national_number(self._student)
        return PlannedWork(str(self._student), "", student, OWN_NSSO, start, start + timedelta(days=30), 100)


def _seal(batch: list[tuple[str, bytes, bytes]]) -> None:
    mailbox = open_bench_mailbox()
    from domain.environments import Tray  # noqa: PLC0415
    from domain.mailboxes import UploadStart  # noqa: PLC0415

    for key, payload, signature in batch:
        for name, content in ((f"FI.{key}.1.1", payload), (f"FS.{key}.1.1", signature), (f"GO.{key}.1", b"")):
            upload = mailbox.begin_upload(Tray.IN, name, start=UploadStart.EMPTY)
            upload.write(0, content)
            upload.close()


def open_bench_mailbox() -> "Mailbox":
    """Return the mailbox of the sender that `install_demo_sender` made; Django must be set up."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by `measure`

    from channels.inboxes import StagingQuota  # noqa: PLC0415
    from channels.logins import ChannelLogin  # noqa: PLC0415
    from channels.mailboxes import Mailboxes  # noqa: PLC0415
    from channels.staging import StagingArea  # noqa: PLC0415
    from commands.compose import compose_sealer  # noqa: PLC0415
    from domain.channels import Channel  # noqa: PLC0415
    from domain.sender_numbers import SenderNumber  # noqa: PLC0415
    from evidence.blobs import LocalBlobStore  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415

    home = settings.GUICHET.home
    mailboxes = Mailboxes(
        staging=StagingArea(home / "staging"),
        quota=StagingQuota(settings.GUICHET.staging_max_bytes, settings.GUICHET.staging_max_files),
        seal=compose_sealer(settings.GUICHET),
        blobs=LocalBlobStore(home / "blobs"),
        clock=SystemClock(),
    )
    return mailboxes.open_mailbox(ChannelLogin(SenderNumber(SENDER_NUMBER), USER_NAME, Channel.SFTP))


def _store_barely(batch: list[tuple[str, bytes, bytes]], folder: Path) -> None:
    """Write and fsync each payload and commit one row for it: what no counter can do without."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by `measure`

    target = folder / "bare"
    target.mkdir(exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id text, at timestamptz)")
        for key, payload, _ in batch:
            path = target / secrets.token_hex(8)
            with path.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            cursor.execute("INSERT INTO bench_bare VALUES (%s, %s)", [key, datetime.now(UTC)])
