"""How to register a sender, every command of it: nothing is done in a Python shell any more."""

import shlex
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from channels.models import Sender, SenderCertificate, SshKey, WebClient
from commands.__main__ import main
from commands.authority import Authority, certificate_pem, crl_pem
from domain.brussels import brussels_date
from domain.quarters import Quarter
from tests.sender.tutorials import is_shown, steps_of

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "register-a-sender.md"
ROTATION = HOW_TO.with_name("rotate-keys.md")
DOCUMENTED_CERTIFICATE = "3f9a41c07d22"
DOCUMENTED_CLIENT = "self_service_chaman_123456_abcdefghij"
DOCUMENTED_QUARTER = "20264"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def lay_out(folder: Path) -> None:
    """Lay the files there that the sender handed in, and the authority that the operator trusts."""
    authority = Authority.create("Authority of senders", at=NOW - DAY, lifetime=999 * DAY)
    for name in ("signer", "client"):
        identity = authority.issue_signer(name, at=NOW - DAY, lifetime=90 * DAY)
        (folder / f"{name}.cert.pem").write_text(certificate_pem(identity.certificate))
        public = identity.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (folder / f"{'web_client' if name == 'signer' else 'second'}.pub.pem").write_bytes(public)
    for name in ("ssh_key", "new_ssh_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    for name in ("anchors", "crls"):
        (folder / "trust" / name).mkdir(parents=True)
    (folder / "trust" / "anchors" / "a.pem").write_text(certificate_pem(authority.identity.certificate))
    (folder / "trust" / "crls" / "a.pem").write_text(crl_pem(authority.issue_crl(at=NOW - DAY, lifetime=9 * DAY)))


def adapted(words: str) -> list[str]:
    """Put what this run really made in place of what the document names, and its quarter, since none may be over."""
    words = words.replace(f"--until {DOCUMENTED_QUARTER}", f"--until {Quarter.of(brussels_date(datetime.now(UTC)))}")
    if DOCUMENTED_CLIENT in words:
        words = words.replace(DOCUMENTED_CLIENT, WebClient.objects.earliest("pk").client_id)
    if DOCUMENTED_CERTIFICATE in words:
        words = words.replace(DOCUMENTED_CERTIFICATE, SenderCertificate.objects.latest("pk").sha256[:12])
    return shlex.split(words)


@pytest.fixture
def shop(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        settings, "GUICHET", replace(settings.GUICHET, trust=tmp_path / "trust", trust_fetch=False, home=tmp_path)
    )
    return tmp_path


def follow(document: Path, capsys: pytest.CaptureFixture[str], *, withdrawn_again: bool = False) -> list[str]:
    """Run every command, and return those that failed or printed something else than is shown."""
    wrong = []
    for step in steps_of(document):
        for line in step.typed.strip().splitlines():
            program, *words = adapted(line)
            if program != "guichet":
                continue
            code = main(words)
            printed = capsys.readouterr()
            told = printed.out + printed.err
            if code or (step.shown is not None and not is_shown(step.shown, told)):
                wrong.append(f"$ {line}\n{told}")
            if withdrawn_again and "withdraw" in words:
                SenderCertificate.objects.update(state="ACTIVE", withdrawn_at=None)
    return wrong


def test_every_command_of_the_how_to_does_what_it_shows(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "\n".join(follow(HOW_TO, capsys, withdrawn_again=True)) == ""
    sender = Sender.objects.get()
    assert (sender.number, sender.state, sender.language) == ("123456", "RETIRED", "nl")


def test_a_senders_key_is_rotated_by_commands(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "senders add 0412345614 --name Office --number 100123 --contact IT --mail it@o.example"
    assert main(words.split()) == 0
    assert main(["ssh-keys", "add", "ssh_key.pub", "--sender", "100123"]) == 0
    lines = [line for step in steps_of(ROTATION) for line in step.typed.splitlines() if "ssh-keys" in line]
    old = subprocess.run(["ssh-keygen", "-lf", "ssh_key.pub"], check=True, capture_output=True, text=True).stdout
    codes = [main([old.split()[1] if "SHA256:" in word else word for word in line.split()[1:]]) for line in lines]
    assert codes == [0, 0, 0]
    assert sorted(SshKey.objects.values_list("state", flat=True)) == ["ACTIVE", "REVOKED"]
