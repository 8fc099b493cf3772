"""A counter to measure: its database, its keys and one sender, in a folder that is gone afterwards."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.bench.doors.children import running_child
from commands.demo.installation import DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from domain.refusals import OutageError

_START_SECONDS = 60.0
_PAUSE = 0.05
_ROOMY = {"GUICHET_STAGING_MAX_FILES": "100000", "GUICHET_STAGING_MAX_BYTES": str(64 * 1024**3)}


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the counter lives, and the keys of the sender that may come through its doors."""

    home: Path
    keys: DemoKeys

    @contextmanager
    def running(self, words: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[int]:
        """Run `python -m words` until the block ends, once something listens at `port`; give its process id."""
        command = [sys.executable, "-m", *words]
        with running_child(
            command, log=self.home / f"{words[0]}-{port}.log", environment={**_ROOMY, **environment}
        ) as process:
            wait_for_listener(port, process)
            yield process.pid

    def empty_inboxes(self) -> None:
        """Forget what is staged, so that every measurement begins alike."""
        from channels.models import Delivery, DeliveryState, StagedFile  # noqa: PLC0415 - Django is set up by now

        for path in StagedFile.objects.values_list("path", flat=True):
            (self.home / "staging" / path).unlink(missing_ok=True)
        StagedFile.objects.all().delete()
        Delivery.objects.filter(state=DeliveryState.OPEN).update(state=DeliveryState.CANCELLED)

    def make_bench_table(self) -> None:
        """Make the table that a bare server commits a row to for each file, unless it is there."""
        from django.db import connection  # noqa: PLC0415 - Django is set up by now

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_kept (id bigserial PRIMARY KEY, name text NOT NULL)")

    def count_sealed(self) -> int:
        """Return how many submissions were sealed so far."""
        from evidence.models import Submission  # noqa: PLC0415 - Django is set up by now

        return Submission.objects.count()


@contextmanager
def open_installation() -> Iterator[Installation]:
    """Make a counter with one sender, its database running until the block ends."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        from commands.compose import set_up_django  # noqa: PLC0415 - the database must be there

        set_up_django()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        Path(folder).chmod(0o755)  # proftpd gives up its rights and must still reach its own folder
        make_missing_keys(Path(folder) / "keys")
        keys = DemoKeys(Path(folder) / "sender")
        install_demo_sender(keys, home=Path(folder), sftp_port=0, at=utc_now())
        yield Installation(Path(folder), keys)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_listener(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once something listens at `port`; OutageError when the process ends before, or nothing does in time."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(_PAUSE)
    raise OutageError(f"{process.args!r} does not listen at port {port}")
