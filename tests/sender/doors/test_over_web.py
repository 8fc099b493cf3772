"""What only the web service has: programs that an operator registers, tokens that end, ranges, problems with a code."""

import hashlib
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from channels.configuring.unsigned_sets import waive_signatures
from channels.models import AccessToken, StagedFile, WebClient
from commands.__main__ import main
from domain.brussels import brussels_date
from domain.environments import Tray
from evidence.clock import SystemClock
from evidence.models import Submission
from sender.journal import Journal, SetRecord
from sender.sending import deliver, gather_sets
from sender.sessions.contract import CounterSession, RemoteFile
from sender.sessions.web import WebSession
from sender.signatures import Signatures
from sender.troubles import SenderError
from tests.counter_bench import NOON
from tests.dimona_files import a_payload, an_in
from tests.sender.doors.three_doors import ThreeDoors

PAYLOAD = a_payload(an_in())


@pytest.fixture
def configured(doors: ThreeDoors, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder of a sender that began by `guichet init`, whose program an operator registered by command."""
    folder = tmp_path / "mine"
    port = str(doors.ports["web"])
    words = ["--channel", "web", "--host", "localhost", "--port", port, "--sender", "123456", "--environment", "R"]
    assert main(["init", str(folder), *words]) == 0
    assert main(["web-clients", "add", str(folder / "keys/web_client.pub.pem"), "--sender", "123456"]) == 0
    client = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("client id")).split()[-1]
    toml = folder / "guichet.toml"
    toml.write_text(toml.read_text().replace("# client = ", f'client = "{client}"  # '))
    (folder / "keys/authority.cert.pem").write_bytes(doors.authority.read_bytes())
    (folder / "keys/platform.cert.pem").write_bytes(doors.platform.read_bytes())
    return folder


def test_program_that_an_operator_registers_delivers_and_collects(
    doors: ThreeDoors, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = doors.write_set(PAYLOAD)
    monkeypatch.chdir(configured)
    assert main(["send", str(path)]) == 0
    doors.web.bench.work()
    assert main(["collect", "--acknowledge"]) == 0
    answers = {file.name[:7] for file in (configured / "answers").iterdir()}
    assert {"FO.ACRF", "FS.ACRF", "FO.NOTI", "FS.NOTI", "FI.ACRF"} <= answers
    assert [doors.waiting(), doors.submitted()] == [set(), ["WEB_SERVICE"] * 3]


def test_program_that_was_narrowed_is_told_the_code_and_what_to_do(
    doors: ThreeDoors, capsys: pytest.CaptureFixture[str]
) -> None:
    WebClient.objects.update(scopes="scope:dimona:declaration:consult")
    assert main(["send", str(doors.write_set(PAYLOAD)), *doors.words("web")]) == 1
    what, next_step = capsys.readouterr().err.splitlines()
    assert what.endswith("the token has no scope for this: the declarant scope of DIMN is needed (ACRF-154).")
    assert next_step == "Ask the counter's operator for a client with that scope."
    doors.web.bench.deliver(PAYLOAD)
    doors.web.bench.work()
    assert doors.collect("web") == 0
    assert doors.collected() == {"FO.ACRF", "FO.NOTI"}


def test_token_that_the_counter_takes_no_more_is_renewed(doors: ThreeDoors) -> None:
    path = doors.write_set(PAYLOAD)
    with doors.session("web") as (_, session), path.open("rb") as content:
        AccessToken.objects.all().delete()
        session.upload(RemoteFile(Tray.IN, path.name), content, offset=0, size=len(PAYLOAD))
    assert doors.staged(path.name) == len(PAYLOAD)
    assert AccessToken.objects.count() == 1


def test_program_that_is_revoked_meanwhile_is_let_in_no_more(
    doors: ThreeDoors, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["web-clients", "revoke", doors.web.client_row.client_id]) == 0
    assert main(["send", str(doors.write_set(PAYLOAD)), *doors.words("web")]) == 3
    assert "refuses the login" in capsys.readouterr().err


def test_large_file_goes_in_ranges_and_is_sealed_as_it_is(doors: ThreeDoors) -> None:
    payload = bytes(range(256)) * 5000
    path = doors.write_set(payload)
    with doors.session("web") as (_, opened):
        session = WebSession(opened._requests, longest_range=300_000)
        for name in (path.name, path.name.replace("FI.", "FS.", 1)):
            file = path.with_name(name)
            with file.open("rb") as content:
                session.upload(RemoteFile(Tray.IN, name), content, offset=0, size=file.stat().st_size)
        with (path.parent / "empty").open("w+b") as nothing:
            session.upload(RemoteFile(Tray.IN, f"GO.{path.name[3:-2]}"), nothing, offset=0, size=0)
    part = Submission.objects.get().parts.get(prefix="FI")
    assert part.blob_id == hashlib.sha256(payload).hexdigest()


def an_unsigned_set(doors: ThreeDoors) -> Path:
    path = doors.write_set(PAYLOAD)
    path.with_name(path.name.replace("FI.", "FS.", 1)).unlink()
    return path


def test_set_without_signatures_is_taken_where_they_are_waived(doors: ThreeDoors) -> None:
    waive_signatures(doors.web.sender, actor="operator", at=NOON)
    assert main(["send", str(an_unsigned_set(doors)), "--unsigned", *doors.words("web")]) == 0
    doors.web.bench.work()
    assert doors.collect("web") == 0
    assert doors.collected() == {"FO.ACRF", "FO.NOTI"}


def test_set_without_signatures_that_are_not_waived_is_taken_back_and_may_be_signed(
    doors: ThreeDoors, capsys: pytest.CaptureFixture[str]
) -> None:
    path = an_unsigned_set(doors)
    for _ in range(2):
        assert main(["send", str(path), "--unsigned", *doors.words("web")]) == 1
        what, next_step = capsys.readouterr().err.splitlines()
        assert "asks for the signatures (FS)" in what
        assert "guichet sign" in next_step
        assert [doors.staged(name) for name in (path.name, f"GO.{path.name[3:-2]}")] == [-1, -1]
    path.with_name(path.name.replace("FI.", "FS.", 1)).write_bytes(doors.web.bench.sign(PAYLOAD))
    assert main(["send", str(path), *doors.words("web")]) == 0
    assert doors.submitted() == ["WEB_SERVICE"]


def test_set_without_signatures_is_not_begun_over_another_channel(
    doors: ThreeDoors, capsys: pytest.CaptureFixture[str]
) -> None:
    path = an_unsigned_set(doors)
    assert main(["send", str(path), "--unsigned", *doors.words("sftp")]) == 2
    assert "waived over the web service alone" in capsys.readouterr().err
    assert doors.staged(path.name) == -1


def leave_behind(doors: ThreeDoors, path: Path, *, over: str) -> None:
    """Have an attempt over that channel leave the payload of the set in the tray, whole."""
    (outgoing,) = gather_sets([path], today=brussels_date(SystemClock().now()), signatures=Signatures.WAIVED)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with doors.session(over) as (counter, session), path.open("rb") as content:
        Journal(path.parent).begin(outgoing.key, SetRecord(counter, {path.name: digest}))
        session.upload(RemoteFile(Tray.IN, path.name), content, offset=0, size=path.stat().st_size)


def test_file_that_arrived_whole_and_was_not_closed_is_sent_anew(doors: ThreeDoors) -> None:
    waive_signatures(doors.web.sender, actor="operator", at=NOON)
    path = an_unsigned_set(doors)
    leave_behind(doors, path, over="web")
    StagedFile.objects.update(closed_at=None)
    assert main(["send", str(path), "--unsigned", *doors.words("web")]) == 0
    assert doors.submitted() == ["WEB_SERVICE"]


def test_bytes_that_are_sent_anew_are_counted_once(doors: ThreeDoors) -> None:
    """The line at the terminal would tell twice the size of the file, and stand at its end from the beginning on."""
    path = doors.write_set(b"content")
    leave_behind(doors, path, over="web")
    StagedFile.objects.update(closed_at=None)
    assert sum(doors.send_metered(path, "web")[f"sending {path.name}"]) == len(b"content")


def test_payload_that_came_over_another_channel_is_sent_anew_where_it_goes_without_signatures(
    doors: ThreeDoors,
) -> None:
    waive_signatures(doors.web.sender, actor="operator", at=NOON)
    path = an_unsigned_set(doors)
    leave_behind(doors, path, over="sftp")
    assert main(["send", str(path), "--unsigned", *doors.words("web")]) == 0
    assert Submission.objects.get().parts.get(prefix="FI").channels == ["WEB_SERVICE"]


def test_signature_that_an_earlier_attempt_left_is_removed_where_the_set_goes_without(doors: ThreeDoors) -> None:
    waive_signatures(doors.web.sender, actor="operator", at=NOON)
    path = an_unsigned_set(doors)
    name = path.name.replace("FI.", "FS.", 1)
    with doors.web.http() as http:
        http.put(f"/api/v1/deliveries/{name}/parts", content=b"30", headers={"Content-Range": "bytes 0-1/1000"})
    assert main(["send", str(path), "--unsigned", *doors.words("web")]) == 0
    assert doors.staged(name) == -1
    assert not Submission.objects.get().parts.filter(prefix="FS").exists()


class LosesThePayload:
    """A session whose counter loses the payload before the go-ahead comes."""

    def __init__(self, session: CounterSession) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def upload(self, file: RemoteFile, content: BinaryIO, *, offset: int, size: int) -> None:
        if file.name.startswith("GO."):
            self._session.remove(RemoteFile(file.tray, f"FI.{file.name[3:]}.1"))
        self._session.upload(file, content, offset=offset, size=size)


def test_set_without_signatures_of_which_a_file_is_not_there_is_told_so_and_not_taken_back(doors: ThreeDoors) -> None:
    waive_signatures(doors.web.sender, actor="operator", at=NOON)
    path, now = an_unsigned_set(doors), SystemClock().now()
    (outgoing,) = gather_sets([path], today=brussels_date(now), signatures=Signatures.WAIVED)
    with (
        doors.session("web") as (counter, session),
        pytest.raises(SenderError, match="some file of it did not arrive whole") as told,
    ):
        deliver(LosesThePayload(session), outgoing, counter=counter, at=now)
    assert "--again" in told.value.next_step
    assert doors.staged(f"GO.{path.name[3:-2]}") == 0
    assert main(["send", str(path), "--unsigned", "--again", *doors.words("web")]) == 0
