"""What `guichet send` and `guichet collect` do alike over SFTP, FTP and the web service, at the real doors."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from channels.models import SenderState
from commands.__main__ import main
from commands.authority import Authority, certificate_pem
from domain.environments import Tray
from evidence.clock import SystemClock
from sender.sessions.contract import RemoteFile
from sender.sessions.sftp_login import fingerprint_of
from sender.troubles import SenderError
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import REPOSITORY, free_port, make_ssh_key
from tests.sender.doors.three_doors import PASSWORD_VARIABLE, BreaksOff, ThreeDoors
from tests.web.conftest import private_pem

PAYLOAD = a_payload(an_in())
DAY = timedelta(days=1)
LARGE = os.urandom(24 << 20)
CHANNELS = ("sftp", "ftp", "web")
NAMES = {"sftp": "SFTP", "ftp": "FTP", "web": "WEB_SERVICE"}
FROM_ONE_TO_ANOTHER = (("sftp", "ftp"), ("ftp", "web"), ("web", "sftp"))

each_channel = pytest.mark.parametrize("channel", CHANNELS)


@each_channel
def test_set_is_delivered_and_its_answers_are_collected_and_gone_there(
    doors: ThreeDoors, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = doors.write_set(PAYLOAD)
    key = path.name[3:-4]
    assert main(["send", str(path), *doors.words(channel)]) == 0
    assert capsys.readouterr().out == (
        f"  sent {path.name}\n  sent FS.{key}.1.1\n  sent GO.{key}.1\n"
        f"The set {key} is delivered; its acknowledgement follows in OUT.\n"
    )
    assert doors.submitted() == [NAMES[channel]]
    doors.web.bench.work()
    assert doors.collect(channel, "--acknowledge", "--sender", "123456") == 0
    assert doors.collected() == {"FO.ACRF", "FO.NOTI"}
    assert "2 answers collected, 0 not verified." in capsys.readouterr().out
    assert doors.waiting() == set()
    assert doors.submitted() == [NAMES[channel]] * 3


@each_channel
def test_every_environment_has_its_tray(doors: ThreeDoors, channel: str) -> None:
    paths = [doors.write_set(PAYLOAD, environment=letter) for letter in "TS"]
    assert main(["send", *map(str, paths), *doors.words(channel)]) == 0
    doors.web.bench.work()
    assert [bool(doors.waiting(tray)) for tray in (Tray.OUT, Tray.OUT_TEST, Tray.OUT_SIMULATION)] == [False, True, True]
    assert doors.collect(channel, "--environment", "T") == 0
    assert doors.waiting(Tray.OUT_TEST) == set()
    assert doors.collect(channel, "--keep") == 0
    assert doors.waiting(Tray.OUT_SIMULATION) != set()


@each_channel
def test_documents_of_scripts_are_the_same(doors: ThreeDoors, channel: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = doors.write_set(PAYLOAD)
    for outcome in ("delivered", "delivered earlier"):
        assert main(["send", str(path), "--json", *doors.words(channel)]) == 0
        assert json.loads(capsys.readouterr().out) == {path.name[3:-4]: outcome}
    assert len(doors.submitted()) == 1


@pytest.mark.parametrize(("begun", "continued"), [*zip(CHANNELS, CHANNELS, strict=True), ("ftp", "web")])
def test_upload_that_is_killed_in_the_middle_seals_nothing_and_is_continued(
    doors: ThreeDoors, begun: str, continued: str
) -> None:
    path = doors.write_set(LARGE)
    command = [sys.executable, "-m", "commands", "send", str(path), *doors.words(begun)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL) as process:
        while doors.staged(path.name) <= 0:
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert doors.submitted() == []
    there = settled_size(doors, path.name)
    assert 0 < there < len(LARGE)
    counted = doors.send_metered(path, continued)[f"sending {path.name}"]
    assert (counted[0], sum(counted)) == (there, len(LARGE))
    assert doors.submitted() == [NAMES[continued]]


def settled_size(doors: ThreeDoors, name: str) -> int:
    """Return how much is staged once the door has put away what was on its way."""
    size, earlier = doors.staged(name), -1
    while size != earlier:
        time.sleep(0.3)
        size, earlier = doors.staged(name), size
    return size


@pytest.mark.parametrize(("first", "second"), FROM_ONE_TO_ANOTHER)
def test_what_went_over_one_channel_is_answered_over_another_and_never_sent_twice(
    doors: ThreeDoors, first: str, second: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = doors.write_set(PAYLOAD)
    assert main(["send", str(path), *doors.words(first)]) == 0
    doors.web.bench.work()
    capsys.readouterr()
    assert main(["send", str(path), *doors.words(second)]) == 0
    assert "was delivered before; nothing was sent" in capsys.readouterr().out
    assert doors.collect(second) == 0
    assert doors.collected() == {"FO.ACRF", "FO.NOTI"}
    assert doors.submitted() == [NAMES[first]]


@each_channel
def test_forged_answer_stays_there_and_leaves_nothing_here(
    doors: ThreeDoors, channel: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", str(doors.write_set(PAYLOAD)), *doors.words(channel)]) == 0
    doors.web.bench.work()
    waiting = doors.waiting()
    another = Authority.create("Another", at=SystemClock().now(), lifetime=9 * DAY).identity
    (tmp_path / "another.pem").write_text(certificate_pem(another.certificate))
    assert doors.collect(channel, "--platform-certificate", str(tmp_path / "another.pem")) == 5
    assert "NOT VERIFIED, left at the counter" in capsys.readouterr().out
    assert doors.waiting() == waiting
    assert doors.collected() == set()


@each_channel
def test_wrong_means_of_login_are_told(
    doors: ThreeDoors,
    channel: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_ssh_key(tmp_path / "other_key")
    (tmp_path / "other.pem").write_bytes(private_pem(rsa.generate_private_key(65537, 2048)))
    monkeypatch.setenv(PASSWORD_VARIABLE, "WRONG")
    deviation = {
        "sftp": {"identity": str(tmp_path / "other_key")},
        "ftp": {},
        "web": {"client_key": str(tmp_path / "other.pem")},
    }[channel]
    path = doors.write_set(PAYLOAD)
    assert main(["send", str(path), *doors.words(channel, **deviation)]) == 3
    what, next_step = capsys.readouterr().err.splitlines()
    assert what.startswith("The counter refuses the login of '")
    assert next_step.startswith("Check ")
    assert doors.staged(path.name) == -1


@each_channel
def test_counter_that_is_away_is_told(doors: ThreeDoors, channel: str, capsys: pytest.CaptureFixture[str]) -> None:
    port = str(free_port())
    assert main(["send", str(doors.write_set(PAYLOAD)), *doors.words(channel, port=port)]) == 3
    assert capsys.readouterr().err.startswith(f"localhost port {port} cannot be reached: Connection refused.\n")


@each_channel
def test_stranger_who_shows_another_key_gets_nothing(
    doors: ThreeDoors, channel: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    another = Authority.create("Another", at=SystemClock().now(), lifetime=9 * DAY).identity
    (tmp_path / "another.pem").write_text(certificate_pem(another.certificate))
    deviation = {
        "sftp": {"host_key_fingerprint": fingerprint_of(paramiko.ECDSAKey.generate())},
        "ftp": {"authority": str(tmp_path / "another.pem")},
        "web": {"authority": str(tmp_path / "another.pem")},
    }[channel]
    path = doors.write_set(PAYLOAD)
    assert main(["send", str(path), *doors.words(channel, **deviation)]) == 3
    told = capsys.readouterr().err
    assert "is not trusted" in told
    assert "nothing was sent" in told


@each_channel
def test_sender_that_is_suspended_may_collect_and_not_deliver(
    doors: ThreeDoors, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    doors.web.sender.state, doors.web.sender.suspended_by = SenderState.SUSPENDED, "COMPANY"
    doors.web.sender.save()
    path = doors.write_set(PAYLOAD)
    assert main(["send", str(path), *doors.words(channel)]) == 1
    assert capsys.readouterr().err.startswith("The counter refuses ")
    assert doors.collect(channel) == 0
    assert "No answers are waiting." in capsys.readouterr().out


@each_channel
def test_go_ahead_that_lies_there_from_before_never_completes_the_set_too_early(
    doors: ThreeDoors, channel: str
) -> None:
    path = doors.write_set(PAYLOAD)
    doors.web.bench.put(f"GO.{path.name[3:-2]}")
    assert main(["send", str(path), *doors.words(channel)]) == 0
    assert doors.submitted() == [NAMES[channel]]


@each_channel
@pytest.mark.parametrize(("content", "size"), [(BreaksOff(bytes(600_000)), 600_000), (io.BytesIO(PAYLOAD), 9)])
def test_upload_that_does_not_come_to_its_end_here_is_never_taken_for_whole(
    doors: ThreeDoors, channel: str, content: io.BytesIO, size: int
) -> None:
    path = doors.write_set(PAYLOAD)
    doors.wait_for(path)
    content.seek(0)
    with pytest.raises((OSError, SenderError)), doors.session(channel) as (_, session):
        session.upload(RemoteFile(Tray.IN, path.name), content, offset=0, size=size)
    assert doors.submitted() == []
    assert not doors.ftp.staged().get(path.name, False)
