"""A home of its own for each test of the stack, and a port that nobody listens on."""

import socket
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
                process.kill()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
