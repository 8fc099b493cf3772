"""An answer above the limit is offered as a ZIP with one entry; the signature is over the ZIP."""

import io
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.environments import Tray
from ingest.compress_answers import CHUNK, deflate, write_zip
from sender.answer_names import offered_answers
from sender.answers import read_answer
from sender.platform import PlatformTrust
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in
from tests.ingest.answer_checks import require_valid_answer

NAME = "FO.NOTI.999999.20260701.00001.R"
DAY = date(2026, 7, 1)


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    write_zip(deflate(io.BytesIO(content), io.BytesIO()), target, entry_name=NAME, day=DAY)
    return target.getvalue()


def zip_above(bench: CounterBench, limit: int) -> None:
    answers = replace(bench.counter.desk.answers, zip_above=limit)
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, answers=answers))


def names(bench: CounterBench) -> list[str]:
    return [entry.name for entry in bench.mailbox().list_tray(Tray.OUT)]


@given(st.binary(max_size=5000))
def test_any_content_comes_back_from_its_zip(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(content))) as archive:
        (entry,) = archive.infolist()

        assert archive.testzip() is None
        assert archive.read(entry) == content
        assert (entry.filename, entry.date_time, entry.compress_type) == (
            NAME,
            (2026, 7, 1, 0, 0, 0),
            zipfile.ZIP_DEFLATED,
        )


def test_the_same_content_gives_the_same_zip() -> None:
    assert zipped(b"<a/>" * 1000) == zipped(b"<a/>" * 1000)


def test_content_of_several_pieces_comes_back(tmp_path: Path) -> None:
    content = bytes(range(256)) * (3 * CHUNK // 256) + b"tail"
    (tmp_path / "CO").write_bytes(zipped(content))

    assert subprocess.run(["unzip", "-p", tmp_path / "CO"], capture_output=True, check=True).stdout == content


def test_more_than_a_plain_zip_holds_is_not_made() -> None:
    assert deflate(io.BytesIO(b"x" * 100), io.BytesIO(), largest=100).size == 100
    with pytest.raises(ValueError, match="101 bytes does not fit"):
        deflate(io.BytesIO(b"x" * 101), io.BytesIO(), largest=100)


def test_an_answer_at_the_limit_is_plain_and_one_above_is_zipped(bench: CounterBench):
    _, (notification,) = bench.answers_to(a_payload(an_in()))
    zip_above(bench, len(notification.content))
    _, at_limit = bench.answers_to(a_payload(an_in(insz=STUDENTS[1])))
    zip_above(bench, len(notification.content) - 1)
    _, above_limit = bench.answers_to(a_payload(an_in(insz=STUDENTS[2])))

    assert [len(answer.content) for answer in at_limit] == [len(notification.content)]
    assert above_limit == []
    assert [name[:7] for name in names(bench)] == ["CO.NOTI", "FO.ACRF", "FS.ACRF", "FS.NOTI", "GO.ACRF", "GO.NOTI"]


def test_a_large_answer_is_made_in_the_room_of_the_counter(bench: CounterBench, monkeypatch, tmp_path: Path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    monkeypatch.setattr("ingest.file_declarations._IN_MEMORY", 1)
    zip_above(bench, 100)
    bench.deliver(a_payload(*(an_in(insz=student) for student in STUDENTS[:3])))
    bench.work()

    assert [name[:7] for name in names(bench) if name.startswith("CO")] == ["CO.ACRF", "CO.NOTI"]
    assert list((bench.home / "spool").iterdir()) == []


def test_the_toolkit_and_unzip_read_what_openssl_verifies(bench: CounterBench, tmp_path: Path):
    zip_above(bench, 100)
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, notification_forms=2))
    bench.deliver(a_payload(*(an_in(insz=student) for student in STUDENTS[:3])))
    bench.work()
    for name in names(bench):
        (tmp_path / name).write_bytes(bench.read(Tray.OUT, name))
    answers = offered_answers(names(bench))
    trust = PlatformTrust.read(bench.home / "keys" / "answers.cert.pem")

    assert [answer.content[:7] for answer in answers if answer.is_compressed] == ["CO.ACRF", "CO.NOTI", "CO.NOTI"]
    for answer, forms in zip(answers, (1, 2, 1), strict=True):
        content, signature = tmp_path / answer.content, tmp_path / answer.signature
        trust.verify(io.BytesIO(content.read_bytes()), signature.read_bytes(), at=datetime.now(UTC))
        require_verified_by_openssl(content, signature, authority=bench.home / "keys" / "authority.cert.pem")
        assert len(read_answer(content).declarations) == forms
        inner = subprocess.run(["unzip", "-p", content], capture_output=True, check=True).stdout
        assert len(require_valid_answer(inner)) == forms


def require_verified_by_openssl(content: Path, signature: Path, *, authority: Path) -> None:
    decoded = subprocess.run(["openssl", "base64", "-d", "-in", signature], capture_output=True, check=True).stdout
    verify = ("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-CAfile", authority, "-content", content)
    subprocess.run(verify, input=decoded, capture_output=True, check=True)
