"""A home of its own for each test of the stack, and a port that nobody listens on."""

import contextlib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="guichet-") as directory:
        yield Path(directory)
        for process in psutil.process_iter(["cwd"]):
            if process.info["cwd"] is not None and Path(process.info["cwd"]).is_relative_to(directory):
                with contextlib.suppress(psutil.NoSuchProcess):  # it ends with its parent
                    process.kill()


MAKE_FILES = """
import sys
from pathlib import Path
from commands.stack.embedded_server import EmbeddedServer

EmbeddedServer(Path(sys.argv[1])).prepare()
"""


@pytest.fixture(scope="session")
def made_files() -> Iterator[Path]:
    """The files of a database server that never ran: making them takes much longer than a copy."""
    with tempfile.TemporaryDirectory(prefix="guichet-") as directory:
        repository = Path(__file__).parents[2]
        subprocess.run([sys.executable, "-c", MAKE_FILES, directory], cwd=repository, check=True)
        yield Path(directory) / "pg"


@pytest.fixture
def initialised_home(home: Path, made_files: Path) -> Path:
    """A home with the files of a database server, for what is not about their making."""
    subprocess.run(["cp", "-a", made_files, home], check=True)
    return home


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
