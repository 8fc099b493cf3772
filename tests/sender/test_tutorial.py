"""Both ways of the tutorial, every command of them, at a real door and a real counter."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from commands.authority import Identity
from evidence.clock import SystemClock
from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench
from tests.door.conftest import database_url, free_port, start_door, stop_door
from tests.sender.tutorials import Terminal, follow

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
SENDER = "100123"
DOCUMENTED_PORT = "8022"


@dataclass
class Counter:
    """A counter laid out as the demo leaves one in `var/`."""

    bench: CounterBench
    folder: Path
    port: int
    terminal: Terminal

    def adapted(self, text: str) -> str:
        return text.replace(f"-P {DOCUMENTED_PORT}", f"-P {self.port}").replace(
            "--host 127.0.0.1", f"--host 127.0.0.1 --port {self.port}"
        )

    def follow(self, name: str) -> list[str]:
        return follow(TUTORIAL / name, self.terminal, adapted=self.adapted, after=self.bench.work)


def lay_out(home: Path, keys_home: Path, *, port: int) -> CounterBench:
    bench = open_bench(home, keys_home)
    bench.counter = replace(bench.counter, clock=SystemClock())
    make_sender(SENDER, entity=make_entity(), identity=bench.identity)
    authority: Identity = bench.authority.identity
    keys = home / "keys"
    authority.write(
        key_path=keys / "demo_senders_authority.key.pem", certificate_path=keys / "demo_senders_authority.cert.pem"
    )
    for folder in ("demo", "run"):
        (home / folder).mkdir()
    host_keys = [(keys / name).read_text() for name in ("sftp_host_ed25519.pub", "sftp_host_ecdsa.pub")]
    (home / "demo" / "known_hosts").write_text("".join(f"[127.0.0.1]:{port} {key}" for key in host_keys))
    (home / "run" / "database_url").write_text(database_url())
    return bench


@pytest.fixture
def counter(transactional_db: None, tmp_path: Path) -> Iterator[Counter]:
    home = tmp_path / "var"
    home.mkdir()
    port = free_port()
    bench = lay_out(home, tmp_path / "keys", port=port)
    process = start_door(home, port)
    unset = {"GUICHET_HOME", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    surroundings = {name: value for name, value in os.environ.items() if name not in unset}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    terminal = Terminal(tmp_path, surroundings | {"PATH": path})
    try:
        yield Counter(bench, tmp_path, port, terminal)
    finally:
        terminal.close()
        stop_door(process)


@pytest.mark.timeout(180)
def test_newcomer_comes_from_a_key_to_the_first_accepted_file_either_way(counter: Counter) -> None:
    assert counter.follow("with-openssl-and-openssh.md") == []
    counter.terminal.type(f"cd {counter.folder}")
    answers = [path.read_text() for path in sorted((counter.folder / "var/mine/answers").glob("FO.*"))]
    assert ["<ResultCode>1</ResultCode>" in answer for answer in answers] == [True, True]
    assert "\n".join(counter.follow("with-the-toolkit.md")) == ""
