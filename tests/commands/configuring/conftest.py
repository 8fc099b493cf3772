"""A configured sender, and a way to type commands."""

import io

import pytest

from channels.models import (
    Sender,
)
from commands.__main__ import main
from tests.commands.configuring.hand_ins import AUTHORITY, DAY, NOW, Run
from tests.counter_bench import make_entity, make_sender, trust_authority


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def typed(words: str, *more: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main([*words.split(), *more])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return typed


@pytest.fixture
def sender() -> Sender:
    trust_authority(AUTHORITY)
    return make_sender(
        "123456", entity=make_entity(), identity=AUTHORITY.issue_signer("First", at=NOW - 9 * DAY, lifetime=99 * DAY)
    )


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch):
    """What stands on standard input when a command reads it."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))
