import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.__main__ import main
from domain.brussels import brussels_date
from tests.sender.builders import PAYLOAD, Identity, an_identity
from tests.sender.narrow_disk import no_file_larger_than

NAMED = ["--sender", "123456", "--environment", "R"]


def today() -> str:
    """Return the Brussels day of this moment, as names have it."""
    return f"{brussels_date(datetime.now(UTC)):%Y%m%d}"


@pytest.fixture(scope="module")
def identity() -> Identity:
    return an_identity()


@pytest.fixture
def key_words(identity: Identity, tmp_path: Path) -> list[str]:
    keys = tmp_path / "keys"
    keys.mkdir()
    key, certificate = identity.write(keys)
    return ["--key", str(key), "--certificate", str(certificate)]


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    path = tmp_path / "declarations.xml"
    path.write_bytes(PAYLOAD)
    return path


def set_names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name[:3] in {"FI.", "FS.", "GO."}}


def openssl_verifies(payload: Path, signature: Path, certificate: str) -> bool:
    der = signature.with_name("signature.der")
    der.write_bytes(base64.b64decode(signature.read_bytes()))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", der, "-content", payload]
    command += ["-CAfile", certificate, "-purpose", "any", "-out", "/dev/null"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_set_is_written_beside_the_payload_and_openssl_verifies_it(
    payload: Path, key_words: list[str], tmp_path: Path
) -> None:
    assert main(["sign", str(payload), *key_words, *NAMED]) == 0
    stem = f"DIMN.123456.{today()}.00001.R.1"
    assert set_names(tmp_path) == {f"FI.{stem}.1", f"FS.{stem}.1", f"GO.{stem}"}
    assert (tmp_path / f"GO.{stem}").read_bytes() == b""
    fi, fs = tmp_path / f"FI.{stem}.1", tmp_path / f"FS.{stem}.1"
    assert fi.read_bytes() == payload.read_bytes()
    assert openssl_verifies(fi, fs, key_words[-1])
    fi.write_bytes(PAYLOAD + b" ")
    assert not openssl_verifies(fi, fs, key_words[-1])


def test_file_that_has_its_name_keeps_it(key_words: list[str], tmp_path: Path) -> None:
    path = tmp_path / f"FI.ZIMA.654321.{today()}.000AB.T"
    path.write_bytes(PAYLOAD)
    assert main(["sign", str(path), *key_words]) == 0
    assert set_names(tmp_path) == {f"{prefix}.ZIMA.654321.{today()}.000AB.T" for prefix in ("FI", "FS", "GO")}


def test_several_files_are_the_parts_of_one_set(payload: Path, key_words: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["--out", str(out), "--sequence", "0000B", "--purpose", "DMFA"]
    second = shutil.copy(payload, tmp_path / "second.xml")
    assert main(["sign", str(payload), str(second), *key_words, *NAMED, *words]) == 0
    stem = f"DMFA.123456.{today()}.0000B.R.2"
    assert set_names(out) == {f"FI.{stem}.1", f"FI.{stem}.2", f"FS.{stem}.1", f"FS.{stem}.2", f"GO.{stem}"}


def test_next_set_takes_the_next_sequence(
    payload: Path, key_words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["sign", str(payload), *key_words, *NAMED])
    capsys.readouterr()
    assert main(["sign", str(payload), *key_words, *NAMED, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["set"] == f"DIMN.123456.{today()}.00002.R"


def test_key_with_pass_phrase_from_the_environment_signs(
    payload: Path, identity: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = identity.write(tmp_path, passphrase="open sesame")
    monkeypatch.setenv("KEY_PHRASE", "open sesame")
    words = ["--key", str(key), "--certificate", str(certificate), "--passphrase-env", "KEY_PHRASE"]
    assert main(["sign", str(payload), *words, *NAMED]) == 0


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["sign", *words]) == 2
    what, next_step = capsys.readouterr().err.splitlines()
    assert next_step
    return what


def test_wrong_pass_phrase_is_told(
    payload: Path,
    identity: Identity,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key, certificate = identity.write(tmp_path, passphrase="open sesame")
    monkeypatch.setenv("KEY_PHRASE", "shut")
    words = ["--key", str(key), "--certificate", str(certificate), "--passphrase-env", "KEY_PHRASE"]
    assert "pass phrase is wrong" in refused([str(payload), *words, *NAMED], capsys)


def test_certificate_of_another_key_is_told(
    payload: Path, key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, other = an_identity().write(tmp_path, name="other")
    words = [*key_words[:3], str(other)]
    assert "another key" in refused([str(payload), *words, *NAMED], capsys)


def test_expired_certificate_is_told(payload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, certificate = an_identity(start=timedelta(days=-9), end=timedelta(days=-1)).write(tmp_path, name="old")
    words = ["--key", str(key), "--certificate", str(certificate)]
    assert "not now" in refused([str(payload), *words, *NAMED], capsys)


def test_environment_is_never_guessed(payload: Path, key_words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "environment is not known" in refused([str(payload), *key_words, "--sender", "123456"], capsys)


def test_name_that_the_counter_would_refuse_is_told_with_its_code(
    key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"FI.DIMN.123456.{today()}.00000.R.1.1"
    path.write_bytes(PAYLOAD)
    assert "ACRF-127" in refused([str(path), *key_words], capsys)


def test_part_of_a_set_alone_is_told(key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"FI.DIMN.123456.{today()}.00001.R.2.1"
    path.write_bytes(PAYLOAD)
    assert "not the parts of one set" in refused([str(path), *key_words], capsys)


def test_same_file_twice_is_no_set(payload: Path, key_words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", str(payload), str(payload), *key_words, *NAMED]) == 2
    assert "is given twice" in capsys.readouterr().err


def test_empty_payload_is_told(key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.xml"
    path.touch()
    assert "is empty" in refused([str(path), *key_words, *NAMED], capsys)


def test_key_that_is_missing_is_told(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--key", "nowhere.pem", "--certificate", "nowhere.pem"]
    assert "cannot be opened" in refused([str(payload), *words, *NAMED], capsys)


def test_option_that_contradicts_the_name_is_told(
    key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"FI.DIMN.123456.{today()}.00001.T.1.1"
    path.write_bytes(PAYLOAD)
    assert "the option says R" in refused([str(path), *key_words, "--environment", "R"], capsys)


def test_full_disk_leaves_no_half_written_copy_and_names_the_file(
    payload: Path, key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    payload.write_bytes(PAYLOAD + b" " * 10_000)
    out = tmp_path / "out"
    with no_file_larger_than(5_000):
        assert main(["sign", str(payload), *key_words, *NAMED, "--out", str(out)]) == 2
    assert f"({out / f'FI.DIMN.123456.{today()}.00001.R.1.1'})" in capsys.readouterr().err
    assert list(out.iterdir()) == []


def test_sequence_that_was_handed_out_is_refused(
    payload: Path, key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign", str(payload), *key_words, *NAMED, "--out", str(tmp_path / "one")]) == 0
    words = [str(payload), *key_words, *NAMED, "--out", str(tmp_path / "two"), "--sequence"]
    assert "The sequence 00001 was used already" in refused([*words, "00001"], capsys)
    assert main(["sign", *words, "00005"]) == 0
    payload.write_bytes(PAYLOAD + b" ")
    assert "The sequence 00005 was used already" in refused([*words, "00005"], capsys)
    assert len(set_names(tmp_path / "two")) == 3


def test_interrupted_call_may_be_repeated_with_the_same_sequence(
    payload: Path, key_words: list[str], tmp_path: Path
) -> None:
    words = ["sign", str(payload), *key_words, *NAMED, "--sequence", "0000A"]
    assert main(words) == 0
    stem = f"DIMN.123456.{today()}.0000A.R.1"
    for name in (f"FS.{stem}.1", f"GO.{stem}"):
        (tmp_path / name).unlink()
    assert main(words) == 0
    assert set_names(tmp_path) == {f"FI.{stem}.1", f"FS.{stem}.1", f"GO.{stem}"}


def test_sequence_of_another_number_of_parts_is_no_repeat(
    payload: Path, key_words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*key_words, *NAMED, "--sequence", "0000A"]
    assert main(["sign", str(payload), *words]) == 0
    second = shutil.copy(payload, tmp_path / "second.xml")
    assert "was used already" in refused([str(payload), str(second), *words], capsys)
