"""`guichet eid-agent`: what it prints, how it ends, and that it needs neither Django nor a database."""

import subprocess
import sys
from pathlib import Path

import pytest

from commands.__main__ import main
from eid_agent import readers
from sender.troubles import ExitCode
from tests.architecture.repository import ROOT
from tests.auth.eid.cards import a_card

BARE = """
import sys
for name in ("django", "psycopg", "lxml", "structlog", "airflow", "asn1crypto", "paramiko", "httpx", "smartcard"):
    sys.modules[name] = None
from commands.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""Runs a command where only the agent's own requirements are installed, and pyscard is not."""


@pytest.fixture
def card(tmp_path) -> Path:
    path = tmp_path / "els.json"
    a_card().write(path)
    return path


def test_show_tells_about_the_card_without_a_pin(card, capsys):
    assert main(["eid-agent", "show", "--demo-card", str(card)]) == ExitCode.DONE
    told = capsys.readouterr().out
    assert "Card program: 1.8\nCard of Els Maria Peeters, valid until " in told
    assert "Tries left for the PIN: 3\nThe card can be used to sign in; no PIN was asked.\n" in told


@pytest.mark.parametrize(("language", "words"), [("nl", "Kaart van"), ("fr", "Carte de"), ("de", "Karte von")])
def test_the_agent_speaks_the_language_that_is_asked_for(card, capsys, language, words):
    main(["eid-agent", "show", "--demo-card", str(card), "--language", language])
    assert words in capsys.readouterr().out


def test_the_file_of_a_card_is_for_its_owner_alone(card):
    assert card.stat().st_mode & 0o077 == 0


def test_a_file_that_holds_no_card_is_told(tmp_path, capsys):
    path = tmp_path / "els.json"
    path.write_text("{}")

    assert main(["eid-agent", "show", "--demo-card", str(path)]) == ExitCode.REFUSED
    assert "no Belgian eID" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["--portal", "http://localhost", "--code", "ABCD-EFGH"], "must be https://", ExitCode.WRONG_USE),
        (["--portal", "https://localhost:1", "--code", "ABCD-EFGH"], "cannot be reached", ExitCode.NO_CONNECTION),
        (["--portal", "https://localhost:1", "--code", "ABCD"], "does not know this code", ExitCode.REFUSED),
    ],
)
def test_what_stands_against_a_sign_in_is_told_with_what_helps(card, capsys, arguments, words, code):
    assert main(["eid-agent", "login", *arguments, "--demo-card", str(card)]) == code
    assert words in capsys.readouterr().err


def test_without_a_reader_the_agent_says_so(monkeypatch, capsys):
    class NoReaders:
        def __init__(self, _scard: object) -> None:
            pass

        def names(self):
            return ()

        def close(self) -> None:
            pass

    monkeypatch.setattr(readers, "Readers", NoReaders)
    monkeypatch.setitem(sys.modules, "smartcard", sys)
    monkeypatch.setitem(sys.modules, "smartcard.scard", sys)

    assert main(["eid-agent", "show"]) == ExitCode.REFUSED
    assert "No card reader was found. (eid:no-reader)\nConnect the reader, then try again.\n" in capsys.readouterr().err


def run_bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BARE, "eid-agent", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_agent_runs_with_its_own_requirements_alone(card):
    done = run_bare("show", "--demo-card", str(card))
    assert (done.returncode, "Els Maria Peeters" in done.stdout) == (0, True), done.stderr


def test_without_pyscard_the_agent_says_what_to_install():
    done = run_bare("show")
    assert (done.returncode, done.stdout) == (ExitCode.WRONG_USE, "")
    assert "Install pyscard" in done.stderr


def test_a_pin_is_no_option():
    done = run_bare("login", "--help")
    assert "--pin" not in done.stdout.lower()
