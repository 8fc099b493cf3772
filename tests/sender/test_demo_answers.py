"""The demo collects the answers to its own deliveries; those to what somebody delivered beside it wait for him."""

from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from commands.demo.answers import AnswerInbox, AnswersWrongError
from commands.demo.installation import USER_NAME, DemoKeys
from tests.sender.builders import GO_NAME, Identity, an_acknowledgement, an_identity
from tests.sender.counter import RehearsalCounter, open_counter
from tests.sender.test_collect import KEY, offer

OTHERS = "GO.DIMN.100123.20260415.MINE1.R.1"
OTHERS_KEY = "ACRF.999999.20260415.00002.R"


@pytest.fixture
def counter(tmp_path: Path, host_key: paramiko.PKey, login_key: paramiko.PKey) -> Iterator[RehearsalCounter]:
    with open_counter(tmp_path / "counter", host_key=host_key, login_key=login_key, user=USER_NAME) as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path: Path, counter: RehearsalCounter, platform: Identity) -> AnswerInbox:
    keys, server_keys = DemoKeys(tmp_path / "demo"), tmp_path / "keys"
    for folder in (keys.folder, server_keys):
        folder.mkdir()
    counter.login_key.write_private_key_file(str(keys.ssh_key))
    keys.known_hosts.write_text(
        f"[127.0.0.1]:{counter.port} {counter.host_key.get_name()} {counter.host_key.get_base64()}\n"
    )
    for name in ("answers.cert.pem", "authority.cert.pem"):
        (server_keys / name).write_bytes(platform.certificate.public_bytes(Encoding.PEM))
    return AnswerInbox(tmp_path / "answers", keys, server_keys, counter.port, [GO_NAME])


def names_here(inbox: AnswerInbox) -> set[str]:
    return {path.name for path in inbox.folder.iterdir() if path.name[:2] in {"FO", "FS", "GO"}}


def test_answers_to_its_own_deliveries_are_collected_and_those_of_others_stay_as_they_are(
    inbox: AnswerInbox, counter: RehearsalCounter, platform: Identity
) -> None:
    offer(counter, platform, an_acknowledgement(name=OTHERS), key=OTHERS_KEY)
    offer(counter, platform)

    assert [answer.name for answer in inbox.collect()] == [f"FO.{KEY}"]
    assert counter.names("OUT") == {f"{prefix}.{OTHERS_KEY}" for prefix in ("FO", "FS", "GO")}
    assert names_here(inbox) == {f"{prefix}.{KEY}" for prefix in ("FO", "FS", "GO")}


def test_answers_of_others_are_looked_at_once(
    inbox: AnswerInbox, counter: RehearsalCounter, platform: Identity
) -> None:
    offer(counter, platform, an_acknowledgement(name=OTHERS), key=OTHERS_KEY)
    assert list(inbox.collect()) == []
    counter.events.clear()
    assert list(inbox.collect()) == []

    assert [name for event, name in counter.events if event == "open"] == []


def test_what_cannot_be_verified_fails_the_demo(
    inbox: AnswerInbox, counter: RehearsalCounter, platform: Identity
) -> None:
    offer(counter, an_identity(common_name="Somebody"))
    with pytest.raises(AnswersWrongError, match=r"^FO"):
        list(inbox.collect())

    assert len(counter.names("OUT")) == 3
