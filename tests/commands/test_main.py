import importlib
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import paramiko
import pytest

from commands.__main__ import COMMANDS, Command, main
from domain.brussels import brussels_date
from tests.sender.builders import PAYLOAD, an_identity

ROOT = Path(__file__).resolve().parents[2]
SENDERS_COMMANDS = ("init", "check", "name", "sign", "send", "collect")
BLOCKED = (
    "django",
    "airflow",
    "psycopg",
    "sqlite3",
    "gunicorn",
    "evidence",
    "registers",
    "channels",
    "ingest",
    "portal",
)
HEAVY = ("cryptography", "paramiko", "httpx", "joserfc", "ftplib", "lxml", "asn1crypto", "signing", "validators")
CHANNELS = {"sftp": ("paramiko",), "ftp": ("ftplib",), "web": ("httpx", "joserfc")}

PRELUDE = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Blocked())
"""


def run_blocked(*words: str, after: str = "") -> subprocess.CompletedProcess[str]:
    program = (
        f"{PRELUDE}\nfrom commands.__main__ import main\ntry:\n    code = main({list(words)!r})\n"
        f"except SystemExit as end:\n    code = end.code\n{after}\nsys.exit(code)"
    )
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )


def test_overview_lists_every_command_and_imports_none_of_them() -> None:
    after = f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    result = run_blocked("--help", after=after)
    assert result.returncode == 0
    assert all(f"  {command.name} " in result.stdout for command in COMMANDS)
    assert "HEAVY []" in result.stdout


@pytest.mark.parametrize("command", SENDERS_COMMANDS)
def test_senders_command_imports_no_server_and_no_database(command: str) -> None:
    result = run_blocked(command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "exit codes" in result.stdout


def test_senders_commands_do_their_work_without_server_and_database(tmp_path: Path) -> None:
    payload = tmp_path / f"FI.DIMN.123456.{brussels_date(datetime.now(UTC)):%Y%m%d}.00001.R.1.1"
    payload.write_bytes(PAYLOAD)
    key, certificate = map(str, an_identity().write(tmp_path))
    login_key = tmp_path / "login"
    paramiko.ECDSAKey.generate().write_private_key_file(str(login_key))
    nowhere = ["--host", "127.0.0.1", "--port", "1", "--user", "u", "--identity", str(login_key)]
    nowhere += ["--host-key-fingerprint", "SHA256:none"]
    signed = run_blocked("sign", str(payload), "--key", key, "--certificate", certificate)
    checked = run_blocked("check", str(payload))
    sent = run_blocked("send", str(payload), *nowhere)
    collected = run_blocked("collect", "--to", str(tmp_path), "--platform-certificate", certificate, *nowhere)
    assert [signed.returncode, checked.returncode, sent.returncode, collected.returncode] == [0, 1, 3, 3]
    assert "blocked" not in signed.stderr + checked.stderr + sent.stderr + collected.stderr


@pytest.mark.parametrize("channel", CHANNELS)
def test_only_the_channel_in_use_is_imported(channel: str, tmp_path: Path) -> None:
    every = [name for names in CHANNELS.values() for name in names]
    key, _ = an_identity().write(tmp_path)
    login_key = tmp_path / "login"
    paramiko.ECDSAKey.generate().write_private_key_file(str(login_key))
    payload = tmp_path / f"FI.DIMN.123456.{brussels_date(datetime.now(UTC)):%Y%m%d}.00001.S.1.1"
    payload.write_bytes(PAYLOAD)
    words = ["--channel", channel, "--host", "127.0.0.1", "--port", "1", "--user", "u", "--identity", str(login_key)]
    words += ["--host-key-fingerprint", "SHA256:none", "--client", "c", "--client-key", str(key)]
    after = f"print('IMPORTED', [name for name in {every!r} if name in sys.modules])"
    sent = run_blocked("send", str(payload), *words, after=after)
    assert (sent.returncode, "cannot be reached" in sent.stderr) == (3, True)
    assert f"IMPORTED {list(CHANNELS[channel])}" in sent.stdout


def test_check_imports_no_channel(tmp_path: Path) -> None:
    every = [name for names in CHANNELS.values() for name in names]
    (tmp_path / "payload.xml").write_bytes(PAYLOAD)
    after = f"print('IMPORTED', [name for name in {every!r} if name in sys.modules])"
    assert "IMPORTED []" in run_blocked("check", str(tmp_path / "payload.xml"), after=after).stdout


def test_version_is_told() -> None:
    told = run_blocked("--version")
    assert (told.returncode, told.stdout) == (0, f"guichet {version('guichet')}\n")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_table_can_be_run(command: Command) -> None:
    module = importlib.import_module(command.module)
    assert callable(module.add_arguments)
    assert callable(module.run)


def test_names_of_commands_are_unique() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_no_words_show_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 0
    assert "for senders" in capsys.readouterr().out


def test_unknown_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["sing"])
    assert end.value.code == 2
    assert "sign" in capsys.readouterr().err


def test_trouble_is_two_sentences_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "nothing.xml", "--host", "h", "--user", "u", "--identity", "i"]) == 2
    what, next_step = capsys.readouterr().err.splitlines()
    assert what.endswith(".")
    assert next_step.startswith("Give the FI file")
