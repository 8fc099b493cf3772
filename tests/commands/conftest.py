"""What every command gets in tests: a state folder of its own, so that no number is used up, and hashes that cost little."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import extract_parameters

from auth.locksmith import CODE_HASHER, PASSWORD_HASHER
from commands.bench.doors.installation import Installation
from commands.demo.installation import DemoKeys, install_demo_sender
from evidence.clock import SystemClock
from tests.auth.builders import CHEAP
from tests.door.conftest import database_url
from tests.made_keys import lay_keys

CHEAPLY = extract_parameters(CHEAP.hash(""))


@pytest.fixture(autouse=True)
def _hashed_cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read their own locksmith; what a hash costs in truth is shown in `tests/auth/test_locksmith.py`."""
    for hasher in (PASSWORD_HASHER, CODE_HASHER):
        monkeypatch.setattr(hasher, "_parameters", CHEAPLY)


@pytest.fixture(autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def bench_installation(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[Installation]:
    """A counter to measure, on the test database, in a folder that a server without our rights can reach."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        monkeypatch.setenv("GUICHET_HOME", folder)
        monkeypatch.setenv("DATABASE_URL", database_url())
        settings.GUICHET = replace(settings.GUICHET, home=home, trust=home / "trust")
        lay_keys(home / "keys")
        keys = DemoKeys(home / "sender")
        install_demo_sender(keys, home=home, sftp_port=0, at=SystemClock().now())
        yield Installation(home, keys)
