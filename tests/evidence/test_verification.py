"""Whatever was changed, removed, added or moved is found, and told in a sentence."""

import shutil
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from evidence.audit import GENESIS, hash_event
from evidence.blobs import LocalBlobStore
from evidence.models import AuditLink, Blob
from evidence.verification.stored_files import Depth
from tests.evidence.stories import Story, unguarded
from tests.evidence.tamperings import TAMPERINGS

pytestmark = pytest.mark.django_db


def sentences(report) -> str:
    return "\n".join(sentence for check in report.checks for sentence in check.sentences)


def test_what_was_left_alone_holds(story: Story):
    report = story.verify()

    assert sentences(report) == ""
    assert report.holds
    counts = {check.what: check.checked for check in report.checks}
    assert counts["events in the chain"] == AuditLink.objects.count() > 20
    assert counts["signed heads"] == 4
    assert counts["submissions, their files and names"] == 7
    assert counts["signature checks"] == 5
    assert counts["answers and their files"] == counts["outcomes"] + 4
    assert [remark for remark in report.remarks if "not compared" in remark] == []
    assert report.remarks[0].startswith("not linked yet: 1 ")


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_changed_row_is_found(story: Story, statement: str, expected: str):
    unguarded(statement)
    report = story.verify(depth=Depth.SIZES)

    assert not report.holds
    assert expected in sentences(report)


def test_a_chain_built_anew_does_not_fit_the_signed_heads(story: Story):
    unguarded(
        "UPDATE evidence_auditevent SET actor = 'nobody' WHERE id IN (SELECT event_id FROM evidence_auditlink WHERE position = 2)"
    )
    previous = GENESIS
    for link in AuditLink.objects.select_related("event").order_by("position"):
        digest = hash_event(link.event, position=link.position, previous=previous)
        unguarded(
            "UPDATE evidence_auditlink SET previous_hash = %s, hash = %s WHERE position = %s",
            previous,
            digest,
            link.position,
        )
        previous = digest
    report = story.verify(depth=Depth.SIZES)

    assert {check.what: check.wrong for check in report.checks if check.wrong} == {"signed heads": 4}
    assert "the chain was built anew" in sentences(report)


@pytest.fixture
def store(story: Story, tmp_path: Path) -> LocalBlobStore:
    shutil.copytree(story.bench.home / "blobs", tmp_path / "blobs")
    return LocalBlobStore(tmp_path / "blobs")


def path_of(store: Path, sha256: str) -> Path:
    path = store / sha256[:2] / sha256[2:4] / sha256
    path.chmod(0o600)
    return path


def change_one_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


FILE_TAMPERINGS = {
    "one byte": (change_one_byte, "has another content than was stored"),
    "a byte more": (lambda path: path.write_bytes(path.read_bytes() + b" "), "has another content than was stored"),
    "removed": (Path.unlink, "is gone from the blob store"),
    "exchanged": (lambda path: shutil.copyfile(other_than(path), path), "has another content than was stored"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "cannot be read: Is a directory"),
}


def other_than(path: Path) -> Path:
    return next(one for one in path.parents[2].rglob("*") if one.is_file() and one.name != path.name)


@pytest.mark.parametrize(("tamper", "expected"), FILE_TAMPERINGS.values(), ids=FILE_TAMPERINGS.keys())
def test_a_changed_file_is_found(story: Story, store: LocalBlobStore, tmp_path: Path, tamper, expected: str):
    blob = Blob.objects.filter(size__gt=0).latest("sha256")
    tamper(path_of(tmp_path / "blobs", blob.sha256))
    report = story.verify(store=store)

    assert sentences(report).startswith(f"blob {blob.sha256} {expected}")
    assert sum(check.wrong for check in report.checks) == 1


def test_a_quick_look_finds_sizes_and_says_that_it_read_nothing(story: Story, store: LocalBlobStore, tmp_path: Path):
    path = path_of(tmp_path / "blobs", Blob.objects.latest("sha256").sha256)
    change_one_byte(path)
    unseen = story.verify(store=store, depth=Depth.SIZES)
    path.write_bytes(path.read_bytes() + b" ")

    assert unseen.holds
    assert "were not read" in unseen.remarks[-1]
    assert "its row says" in sentences(story.verify(store=store, depth=Depth.SIZES))


def test_strange_files_among_the_blobs_are_told_and_no_fault(story: Story, store: LocalBlobStore, tmp_path: Path):
    (tmp_path / "blobs" / "00" / "00").mkdir(parents=True, exist_ok=True)
    for name in ("00/00/" + "0" * 64, "notes", "zz"):
        (tmp_path / "blobs" / name).write_bytes(b"left behind")
    report = story.verify(store=store)

    assert report.holds
    assert [remark for remark in report.remarks if "to no row" in remark] == [
        f"files in the blob store that belong to no row: 3, the first is {'0' * 64}"
    ]


def test_a_head_kept_elsewhere_that_is_no_head_is_told(story: Story, tmp_path: Path):
    shutil.copytree(story.heads, tmp_path / "heads")
    text = min((tmp_path / "heads").glob("*.txt"))
    text.write_bytes(text.read_bytes().replace(b"position", b"Position"))

    assert f"head file {text.name} cannot be read" in sentences(
        story.verify(heads=tmp_path / "heads", depth=Depth.SIZES)
    )


def test_events_of_before_the_details_cover_nothing_and_break_nothing(story: Story):
    unguarded("DELETE FROM evidence_auditlink")
    unguarded("DELETE FROM evidence_audithead")
    unguarded("DELETE FROM evidence_auditevent WHERE action = 'answer:offered'")
    unguarded(
        "UPDATE evidence_auditevent SET detail = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(detail) "
        "WHERE key IN ('reception', 'name', 'codes', 'forms', 'refused')), '{}')"
    )
    report = story.verify(depth=Depth.SIZES, heads=Path("/nonexistent"))

    assert sentences(report) == ""
    assert [remark.split(": ")[1].split(";")[0] for remark in report.remarks if "not compared" in remark] == [
        "7 submissions, their files and names",
        "11 answers and their files",
        "5 signature checks",
    ]


GUARDED = (
    "evidence_auditevent",
    "evidence_auditlink",
    "evidence_audithead",
    "evidence_blob",
    "evidence_submissionpart",
    "evidence_signaturecheck",
    "evidence_usedname",
    "student_days_periodversion",
    "student_days_declaration",
)


@pytest.mark.parametrize("table", GUARDED)
def test_the_database_refuses_to_empty_a_table_of_facts(db, table: str):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER never_emptied")
    with (
        pytest.raises(DatabaseError, match="append-only: TRUNCATE"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", ["evidence_signaturecheck", "evidence_audithead"])
@pytest.mark.parametrize("statement", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_the_database_refuses_to_change_newer_facts(story: Story, table: str, statement: str):
    column = "certificate" if table.endswith("check") else "hash"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column))


def test_what_was_sealed_before_channels_were_kept_is_no_fault_until_somebody_adds_them(story: Story):
    unguarded(
        "UPDATE evidence_auditevent SET detail = detail - '{channels,doors,sender_state,open_channels,has_service}'::text[]"
    )
    unguarded(
        "UPDATE evidence_submission SET channels = NULL, sender_state = '', open_channels = NULL, has_service = NULL; "
        "UPDATE evidence_submissionpart SET channels = NULL"
    )
    (before,) = (check for check in story.verify().checks if check.what.startswith("submissions"))
    unguarded("UPDATE evidence_submission SET channels = '{SFTP}'")

    assert before.sentences == []
    assert "the event does not tell its channels" in sentences(story.verify())
