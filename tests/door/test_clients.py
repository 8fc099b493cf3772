"""The clients that senders use, through the real door: lftp, paramiko, and our own tools."""

import subprocess
import sys

import paramiko
import pytest

from domain.environments import Tray
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import REPOSITORY, Door

PAYLOAD = a_payload(an_in(start="2030-07-01", end="2030-07-31"))


@pytest.fixture
def door(lasting_door: Door) -> Door:
    return lasting_door


def acknowledged(door: Door) -> list[list[str]]:
    door.bench.work()
    return [answer.codes for answer in door.bench.answers("ACRF")]


def lftp(door: Door, commands: str) -> subprocess.CompletedProcess[str]:
    connect = (
        f"ssh -a -x -i {door.key} -o IdentitiesOnly=yes -o UserKnownHostsFile={door.folder / 'known_hosts'} "
        f"-o StrictHostKeyChecking=yes"
    )
    script = f'set sftp:connect-program "{connect}"\nset net:max-retries 1\n'
    script += f"open -u {door.user},unused sftp://127.0.0.1:{door.port}\n{commands}\nbye\n"
    return subprocess.run(
        ["lftp", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=door.folder,
    )


def test_lftp_delivers_and_mirrors_the_answers(door: Door):
    key = door.write_set(PAYLOAD)
    put = lftp(door, f"cd IN\nput FI.{key}.1.1\nput FS.{key}.1.1\nput GO.{key}.1")
    assert put.returncode == 0, put.stderr
    assert acknowledged(door) == [[]]
    mirrored = lftp(door, "mirror --Remove-source-files OUT answers")

    assert mirrored.returncode == 0, mirrored.stderr
    assert len(list((door.folder / "answers").iterdir())) == 6
    assert door.bench.mailbox().list_tray(Tray.OUT) == []


def test_paramiko_delivers_and_reads_the_answers(door: Door):
    key = door.write_set(PAYLOAD)
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(door.folder / "known_hosts"))
        client.connect(
            "127.0.0.1", door.port, door.user, key_filename=str(door.key), allow_agent=False, look_for_keys=False
        )
        with client.open_sftp() as session:
            assert session.listdir("/") == ["IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"]
            for name in (f"FI.{key}.1.1", f"FS.{key}.1.1", f"GO.{key}.1"):
                session.put(str(door.folder / name), f"/IN/{name}")
            assert acknowledged(door) == [[]]
            (content,) = (name for name in session.listdir("/OUT") if name.startswith("FO.ACRF"))
            with session.open(f"/OUT/{content}") as answer:
                assert answer.read() == door.bench.answers("ACRF")[0].content


@pytest.mark.parametrize(("setting", "offered"), [("on", True), ("off", False)])
def test_signatures_of_sha1_are_offered_where_the_setting_says_so(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, setting: str, offered: bool
):
    monkeypatch.setenv("GUICHET_SFTP_ACCEPT_SSH_RSA", setting)
    transport = paramiko.Transport(("127.0.0.1", request.getfixturevalue("own_door").port))
    transport.start_client(timeout=10)
    with pytest.raises(paramiko.SSHException):
        transport.auth_none("EXP_123456")
    algorithms = transport.server_extensions["server-sig-algs"].decode().split(",")
    transport.close()

    assert ("ssh-rsa" in algorithms) is offered


@pytest.fixture
def sender(door: Door) -> list[str]:
    """The options that our own tools need to reach the door."""
    door.bench.identity.write(
        key_path=door.folder / "signer.key.pem",
        certificate_path=door.folder / "signer.cert.pem",
    )
    return [
        *("--host", "127.0.0.1", "--port", str(door.port), "--user", door.user),
        *("--identity", str(door.key), "--known-hosts", str(door.folder / "known_hosts")),
    ]


def guichet(door: Door, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commands", *words],
        cwd=door.folder,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin", "HOME": str(door.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_our_own_tools_check_sign_send_and_collect(door: Door, sender: list[str]):
    (door.folder / "july.xml").write_bytes(PAYLOAD)
    checked = guichet(door, "check", "july.xml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    signed = guichet(
        door,
        *("sign", "july.xml", "--key", "signer.key.pem", "--certificate", "signer.cert.pem", "--out", "out"),
        *("--sender", door.bench.number, "--purpose", "DIMN", "--environment", "R"),
    )
    assert signed.returncode == 0, signed.stdout + signed.stderr
    (payload,) = (door.folder / "out").glob("FI.*")
    sent = guichet(door, "send", str(payload), *sender)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert acknowledged(door) == [[]]
    certificate = str(door.bench.home / "keys" / "answers.cert.pem")
    collected = guichet(door, "collect", "--to", "answers", "--platform-certificate", certificate, *sender)

    assert collected.returncode == 0, collected.stdout + collected.stderr
    assert "accepted" in collected.stdout
    assert len(list((door.folder / "answers").glob("FO.*"))) == 2
    assert door.bench.mailbox().list_tray(Tray.OUT) == []
