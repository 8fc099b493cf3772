"""A rehearsal counter on the loopback, a platform and a sender with their keys, a folder of work."""

from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from commands.__main__ import main
from tests.sender.builders import Identity, an_identity
from tests.sender.counter import RehearsalCounter, open_counter

Collect = Callable[..., int]


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder / "guichet"


@pytest.fixture(scope="session")
def host_key() -> paramiko.PKey:
    return paramiko.ECDSAKey.generate()


@pytest.fixture(scope="session")
def login_key() -> paramiko.PKey:
    return paramiko.ECDSAKey.generate()


@pytest.fixture(scope="session")
def sender() -> Identity:
    return an_identity()


@pytest.fixture(scope="session")
def platform() -> Identity:
    return an_identity(common_name="Platform")


@pytest.fixture
def counter(tmp_path: Path, host_key: paramiko.PKey, login_key: paramiko.PKey) -> Iterator[RehearsalCounter]:
    with open_counter(tmp_path / "counter", host_key=host_key, login_key=login_key, user="EXP_1") as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def connection_words(counter: RehearsalCounter, tmp_path: Path) -> list[str]:
    """The options that reach the counter, trusting its key through a known-hosts file."""
    identity = tmp_path / "identity"
    counter.login_key.write_private_key_file(str(identity))
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(
        f"[127.0.0.1]:{counter.port} {counter.host_key.get_name()} {counter.host_key.get_base64()}\n"
    )
    words = ["--host", "127.0.0.1", "--port", str(counter.port), "--user", counter.user]
    return [*words, "--identity", str(identity), "--known-hosts", str(known_hosts)]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "answers"


@pytest.fixture
def collect(connection_words: list[str], platform: Identity, tmp_path: Path, target: Path) -> Collect:
    _, certificate = platform.write(tmp_path, name="platform")

    def run(*words: str) -> int:
        known = ["--to", str(target), "--platform-certificate", str(certificate)]
        return main(["collect", *known, *connection_words, *words])

    return run
