import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import paramiko
import pytest

from commands.__main__ import main
from domain.brussels import brussels_date
from sender.sessions.sftp_login import fingerprint_of
from tests.sender.builders import PAYLOAD, Identity
from tests.sender.counter import RehearsalCounter

ROOT = Path(__file__).resolve().parents[2]
TODAY = f"{brussels_date(datetime.now(UTC)):%Y%m%d}"
FI, FS = (f"{prefix}.DIMN.123456.{TODAY}.00001.R.1.1" for prefix in ("FI", "FS"))
GO = f"GO.DIMN.123456.{TODAY}.00001.R.1"


Sign = Callable[..., Path]


@pytest.fixture
def sign(workspace: Path, sender: Identity, tmp_path: Path) -> Sign:
    key, certificate = sender.write(tmp_path)

    def run(*, name: str = FI, payload: bytes = PAYLOAD) -> Path:
        path = workspace / name
        path.write_bytes(payload)
        assert main(["sign", str(path), "--key", str(key), "--certificate", str(certificate)]) == 0
        return path

    return run


@pytest.fixture
def signed(sign: Sign) -> Path:
    return sign()


def test_payload_then_signature_then_go_ahead_are_closed_in_that_order(
    counter: RehearsalCounter, connection_words: list[str], signed: Path
) -> None:
    assert main(["send", str(signed), *connection_words]) == 0
    assert counter.closed() == [FI, FS, GO]
    assert counter.sealed == {FI: PAYLOAD, FS: signed.with_name(FS).read_bytes(), GO: b""}


def test_every_part_and_signature_goes_before_the_one_go_ahead(
    counter: RehearsalCounter, connection_words: list[str], workspace: Path, sender: Identity, tmp_path: Path
) -> None:
    key, certificate = sender.write(tmp_path)
    parts = [workspace / f"FI.DIMN.123456.{TODAY}.00002.R.2.{part}" for part in (1, 2)]
    for part in parts:
        part.write_bytes(PAYLOAD)
    assert main(["sign", *map(str, parts), "--key", str(key), "--certificate", str(certificate)]) == 0
    assert main(["send", str(parts[0]), *connection_words]) == 0
    assert [name[:2] for name in counter.closed()] == ["FI", "FI", "FS", "FS", "GO"]


def test_circuit_test_goes_into_its_own_tray(
    counter: RehearsalCounter, connection_words: list[str], sign: Sign
) -> None:
    path = sign(name=FI.replace(".R.", ".T."))
    assert main(["send", str(path), *connection_words]) == 0
    assert counter.names("INTEST") == {name.replace(".R.", ".T.") for name in (FI, FS, GO)}


def test_simulation_goes_without_a_signature(
    counter: RehearsalCounter, connection_words: list[str], workspace: Path
) -> None:
    path = workspace / FI.replace(".R.", ".S.")
    path.write_bytes(PAYLOAD)
    assert main(["send", str(path), *connection_words]) == 0
    assert [name[:2] for name in counter.closed()] == ["FI", "GO"]


def test_production_without_a_signature_is_not_begun(
    counter: RehearsalCounter, connection_words: list[str], workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workspace / FI
    path.write_bytes(PAYLOAD)
    assert main(["send", str(path), *connection_words]) == 2
    told = capsys.readouterr().err
    assert "signature" in told
    assert "signed anew under another name" in told
    assert "--channel web --unsigned" in told
    assert counter.events == []


def test_over_a_channel_that_carries_a_signature_of_its_own_a_signed_set_is_not_begun(
    counter: RehearsalCounter,
    connection_words: list[str],
    sign: Sign,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GUICHET_UNSIGNED_CHANNELS", "FTP,SFTP")
    assert main(["send", str(sign()), *connection_words]) == 2
    what, next_step = capsys.readouterr().err.splitlines()
    assert "takes no FS files over SFTP" in what
    assert "ACRF-121" in what
    assert "Add --unsigned" in next_step
    assert counter.events == []


def test_over_a_channel_that_carries_a_signature_of_its_own_signature_files_stay_here(
    counter: RehearsalCounter, connection_words: list[str], sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUICHET_UNSIGNED_CHANNELS", "SFTP")
    assert main(["send", str(sign()), "--unsigned", *connection_words]) == 0
    assert [name[:2] for name in counter.closed()] == ["FI", "GO"]


def test_what_carries_a_signature_of_its_own_is_a_channel(
    counter: RehearsalCounter,
    connection_words: list[str],
    sign: Sign,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GUICHET_UNSIGNED_CHANNELS", "pigeon")
    assert main(["send", str(sign()), *connection_words]) == 2
    assert "SFTP, FTP, WEB_SERVICE" in capsys.readouterr().err
    assert counter.events == []


def test_without_signatures_nothing_is_begun_where_the_counter_is_not_known_to_take_it(
    counter: RehearsalCounter, connection_words: list[str], sign: Sign, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", str(sign()), "--unsigned", *connection_words]) == 2
    assert "GUICHET_UNSIGNED_CHANNELS=SFTP" in capsys.readouterr().err
    assert counter.events == []


def test_interrupted_upload_goes_on_where_it_stopped(
    counter: RehearsalCounter, connection_words: list[str], capsys: pytest.CaptureFixture[str], sign: Sign
) -> None:
    payload = bytes(range(256)) * 1000
    path = sign(payload=payload)
    counter.troubles.cut_at_byte[FI] = 100_000
    assert main(["send", str(path), *connection_words]) == 4
    assert "Run the same command again" in capsys.readouterr().err
    assert (counter.root / "IN" / FI).stat().st_size == 100_000
    assert main(["send", str(path), *connection_words]) == 0
    assert counter.sealed[FI] == payload
    assert ("remove", FI) not in counter.events
    assert counter.closed() == [FI, FS, GO]


def test_bytes_of_another_content_are_never_continued(
    counter: RehearsalCounter, connection_words: list[str], sign: Sign
) -> None:
    path = sign(payload=b"a" * 200_000)
    counter.troubles.cut_at_byte[FI] = 100_000
    assert main(["send", str(path), *connection_words]) == 4
    path = sign(payload=b"b" * 200_000)
    assert main(["send", str(path), *connection_words]) == 0
    assert counter.sealed[FI] == b"b" * 200_000
    assert ("remove", FI) in counter.events


def test_trouble_at_the_close_of_go_is_told_and_the_repeat_succeeds(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.troubles.refuse_close.add(GO)
    assert main(["send", str(signed), *connection_words]) == 4
    assert "The counter has trouble" in capsys.readouterr().err
    assert not counter.sealed
    counter.troubles.refuse_close.clear()
    assert main(["send", str(signed), *connection_words]) == 0
    assert counter.sealed[FI] == PAYLOAD
    assert ("remove", GO) in counter.events


def test_answer_lost_after_the_seal_is_recognised_and_nothing_is_sent_twice(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.troubles.cut_at_close.add(GO)
    assert main(["send", str(signed), *connection_words]) == 4
    before = list(counter.events)
    assert main(["send", str(signed), *connection_words]) == 0
    assert "had taken over" in capsys.readouterr().out
    assert counter.events == before


def test_delivered_set_is_not_sent_again(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["send", str(signed), *connection_words])
    before = list(counter.events)
    assert main(["send", str(signed), *connection_words]) == 0
    assert "was delivered before" in capsys.readouterr().out
    assert counter.events == before


def test_delivered_set_is_sent_once_more_on_demand(
    counter: RehearsalCounter, connection_words: list[str], signed: Path
) -> None:
    main(["send", str(signed), *connection_words])
    assert main(["send", str(signed), "--again", *connection_words]) == 0
    assert counter.closed() == [FI, FS, GO] * 2


def test_delivered_name_with_another_content_is_refused_here(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str], sign: Sign
) -> None:
    main(["send", str(signed), *connection_words])
    before = list(counter.events)
    sign(payload=b"<Dimona>changed</Dimona>")
    assert main(["send", str(signed), *connection_words]) == 2
    assert "have changed since" in capsys.readouterr().err
    assert counter.events == before


def test_size_that_differs_at_the_counter_stops_before_the_close(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.troubles.truncate.add(FI)
    assert main(["send", str(signed), *connection_words]) == 4
    assert "holds 0 bytes" in capsys.readouterr().err
    assert counter.closed() == []


def test_write_that_fails_is_heard_before_the_close(
    counter: RehearsalCounter, connection_words: list[str], signed: Path
) -> None:
    counter.troubles.fail_write.add(FI)
    assert main(["send", str(signed), *connection_words]) == 4
    assert counter.closed() == []


def test_refused_file_is_told_with_exit_code_one(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.troubles.refuse_open.add(FI)
    assert main(["send", str(signed), *connection_words]) == 1
    assert "The counter refuses" in capsys.readouterr().err


def test_other_host_key_in_known_hosts_is_refused(
    counter: RehearsalCounter,
    connection_words: list[str],
    signed: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = paramiko.ECDSAKey.generate()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{counter.port} {other.get_name()} {other.get_base64()}\n")
    assert main(["send", str(signed), *connection_words]) == 3
    assert fingerprint_of(counter.host_key) in capsys.readouterr().err
    assert counter.events == []


def test_unknown_host_key_is_refused_and_not_remembered(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, tmp_path: Path
) -> None:
    (tmp_path / "known_hosts").write_text("")
    assert main(["send", str(signed), *connection_words]) == 3
    assert (tmp_path / "known_hosts").read_text() == ""
    assert counter.events == []


@pytest.mark.parametrize("line", [b"counter ssh-ed25519 AAAA=B=", b"@revoked * ssh-ed25519 AAAA", b"\xff\xfe a b"])
def test_damaged_known_hosts_is_told(
    connection_words: list[str], signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: bytes
) -> None:
    (tmp_path / "known_hosts").write_bytes(line + b"\n")
    assert main(["send", str(signed), *connection_words]) == 2
    assert "has a line that holds no host key" in capsys.readouterr().err


def test_fingerprint_takes_the_place_of_known_hosts(
    counter: RehearsalCounter, connection_words: list[str], signed: Path
) -> None:
    words = [*connection_words[:-2], "--host-key-fingerprint", fingerprint_of(counter.host_key)]
    assert main(["send", str(signed), *words]) == 0
    assert counter.sealed[FI] == PAYLOAD


def test_other_fingerprint_is_refused(counter: RehearsalCounter, connection_words: list[str], signed: Path) -> None:
    words = [*connection_words[:-2], "--host-key-fingerprint", fingerprint_of(paramiko.ECDSAKey.generate())]
    assert main(["send", str(signed), *words]) == 3
    assert counter.events == []


def test_unregistered_key_is_told_as_a_refused_login(
    connection_words: list[str], signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "identity").unlink()
    paramiko.ECDSAKey.generate().write_private_key_file(str(tmp_path / "identity"))
    assert main(["send", str(signed), *connection_words]) == 3
    assert "refuses the login" in capsys.readouterr().err


def test_counter_out_of_reach_is_told_in_a_sentence(
    connection_words: list[str], signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = list(connection_words)
    words[3] = "1"
    assert main(["send", str(signed), *words]) == 3
    assert "cannot be reached: Connection refused." in capsys.readouterr().err


@pytest.mark.usefixtures("connection_words")
def test_configuration_file_makes_the_options_superfluous(
    counter: RehearsalCounter, signed: Path, tmp_path: Path
) -> None:
    configuration = tmp_path / "guichet.toml"
    configuration.write_text(
        f'[connection]\nhost = "127.0.0.1"\nport = {counter.port}\nuser = "EXP_1"\n'
        'identity = "identity"\nknown_hosts = "known_hosts"\n'
    )
    assert main(["send", str(signed), "--config", str(configuration)]) == 0
    assert counter.sealed[FI] == PAYLOAD


def test_option_wins_over_the_configuration_file(
    counter: RehearsalCounter, connection_words: list[str], signed: Path, tmp_path: Path
) -> None:
    configuration = tmp_path / "guichet.toml"
    configuration.write_text('[connection]\nuser = "somebody else"\n')
    assert main(["send", str(signed), "--config", str(configuration), *connection_words]) == 0
    assert counter.sealed[FI] == PAYLOAD


def test_stranger_at_the_port_is_told_in_two_sentences_without_traceback(
    connection_words: list[str], signed: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        words = list(connection_words)
        words[3] = str(stranger.getsockname()[1])
        command = [sys.executable, "-m", "commands", "send", str(signed), *words]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            visitor, _ = stranger.accept()
            with visitor:
                visitor.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            _, told = process.communicate(timeout=60)
    assert process.returncode == 3
    assert len(told.splitlines()) == 2
    assert "does not answer as the counter does" in told
