"""The how-to, every command of it, by curl and openssl at the running service."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.models import SenderChannel
from domain.environments import Tray
from evidence.models import Submission
from tests.counter_bench import make_entity, make_sender
from tests.dimona_files import a_payload, an_in
from tests.sender.tutorials import Terminal, follow
from tests.web.conftest import RSA_KEY, Server, Web, make_client, open_counter, private_pem

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "deliver-by-web-service.md"
SENDER = "100123"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    folder = tmp_path / "sender"
    folder.mkdir()
    terminal = Terminal(folder, dict(os.environ))
    yield terminal
    terminal.close()


@pytest.fixture
def counter(server: Server, transactional_db: None, tmp_path: Path) -> Web:
    bench = open_counter(server.home, tmp_path)
    bench.number = SENDER
    sender = make_sender(SENDER, entity=make_entity(), identity=bench.identity)
    SenderChannel.objects.create(sender=sender, channel="WEB_SERVICE")
    return Web(server, bench, sender, make_client(sender))


def test_every_command_of_the_how_to_works(counter: Web, terminal: Terminal, tmp_path: Path):
    folder = tmp_path / "sender"
    (folder / "client.key.pem").write_bytes(private_pem(RSA_KEY))
    (folder / "declarations.xml").write_bytes(a_payload(an_in()))
    counter.bench.identity.write(key_path=folder / "signer.key.pem", certificate_path=folder / "signer.cert.pem")
    shutil.copy(counter.server.authority, folder / "authority.cert.pem")
    shutil.copy(tmp_path / "keys" / "answers.cert.pem", folder / "answers.cert.pem")
    shutil.copy(tmp_path / "keys" / "authority.cert.pem", folder / "answers.authority.pem")

    wrong = follow(
        HOW_TO,
        terminal,
        adapted=lambda text: text.replace("https://localhost:8443", counter.server.url).replace(
            "-CAfile authority.cert.pem", "-CAfile answers.authority.pem"
        ),
        after=counter.bench.work,
    )

    assert wrong == []
    assert Submission.objects.filter(channel="WEB_SERVICE", state="FILED").count() >= 1
    assert counter.bench.mailbox().list_tray(Tray.OUT) == []
