"""A check before sending says what the counter says: every case is laid down twice, in a folder and at the counter."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.__main__ import main
from domain.environments import Tray
from domain.sender_numbers import SenderNumber
from sender.check_sets import SetChecker
from sender.checking import PayloadChecker
from sender.platform import read_certificates
from tests.commands.test_check import a_form as a_form_today
from tests.commands.test_check import a_payload as a_payload_today
from tests.commands.test_check import today
from tests.counter_bench import DAY, NOON, CounterBench, make_entity, make_sender, open_bench
from tests.dimona_files import a_payload, an_in
from tests.sender.builders import Identity, an_identity

PAYLOAD = a_payload(an_in())
SOUND = "a sound signature"
OTHER = "the signature of another"
CHANGED = "a signature over other bytes"
SENDER = SenderNumber("123456")
Files = dict[str, bytes | str]
CASES: dict[str, Files] = {
    "complete": {"FI.{}.1.1": PAYLOAD, "FS.{}.1.1": SOUND, "GO.{}.1": b""},
    "two_parts": {"FI.{}.2.1": PAYLOAD, "FI.{}.2.2": PAYLOAD, "FS.{}.2.1": SOUND, "FS.{}.2.2": SOUND, "GO.{}.2": b"go"},
    "without_tails": {"FI.{}": PAYLOAD, "FS.{}": SOUND, "GO.{}": b""},
    "missing_part": {"FI.{}.2.1": PAYLOAD, "FS.{}.2.1": SOUND, "GO.{}.2": b""},
    "missing_signature": {"FI.{}.1.1": PAYLOAD, "GO.{}.1": b""},
    "missing_go": {"FI.{}.1.1": PAYLOAD, "FS.{}.1.1": SOUND},
    "go_of_another_count": {"FI.{}.1.1": PAYLOAD, "FS.{}.1.1": SOUND, "GO.{}.2": b""},
    "tails_that_differ": {"FI.{}.1.1": PAYLOAD, "FS.{}": SOUND, "GO.{}.1": b""},
    "changed_after_signing": {"FI.{}.1.1": PAYLOAD, "FS.{}.1.1": CHANGED, "GO.{}.1": b""},
    "signed_by_another": {"FI.{}.1.1": PAYLOAD, "FS.{}.1.1": OTHER, "GO.{}.1": b""},
    "no_signature_file": {"FI.{}.1.1": PAYLOAD, "FS.{}.1.1": b"\x00", "GO.{}.1": b""},
    "empty": {"FI.{}.1.1": b"", "FS.{}.1.1": SOUND, "GO.{}.1": b""},
    "not_well_formed": {"FI.{}.1.1": PAYLOAD[:-9], "FS.{}.1.1": SOUND, "GO.{}.1": b""},
    "no_declaration": {"FI.{}.1.1": a_payload(), "FS.{}.1.1": SOUND, "GO.{}.1": b""},
    "part_without_declaration": {
        "FI.{}.2.1": PAYLOAD,
        "FI.{}.2.2": a_payload(),
        "FS.{}.2.1": SOUND,
        "FS.{}.2.2": SOUND,
        "GO.{}.2": b"",
    },
    "schema_unknown": {"FI.{}.1.1": a_payload(an_in(), schema="x.xsd"), "FS.{}.1.1": SOUND, "GO.{}.1": b""},
    "name_with_an_ending": {"FI.{}.1.1.xml": PAYLOAD},
    "number_above_the_count": {"FS.{}.2.3": b""},
    "wrong_prefix": {"FX.{}.1.1": PAYLOAD},
}


def written(files: Files, key: str, bench: CounterBench) -> dict[str, bytes]:
    other = an_identity()
    made = {}
    for name, content in files.items():
        payload = files.get(name.replace("FS", "FI"), PAYLOAD)
        assert isinstance(payload, bytes)
        match content:
            case bytes():
                made[name.format(key)] = content
            case "a sound signature":
                made[name.format(key)] = bench.sign(payload)
            case "the signature of another":
                made[name.format(key)] = bench.sign(payload, other)
            case _:
                made[name.format(key)] = bench.sign(payload + b" ")
    return made


def told_by_the_counter(bench: CounterBench) -> dict[str, list[str]]:
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()
    bench.work()
    bench.clock.advance(timedelta(hours=25))
    bench.counter.sweep()
    bench.work()
    return {answer.texts("FileName")[0].split(".")[4]: answer.codes for answer in bench.answers("ACRF")}


def told_by_the_check(folder: Path, certificate: Path) -> list[str]:
    certificates = read_certificates(certificate, owner=SENDER, what="Yours", option="--certificate")
    checker = SetChecker(PayloadChecker(at=NOON), sender=SENDER, purpose=None, certificates=certificates)
    (one,) = checker.check([folder]).sets
    return list(one.acknowledgement)


@pytest.mark.usefixtures("transactional_db")
def test_check_and_counter_say_the_same_of_every_set(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    bench = open_bench(tmp_path / "home", tmp_path)
    make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    certificate = tmp_path / "cert.pem"
    bench.identity.write(key_path=tmp_path / "key.pem", certificate_path=certificate)
    checked = {}
    for number, (case, files) in enumerate(CASES.items(), start=1):
        folder = tmp_path / case
        folder.mkdir()
        for name, content in written(files, f"DIMN.123456.{DAY}.{number:05d}.R", bench).items():
            (folder / name).write_bytes(content)
            bench.put(name, content, tray=Tray.IN)
        checked[case] = told_by_the_check(folder, certificate)
    told = told_by_the_counter(bench)
    assert {case: told[f"{number:05d}"] for number, case in enumerate(CASES, start=1)} == checked
    assert checked["complete"] == checked["without_tails"] == checked["two_parts"] == []


def stem() -> str:
    return f"DIMN.123456.{today():%Y%m%d}.00001"


@pytest.fixture
def signed(tmp_path: Path, sender: Identity) -> Path:
    """A folder with a signed set of today and, above it, the certificate that signed."""
    key, certificate = sender.write(tmp_path)
    folder = tmp_path / "set"
    folder.mkdir()
    payload = a_payload_today(folder, a_form_today(), name=f"FI.{stem()}.R.1.1")
    assert main(["sign", str(payload), "--key", str(key), "--certificate", str(certificate)]) == 0
    return folder


def document_of(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["check", *map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def remarks(document: dict[str, Any]) -> str:
    return " ".join(remark for one in document["sets"] for file in one["files"] for remark in file["remarks"])


def test_signature_is_verified_with_the_certificate_given(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = document_of(capsys, signed, "--certificate", signed.parent / "sender.cert.pem", code=0)
    assert "The signature is sound" in remarks(document)


def test_signature_that_lies_beside_a_payload_is_verified_too(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    payload = signed / f"FI.{stem()}.R.1.1"
    words = (payload, "--certificate", signed.parent / "sender.cert.pem")
    assert "The signature is sound" in remarks(document_of(capsys, *words, code=0))
    payload.write_bytes(payload.read_bytes() + b" ")
    assert document_of(capsys, *words, code=1)["sets"][0]["acknowledgement"] == ["ACRF-125"]


def test_signer_that_nobody_named_is_remarked(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Whose signature it is was not checked" in remarks(document_of(capsys, signed, code=0))


def test_certificate_that_is_only_configured_may_still_be_missing(
    signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configuration = signed.parent / "guichet.toml"
    configuration.write_text('[sender]\ncertificate = "coming.pem"\n')
    document_of(capsys, signed, "--config", configuration, code=0)
    assert main(["check", str(signed), "--certificate", "none.pem"]) == 2


def test_payload_alone_needs_no_signature_and_no_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document_of(capsys, a_payload_today(tmp_path, a_form_today(), name=f"FI.{stem()}.R.1.1"), code=0)


def test_simulation_needs_no_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_payload_today(tmp_path, a_form_today(), name=f"FI.{stem()}.S.1.1")
    (tmp_path / f"GO.{stem()}.S.1").touch()
    document_of(capsys, tmp_path, code=0)
    (tmp_path / f"FI.{stem()}.S.1.1").rename(tmp_path / f"FI.{stem()}.R.1.1")
    (tmp_path / f"GO.{stem()}.S.1").rename(tmp_path / f"GO.{stem()}.R.1")
    assert document_of(capsys, tmp_path, code=1)["sets"][0]["acknowledgement"] == ["ACRF-122"]


def test_set_without_signatures_is_taken_where_they_are_waived(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("1", "2"):
        a_payload_today(tmp_path, a_form_today(), name=f"FI.{stem()}.R.2.{part}")
    (tmp_path / f"GO.{stem()}.R.2").touch()
    assert document_of(capsys, tmp_path, code=1)["sets"][0]["acknowledgement"] == ["ACRF-122"]
    document_of(capsys, tmp_path, "--unsigned", code=0)
    (tmp_path / f"FS.{stem()}.R.2.1").write_bytes(b"")
    assert document_of(capsys, tmp_path, "--unsigned", code=1)["sets"][0]["acknowledgement"] == ["ACRF-122"]


def test_number_of_another_sender_is_told(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = document_of(capsys, signed, "--sender", "654321", code=1)
    assert document["sets"][0]["acknowledgement"] == ["ACRF-108"]


def test_same_file_given_twice_counts_once(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = document_of(capsys, signed, *signed.glob("[FG]*"), code=0)
    assert len(document["sets"][0]["files"]) == 3


def test_cancelled_set_is_not_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"TD.{stem()}.R.1").touch()
    (one,) = document_of(capsys, tmp_path, code=0)["sets"]
    assert "cancels the set" in one["remarks"][0]


def test_receipt_needs_no_other_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"FI.ACRF.123456.{today():%Y%m%d}.00001.R").write_bytes(b"<ACRF/>")
    assert "only its name was judged" in remarks(document_of(capsys, tmp_path, code=0))


def test_signature_without_its_payload_is_remarked(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (signed / f"FI.{stem()}.R.1.1").unlink()
    document = document_of(capsys, signed, code=1)
    assert document["sets"][0]["acknowledgement"] == ["ACRF-120"]
    assert "was not given" in remarks(document)


def test_other_files_of_a_folder_are_named_and_left(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (signed / "notes.txt").write_text("mine")
    (signed / "FI.x.part").write_text("half")
    assert document_of(capsys, signed, code=0)["not_looked_at"] == ["notes.txt"]
    assert main(["check", str(signed)]) == 0
    assert "Not looked at" in capsys.readouterr().out


def test_folder_of_unnamed_payloads_is_judged_payload_by_payload(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.xml", "b.xml"):
        a_payload_today(tmp_path, a_form_today(), name=name)
    assert [one["set"] for one in document_of(capsys, tmp_path, code=0)["sets"]] == ["a.xml", "b.xml"]


def test_empty_folder_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "holds 0 files" in capsys.readouterr().err


def test_report_of_several_sets_begins_with_the_verdict_and_a_list(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (signed / f"GO.{stem()}.R.1").unlink()
    (signed / "FX.a.b.c.d").touch()
    loose = a_payload_today(tmp_path, a_form_today())
    page = tmp_path / "report.html"
    assert main(["check", str(signed), str(loose), "--html", str(page)]) == 1
    printed = capsys.readouterr().out
    assert "The counter would refuse 2 of 3 sets." in printed
    assert f"Set {stem()}.R: The counter would refuse the whole set with ACRF-130." in printed
    text = page.read_text()
    assert text.index("would refuse 2 of 3 sets") < text.index('href="#set-1"') < text.index('id="set-1"')
    assert main(["check", str(signed)]) == 1
    assert "The counter would refuse each of the 2 sets." in capsys.readouterr().out
