"""The files of a database server in which every table is made, copied for each process of a run: making them takes longer."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.stack.ephemeral_database import ephemeral_database
from domain.refusals import OutageError

PLACE = "GUICHET_TESTS_SERVER"
"""The variable that tells the processes of a run where the files are made."""
SECONDS = 180.0
_ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def server_in_the_making() -> Iterator[Path]:
    """Give the folder in which another process makes the files meanwhile."""
    with (
        tempfile.TemporaryDirectory(prefix="guichet-") as folder,
        subprocess.Popen([sys.executable, "-m", "tests.migrated_server", folder], cwd=_ROOT),
    ):
        yield Path(folder)


def copy_server(home: Path) -> None:
    """Give `home` a copy of the files, once they are made; raises OutageError when they never are."""
    made, deadline = Path(os.environ[PLACE]), time.monotonic() + SECONDS
    while not _mark(made).exists():
        if time.monotonic() > deadline:
            raise OutageError(f"no tables were made in {made}")
        time.sleep(0.1)
    subprocess.run(["cp", "-a", made / "pg", home], check=True)


def _make(folder: Path) -> None:
    with ephemeral_database(folder) as url:
        os.environ |= {
            "DATABASE_URL": url,
            "GUICHET_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        import django  # noqa: PLC0415 - only now can its settings be read
        from django.core.management import call_command  # noqa: PLC0415 - likewise

        django.setup()
        call_command("migrate", verbosity=0)
    _mark(folder).touch()


def _mark(folder: Path) -> Path:
    return folder / "made"


if __name__ == "__main__":
    gc.disable()  # states of migrations are many, and all is garbage at the end
    _make(Path(sys.argv[1]))
