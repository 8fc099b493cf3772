"""Files that prove a correction are bounded, told by their bytes, looked through, and kept under their SHA-256."""

import hashlib
import io
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domain.refusals import OutageError
from evidence.spool import Spool
from ingest.evidence_files import (
    LONGEST_NAME,
    CommandScanner,
    EvidenceDesk,
    EvidenceFault,
    EvidenceRefusedError,
    HarmScanner,
    TakeFilesUnscannedForDevelopment,
    plain_name,
)
from tests.proving_documents import a_jpeg, a_pdf, a_png

PDF = a_pdf()
NOW, DAY = time.time(), timedelta(days=1)


class Says:
    """A scanner with a fixed opinion."""

    def __init__(self, *, harmful: bool) -> None:
        self.harmful = harmful
        self.saw: list[bytes] = []

    def is_harmful(self, path: Path) -> bool:
        self.saw.append(path.read_bytes())
        return self.harmful


def a_desk(folder: Path, scanner: HarmScanner | None = None) -> EvidenceDesk:
    return EvidenceDesk(folder, max_bytes=len(PDF), scanner=scanner or Says(harmful=False), spool=Spool.below(folder))


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "pdf"), (a_png(), "png"), (a_jpeg(), "jpg")],
)
def test_a_file_is_kept_under_its_sha256_and_named_by_what_its_bytes_are(tmp_path, content, kind):
    desk = a_desk(tmp_path)
    taken = desk.take(io.BytesIO(content), name="badge log.exe")

    assert taken.sha256 == hashlib.sha256(content).hexdigest()
    assert (taken.kind, taken.name, taken.size) == (kind, f"badge log.{kind}", len(content))
    assert desk.has(taken.sha256)
    with desk.open(taken.sha256) as kept:
        assert kept.read() == content


@pytest.mark.parametrize(
    ("scanner", "is_scanned"), [(Says(harmful=False), True), (TakeFilesUnscannedForDevelopment(), False)]
)
def test_whether_a_scanner_looked_is_told(tmp_path, scanner, is_scanned):
    assert a_desk(tmp_path, scanner).take(io.BytesIO(PDF), name="badge.pdf").is_scanned is is_scanned


def test_a_full_disk_is_our_trouble(tmp_path):
    (tmp_path / "incoming").write_bytes(b"no folder")

    with pytest.raises(OutageError, match="errno"):
        a_desk(tmp_path).take(io.BytesIO(PDF), name="badge.pdf")


def long_ago(desk: EvidenceDesk, folder: Path) -> str:
    taken = desk.take(io.BytesIO(PDF), name="badge.pdf")
    os.utime(folder / taken.sha256[:2] / taken.sha256[2:4] / taken.sha256, (NOW - 2 * DAY.total_seconds(),) * 2)
    return taken.sha256


def sweep(desk: EvidenceDesk, *needed: str) -> int:
    return desk.sweep(lambda asked: set(asked) & set(needed), untouched_since=datetime.fromtimestamp(NOW, UTC) - DAY)


def test_what_nobody_needs_is_swept_away_after_a_while(tmp_path):
    desk = a_desk(tmp_path)
    sha256 = long_ago(desk, tmp_path)

    assert (sweep(desk), desk.has(sha256), sweep(desk)) == (1, False, 0)


def test_what_somebody_needs_stays(tmp_path):
    desk = a_desk(tmp_path)
    sha256 = long_ago(desk, tmp_path)

    assert (sweep(desk, sha256), desk.has(sha256)) == (0, True)


def test_what_is_handed_in_again_counts_from_now(tmp_path):
    desk = a_desk(tmp_path)
    sha256 = long_ago(desk, tmp_path)
    desk.take(io.BytesIO(PDF), name="badge.pdf")

    assert (sweep(desk), desk.has(sha256)) == (0, True)


def test_what_was_not_stored_to_its_end_and_files_of_others_are_told_apart(tmp_path):
    desk = a_desk(tmp_path)
    long_ago(desk, tmp_path)
    half, stranger = tmp_path / "incoming" / "half", tmp_path / "note.txt"
    for path in (half, stranger):
        path.write_bytes(b"x")
        os.utime(path, (NOW - 2 * DAY.total_seconds(),) * 2)

    assert (sweep(desk), half.exists(), stranger.exists()) == (2, False, True)


REFUSED = {
    "nothing in it": (b"", EvidenceFault.EMPTY),
    "one byte too many": (PDF + b"\n", EvidenceFault.TOO_LARGE),
    "a program named pdf": (b"MZ\x90", EvidenceFault.KIND_NOT_TAKEN),
    "a page that runs scripts": (b"<html><script>", EvidenceFault.KIND_NOT_TAKEN),
    "a document that is cut off": (PDF[:40], EvidenceFault.DAMAGED),
    "a document with a password": (PDF.replace(b"/Root 1 0 R", b"/Encrypt<<A"), EvidenceFault.LOCKED),
    "a document with something behind it": (a_png() + b"more", EvidenceFault.MORE_BEHIND),
}


@pytest.mark.parametrize(("content", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_and_not_kept(tmp_path, content, fault):
    desk = a_desk(tmp_path)
    with pytest.raises(EvidenceRefusedError) as refused:
        desk.take(io.BytesIO(content), name="log.pdf")
    assert refused.value.fault is fault
    assert not desk.has(hashlib.sha256(content).hexdigest())


def test_the_largest_file_is_taken(tmp_path):
    assert a_desk(tmp_path).take(io.BytesIO(PDF), name="log.pdf").size == len(PDF)


def test_the_scanner_sees_the_bytes_and_what_it_finds_harmful_is_not_kept(tmp_path):
    scanner = Says(harmful=True)
    desk = a_desk(tmp_path, scanner)
    with pytest.raises(EvidenceRefusedError) as refused:
        desk.take(io.BytesIO(PDF), name="log.pdf")
    assert refused.value.fault is EvidenceFault.HARMFUL
    assert scanner.saw == [PDF]
    assert not desk.has(hashlib.sha256(PDF).hexdigest())


def a_scanner(code: str, *, seconds: int = 20) -> CommandScanner:
    return CommandScanner([sys.executable, "-c", code], seconds=seconds)


def test_the_exit_of_the_scanners_program_says_whether_a_file_is_harmful(tmp_path):
    file = tmp_path / "log.pdf"
    file.write_bytes(b"EICAR")
    looks = "import sys; sys.exit(int(b'EICAR' in open(sys.argv[1], 'rb').read()))"
    assert a_scanner(looks).is_harmful(file)
    file.write_bytes(PDF)
    assert not a_scanner(looks).is_harmful(file)


@pytest.mark.parametrize(
    "scanner",
    [
        a_scanner("raise SystemExit(2)"),
        a_scanner("import time; time.sleep(9)", seconds=1),
        CommandScanner(["no-such"], seconds=1),
    ],
    ids=["broken", "hanging", "missing"],
)
def test_a_scanner_that_does_not_look_is_our_outage_and_the_file_is_not_kept(tmp_path, scanner):
    desk = a_desk(tmp_path, scanner)
    with pytest.raises(OutageError):
        desk.take(io.BytesIO(PDF), name="log.pdf")
    assert not desk.has(hashlib.sha256(PDF).hexdigest())


@pytest.mark.parametrize(
    ("code", "logged"),
    [
        (
            "import sys; print('Could not connect to clamd', 'more', sep='\\n', file=sys.stderr); sys.exit(2)",
            {"code": 2, "said": "Could not connect to clamd"},
        ),
        ("raise SystemExit(3)", {"code": 3, "said": ""}),
    ],
)
def test_the_log_has_the_exit_of_a_scanner_that_failed_and_its_first_words(tmp_path, code, logged):
    with capture_logs() as entries, pytest.raises(OutageError):
        a_scanner(code).is_harmful(tmp_path / "log.pdf")
    assert entries == [{"event": "evidence scanner failed", "log_level": "warning", **logged}]


def test_the_log_says_that_the_scanners_program_is_not_there(tmp_path):
    with capture_logs() as entries, pytest.raises(OutageError):
        CommandScanner(["no-such"], seconds=1).is_harmful(tmp_path / "log.pdf")
    assert [entry["trouble"] for entry in entries] == ["FileNotFoundError"]


def test_without_a_scanner_the_log_says_that_nobody_looked(tmp_path, capsys):
    a_desk(tmp_path, TakeFilesUnscannedForDevelopment()).take(io.BytesIO(PDF), name="log.pdf")
    assert "unscanned" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Users\an\log.PDF", "log.pdf"),
        ('lo"g\r\n.pdf', "log.pdf"),
        ("", "evidence.pdf"),
        (".pdf", "pdf.pdf"),
        ("a" * 500 + ".pdf", "a" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_safe_in_a_list_and_in_a_header(name, plain):
    assert plain_name(name, kind="pdf") == plain
