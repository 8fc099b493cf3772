"""A large signed delivery comes through the door by OpenSSH, is filed by `guichet work`, and its answers are fetched.

`LARGE_MB` says how large: `make large` sends 50 MB.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from commands.bench.dimona.payloads import PayloadWriter
from domain.environments import Tray
from registers.student_days.models import Declaration, Period
from tests.dimona_files import EMPLOYER_NSSO
from tests.door.conftest import REPOSITORY, Door, database_url
from tests.ingest.answer_checks import read_content, require_valid_answer

LARGE_MB = int(os.environ.get("LARGE_MB", "5"))
BYTES_OF_A_FORM = 1_150
MOST_MEMORY_KIB = 400 * 1024


def write_large_set(door: Door) -> tuple[str, int]:
    """Write a signed set; return its key and how many declarations it has."""
    forms = LARGE_MB * 1024 * 1024 // BYTES_OF_A_FORM
    payload = door.folder / "payload.xml"
    size = PayloadWriter(EMPLOYER_NSSO).write(payload, forms=forms, at=door.bench.clock.now())
    assert size > LARGE_MB * 1024 * 1024 * 0.9
    return door.write_set(payload.read_bytes()), forms


def work(door: Door) -> int:
    """Let a worker of its own do all that waits; return the most memory that it had, in KiB.

    Asked of the process itself: what the system says of a child that ended counts what its parent had, too.
    """
    most = 0
    chosen = {"GUICHET_HOME": str(door.bench.home), "DATABASE_URL": database_url()}
    with (door.bench.home / "work.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "commands", "work", "--once"],
            cwd=REPOSITORY,
            env=os.environ | chosen,
            stdout=log,
            stderr=log,
        )
    while process.poll() is None:
        most = max(most, most_memory_of(process))
        time.sleep(0.05)
    assert process.returncode == 0, (door.bench.home / "work.log").read_text()
    assert most
    return most


def most_memory_of(process: subprocess.Popen[bytes]) -> int:
    """Return the most memory that the process had until now, in KiB; 0 when it has just ended."""
    peaks = re.findall(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(peaks[0]) if peaks else 0


def fetch(door: Door) -> Path:
    """Fetch all answers by OpenSSH and delete them at the counter, as a sender does."""
    (door.folder / "answers").mkdir()
    done = door.sftp("get OUT/* answers/\nrm OUT/*\n")
    assert done.returncode == 0, done.stderr
    return door.folder / "answers"


def is_signed(answer: Path, certificate: Path) -> bool:
    """Whether openssl finds the signature beside the answer to be that of the counter."""
    verified = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "PEM", "-content", answer, "-in", "/dev/stdin"),
            *("-certfile", certificate, "-noverify", "-out", "/dev/null"),
        ],
        input=b"-----BEGIN CMS-----\n"
        + answer.with_name(f"FS{answer.name[2:]}").read_bytes().strip()
        + b"\n-----END CMS-----\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    return verified.returncode == 0


@pytest.mark.timeout(1800)
def test_a_large_delivery_is_sent_filed_and_answered(door: Door):
    key, forms = write_large_set(door)
    sent = door.put_set(key)
    assert sent.returncode == 0, sent.stderr
    worker_memory = work(door)
    answers = fetch(door)

    (acknowledgement,) = answers.glob("FO.ACRF.*")
    assert require_valid_answer(acknowledgement.read_bytes()).findtext(".//ResultCode") == "1"
    results: Counter[str | None] = Counter()
    for notification in sorted([*answers.glob("FO.NOTI.*"), *answers.glob("CO.NOTI.*")]):
        root = require_valid_answer(read_content(notification.name, notification.read_bytes()))
        results.update(form.findtext("HandlingResult/ResultCode") for form in root.iterfind("Form"))
        assert is_signed(notification, door.bench.home / "keys" / "answers.cert.pem")
    assert results == {"1": forms}
    assert (Declaration.objects.filter(accepted=True).count(), Period.objects.count()) == (forms, forms)
    assert door.bench.mailbox().list_tray(Tray.OUT) == []
    assert max(worker_memory, most_memory_of(door.process)) < MOST_MEMORY_KIB
