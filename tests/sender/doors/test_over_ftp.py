"""What only FTP has: passwords or certificates, TLS or a closed network, uploads that end by a hang-up."""

import io
import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from commands.__main__ import main
from commands.authority import Authority
from domain.environments import Tray
from evidence.clock import SystemClock
from sender.sessions.contract import RemoteFile
from tests.dimona_files import a_payload, an_in
from tests.ftp.conftest import list_on_network, register_login_certificate
from tests.sender.doors.three_doors import PASSWORD_VARIABLE, BreaksOff, ThreeDoors

PAYLOAD = a_payload(an_in())
PLAIN = {"authority": None, "host": "127.0.0.1"}


def a_login(doors: ThreeDoors, *, is_registered: bool) -> list[str]:
    """Return the options that log in by a certificate alone."""
    authority = Authority.create("Clients", at=SystemClock().now(), lifetime=timedelta(days=9))
    identity = authority.issue_signer("Client", at=SystemClock().now(), lifetime=timedelta(days=9))
    if is_registered:
        register_login_certificate(doors.web.sender, identity)
    key, certificate = doors.folder / "login.key.pem", doors.folder / "login.cert.pem"
    identity.write(key_path=key, certificate_path=certificate)
    login = {"login_certificate": str(certificate), "login_key": str(key), "password_env": None}
    return doors.words("ftp", **login)


def test_certificate_logs_in_without_a_password(doors: ThreeDoors) -> None:
    assert main(["send", str(doors.write_set(PAYLOAD)), *a_login(doors, is_registered=True)]) == 0
    assert doors.submitted() == ["FTP"]


def test_certificate_that_is_not_registered_is_told_and_nobody_is_asked_for_a_password(
    doors: ThreeDoors, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", str(doors.write_set(PAYLOAD)), *a_login(doors, is_registered=False)]) == 3
    assert "login.cert.pem" in capsys.readouterr().err


def test_without_tls_is_for_networks_that_are_listed(doors: ThreeDoors, capsys: pytest.CaptureFixture[str]) -> None:
    path = doors.write_set(PAYLOAD)
    assert main(["send", str(path), "--without-tls", *doors.words("ftp", **PLAIN)]) == 3
    assert "whether your network is listed" in capsys.readouterr().err
    list_on_network(doors.web.sender, "127.0.0.0/8")
    assert main(["send", str(path), "--without-tls", *doors.words("ftp", **PLAIN)]) == 0
    doors.web.bench.work()
    assert doors.collect("ftp", "--without-tls", **PLAIN) == 0
    assert doors.collected() == {"FO.ACRF", "FO.NOTI"}


def test_switch_and_authority_contradict_each_other(doors: ThreeDoors, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", str(doors.write_set(PAYLOAD)), "--without-tls", *doors.words("ftp")]) == 2
    assert "Leave --without-tls out" in capsys.readouterr().err


def test_upload_that_breaks_off_here_is_never_taken_for_whole_without_tls_either(doors: ThreeDoors) -> None:
    list_on_network(doors.web.sender, "127.0.0.0/8")
    path = doors.write_set(PAYLOAD)
    doors.wait_for(path)
    with pytest.raises(OSError, match="Input/output"), doors.session("ftp", "--without-tls", **PLAIN) as (_, session):
        session.upload(RemoteFile(Tray.IN, path.name), BreaksOff(bytes(600_000)), offset=0, size=600_000)
    assert doors.submitted() == []
    assert doors.ftp.staged()[path.name] is False


def test_reason_is_told_when_the_counter_ends_an_upload(doors: ThreeDoors, capsys: pytest.CaptureFixture[str]) -> None:
    """What waits already leaves 2 MiB of what this door lets a sender stage."""
    for number in (1, 2):
        doors.web.bench.put(f"FI.DIMN.123456.20261123.0000{number}.R.1.1", bytes(24 << 20))
    assert main(["send", str(doors.write_set(bytes(24 << 20))), *doors.words("ftp")]) == 4
    what, next_step = capsys.readouterr().err.splitlines()
    assert "The counter has trouble while sending FI." in what
    assert "does not fit in what may be staged" in what
    assert next_step.startswith("Nothing is lost")


def test_password_that_nobody_can_be_asked_for_is_told(
    doors: ThreeDoors, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = doors.write_set(PAYLOAD)
    monkeypatch.delenv(PASSWORD_VARIABLE)
    assert main(["send", str(path), *doors.words("ftp")]) == 2
    monkeypatch.setenv(PASSWORD_VARIABLE, "line\nend")
    assert main(["send", str(path), *doors.words("ftp")]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["send", str(path), *doors.words("ftp", password_env=None)]) == 2
    told = capsys.readouterr().err.splitlines()[::2]
    assert [sentence.split()[0] for sentence in told] == ["The", "The", "The"]
    assert ["is not set" in told[0], "line end" in told[1], "nobody can be asked" in told[2]] == [True] * 3


@pytest.mark.parametrize(
    ("greeting", "code", "sentence"),
    [
        (b"HTTP/1.0 400 Bad Request\r\n\r\n", 3, "does not answer as the counter does"),
        (b"", 3, "does not answer as the counter does"),
        (b"220 ready\r\n500 what?\r\n", 3, "does not answer as the counter does: 500 what?"),
        (b"220 ready\r\n", 4, "before it decided"),
        (b"421 Too many sessions.\r\n", 4, "before it decided on the login of 'EXP_123456': Too many sessions."),
        (b"220 ready\r\n234 Begin TLS.\r\nno TLS at all, but a long enough line", 3, "does not answer as the counter"),
    ],
)
def test_stranger_at_the_port_is_told_in_two_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], greeting: bytes, code: int, sentence: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:

        def greet() -> None:
            visitor, _ = stranger.accept()
            with visitor:
                visitor.sendall(greeting)
                visitor.shutdown(socket.SHUT_WR)
                while visitor.recv(4096):
                    pass

        thread = threading.Thread(target=greet)
        thread.start()
        words = ["--channel", "ftp", "--host", "127.0.0.1", "--port", str(stranger.getsockname()[1])]
        known = ["--to", str(tmp_path), "--platform-certificate", str(a_certificate(tmp_path))]
        assert main(["collect", *known, "--user", "EXP_123456", *words]) == code
        thread.join(10)
    what, _ = capsys.readouterr().err.splitlines()
    assert sentence in what


def a_certificate(folder: Path) -> Path:
    identity = Authority.create("Platform", at=SystemClock().now(), lifetime=timedelta(days=9)).identity
    identity.write(key_path=folder / "platform.key.pem", certificate_path=folder / "platform.pem")
    return folder / "platform.pem"
