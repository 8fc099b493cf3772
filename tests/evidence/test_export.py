"""An exported folder proves itself with OpenSSL and a shell; whatever is changed in it is found."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.evidence.export import gather_papers
from commands.evidence.platform_signatures import PlatformSignatures
from evidence.blobs import LocalBlobStore
from evidence.export.dossiers import write_dossier
from evidence.export.pieces import NotProvableError, cut_piece, find_submission
from evidence.models import AuditHead, Submission
from tests.evidence.stories import Story, unguarded

pytestmark = pytest.mark.django_db


def export(story: Story, submission: Submission, folder: Path) -> Path:
    blobs = LocalBlobStore(story.bench.home / "blobs")
    platform = PlatformSignatures.read(story.bench.home / "keys")
    papers = gather_papers(submission, blobs=blobs, platform=platform)
    write_dossier(folder, submission, cut_piece(submission), papers=papers, blobs=blobs)
    return folder


def check(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", folder / "verify.sh", *arguments], check=False, capture_output=True, text=True, timeout=60, cwd="/"
    )


@pytest.fixture(scope="module")
def dossier(story: Story, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with django_db_blocker.unblock():
        return export(story, story.accepted, tmp_path_factory.mktemp("dossier") / "evidence")


@pytest.fixture
def copy(dossier: Path, tmp_path: Path) -> Path:
    return shutil.copytree(dossier, tmp_path / "copy")


def test_a_fresh_folder_holds_under_the_platforms_own_certificate(story: Story, dossier: Path):
    checked = check(dossier, story.bench.home / "keys" / "authority.cert.pem")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "FAIL" not in checked.stdout
    for expected in (
        "events are those that were hashed",
        "the links follow one another",
        "the platform signed the head, on 2026-07-01T",
        "the sender signed delivery/FI.DIMN",
        "was valid and not revoked",
        "the platform signed answers/FO.ACRF",
        "the platform signed answers/FO.NOTI",
        "everything holds",
    ):
        assert expected in checked.stdout


@pytest.mark.parametrize("which", ["refused", "as_text", "by_ocsp", "last"])
def test_every_kind_of_submission_can_be_proved(story: Story, tmp_path: Path, which: str):
    checked = check(export(story, getattr(story, which), tmp_path / "evidence"))

    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    told = {
        "refused": "note  no signature of the sender was found acceptable",
        "as_text": "ok    the sender signed delivery/FI.DIMN",
        "by_ocsp": ".pem was valid and not revoked",
        "last": ".2.2\n",
    }
    assert told[which] in checked.stdout


def test_a_changed_ocsp_response_is_found(story: Story, tmp_path: Path):
    folder = export(story, story.by_ocsp, tmp_path / "evidence")
    flip(only(folder, "revocation/*.ocsp"))
    checked = check(folder)

    assert checked.returncode == 1
    assert "FAIL  revocation record" in checked.stdout
    assert ".pem was valid and not revoked" in checked.stdout.partition("FAIL  certificates/signer-")[2]


def test_the_piece_tells_nothing_of_other_submissions(story: Story, dossier: Path):
    lines = (dossier / "chain" / "links.txt").read_text().splitlines()
    events = (dossier / "chain" / "events.jsonl").read_text()

    assert any(line.endswith(" other") for line in lines)
    assert {len(line.split()) for line in lines} == {4}
    assert f'"submission":{story.refused.pk}}}' not in events
    assert events.count("\n") == sum(line.endswith(" own") for line in lines)


def test_only_the_owner_can_read_the_folder(dossier: Path):
    modes = {oct(path.stat().st_mode & 0o777) for path in dossier.rglob("*") if path.is_file()}
    folders = {oct(path.stat().st_mode & 0o777) for path in (dossier, *dossier.rglob("*")) if path.is_dir()}

    assert (modes, folders) == ({"0o600", "0o700"}, {"0o700"})


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def exchange(path: Path, first: int, second: int) -> None:
    lines = path.read_text().splitlines(keepends=True)
    lines[first], lines[second] = lines[second], lines[first]
    path.write_text("".join(lines))


def drop_line(path: Path, number: int) -> None:
    lines = path.read_text().splitlines(keepends=True)
    del lines[number]
    path.write_text("".join(lines))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "one byte of FI": (lambda folder: flip(only(folder, "delivery/FI.*")), "FAIL  delivery/FI.DIMN"),
    "one byte of FS": (lambda folder: flip(only(folder, "delivery/FS.*")), "FAIL  delivery/FS.DIMN"),
    "a GO with content": (lambda folder: only(folder, "delivery/GO.*").write_text("x"), "FAIL  delivery/GO.DIMN"),
    "no FI": (lambda folder: only(folder, "delivery/FI.*").unlink(), "FAIL  delivery/FI.DIMN"),
    "one byte of an answer": (
        lambda folder: flip(only(folder, "answers/FO.NOTI.*")),
        "FAIL  the platform signed answers/FO.NOTI",
    ),
    "one byte of an answer's signature": (
        lambda folder: flip(only(folder, "answers/FS.ACRF.*")),
        "FAIL  answers/FS.ACRF",
    ),
    "a file more": (
        lambda folder: (folder / "answers" / "FO.X").write_text("x"),
        "FAIL  answers/FO.X is named by no event",
    ),
    "one byte of an event": (
        lambda folder: rewrite(folder / "chain" / "events.jsonl", "submission:acknowledged", "submission:acknowledgeD"),
        "FAIL  events of the chain piece: ",
    ),
    "an event and its hash": (
        lambda folder: rewrite(folder / "chain" / "links.txt", " own", "0 own"),
        "FAIL  links do not follow",
    ),
    "two events exchanged": (lambda folder: exchange(folder / "chain" / "events.jsonl", 0, 1), "(order)"),
    "two links exchanged": (lambda folder: exchange(folder / "chain" / "links.txt", 1, 2), "FAIL  links do not follow"),
    "an event dropped": (
        lambda folder: drop_line(folder / "chain" / "events.jsonl", -1),
        "FAIL  events of the chain piece: count",
    ),
    "a link dropped": (lambda folder: drop_line(folder / "chain" / "links.txt", 1), "FAIL  links do not follow"),
    "the last link dropped": (
        lambda folder: drop_line(folder / "chain" / "links.txt", -1),
        "FAIL  the signed head states another",
    ),
    "one byte of the head": (
        lambda folder: rewrite(folder / "head" / "head.txt", "2026-07-01", "2026-07-02"),
        "FAIL  the platform signed the head",
    ),
    "one byte of the head's signature": (
        lambda folder: flip(folder / "head" / "head.p7s"),
        "FAIL  the platform signed the head",
    ),
    "no revocation list": (lambda folder: only(folder, "revocation/*.crl").unlink(), "FAIL  revocation record"),
    "one byte of a revocation list": (lambda folder: flip(only(folder, "revocation/*.crl")), "FAIL  revocation record"),
    "no signer's certificate": (
        lambda folder: only(folder, "certificates/signer-*").unlink(),
        "FAIL  certificates/signer-",
    ),
    "another signer's certificate": (
        lambda folder: shutil.copy(
            folder / "certificates" / "platform-answers.pem", only(folder, "certificates/signer-*")
        ),
        "FAIL  the sender signed delivery/FI",
    ),
    "another anchor": (
        lambda folder: shutil.copy(
            folder / "certificates" / "platform-anchor.pem", only(folder, "certificates/anchor-*")
        ),
        "was valid and not revoked",
    ),
    "another platform": (
        lambda folder: shutil.copy(
            only(folder, "certificates/anchor-*"), folder / "certificates" / "platform-anchor.pem"
        ),
        "FAIL  the platform signed the head",
    ),
}


@pytest.mark.parametrize(("tamper", "expected"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_changed_folder_is_found(copy: Path, tamper: Callable[[Path], object], expected: str):
    tamper(copy)
    checked = check(copy)

    assert checked.returncode == 1
    assert expected in "".join(line for line in checked.stdout.splitlines(keepends=True) if line.startswith("FAIL"))
    assert checked.stdout.endswith("something does not hold\n")


def test_a_certificate_of_somebody_else_does_not_prove_the_folder(story: Story, dossier: Path):
    checked = check(dossier, story.bench.home / "keys" / "tls.cert.pem")

    assert checked.returncode == 1
    assert "FAIL  the platform signed the head" in checked.stdout


def names_of(submission: Submission) -> Iterator[str]:
    yield str(submission.pk)
    yield submission.ticket or ""
    yield submission.parts.earliest("pk").name
    yield submission.answers.earliest("pk").files.earliest("pk").name


def test_a_submission_is_found_by_number_ticket_and_file(story: Story):
    assert {find_submission(text).pk for text in names_of(story.last)} == {story.last.pk}


@pytest.mark.parametrize("text", ["0", "99999999999999999999999", "ZZZZZZZZZZZZZ", "GO.X", "", "²"])
def test_what_names_no_submission_is_told(story: Story, text: str):
    with pytest.raises(NotProvableError, match="no submission has"):
        find_submission(text)


def test_a_name_that_came_twice_is_told_with_both_numbers(story: Story):
    with pytest.raises(NotProvableError, match=f"several submissions .*: {story.accepted.pk}, "):
        find_submission(story.accepted.subject_name)


def test_what_no_head_covers_yet_cannot_be_exported(story: Story):
    unguarded("DELETE FROM evidence_audithead")

    with pytest.raises(NotProvableError, match="run `guichet evidence link`"):
        cut_piece(story.accepted)


def test_later_events_wait_for_the_next_head(story: Story):
    first = AuditHead.objects.earliest("position")
    whole = cut_piece(story.accepted)
    unguarded("DELETE FROM evidence_audithead WHERE position > %s", first.position)
    piece = cut_piece(story.accepted)

    assert (whole.uncovered, piece.head.head.position) == (0, first.position)
    assert piece.uncovered == len(whole.own) - len(piece.own) > 0


def test_a_folder_that_is_there_is_left_alone(story: Story, dossier: Path):
    before = sorted(dossier.rglob("*"))

    with pytest.raises(NotProvableError, match="is there already"):
        export(story, story.accepted, dossier)
    assert sorted(dossier.rglob("*")) == before


def test_a_file_that_is_gone_leaves_no_half_folder(story: Story, tmp_path: Path):
    unguarded("UPDATE evidence_submissionpart SET blob_id = repeat('0', 64)")

    with pytest.raises(NotProvableError, match="is gone: run `guichet evidence verify`"):
        export(story, story.accepted, tmp_path / "evidence")
    assert list(tmp_path.iterdir()) == []


def test_papers_that_are_gone_are_told(story: Story, tmp_path: Path):
    unguarded("DELETE FROM channels_revocationrecord")

    with pytest.raises(NotProvableError, match=r"revocation record .* is in no table any more"):
        export(story, story.accepted, tmp_path / "evidence")
