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

pytestmark = pytest.mark.django_db

FIRST = "(SELECT min(id) FROM evidence_submission)"
LAST_LINK = "(SELECT max(position) FROM evidence_auditlink)"
ANY_BLOB = "(SELECT min(sha256) FROM evidence_blob)"


def sentences(report) -> str:
    return "\n".join(sentence for check in report.checks for sentence in check.sentences)


def test_what_was_left_alone_holds(story: Story):
    report = story.verify()

    assert sentences(report) == ""
    assert report.holds
    counts = {check.what: check.checked for check in report.checks}
    assert counts["events in the chain"] == AuditLink.objects.count() > 20
    assert counts["signed heads"] == 4
    assert counts["submissions, their files and names"] == 6
    assert counts["signature checks"] == 4
    assert counts["answers and their files"] == counts["outcomes"] + 3
    assert [remark for remark in report.remarks if "not compared" in remark] == []
    assert report.remarks[0].startswith("1 events wait to be linked")


TAMPERINGS = {
    "an event": (
        "UPDATE evidence_auditevent SET actor = 'nobody' WHERE id = (SELECT event_id FROM evidence_auditlink WHERE position = 2)",
        "at position 2 is not the one that was linked",
    ),
    "one character of an event's detail": (
        "UPDATE evidence_auditevent SET detail = replace(detail::text, 'SFTP', 'FTP')::jsonb WHERE action = 'submission:sealed'",
        "at position 1 is not the one that was linked",
    ),
    "a removed event": (
        "DELETE FROM evidence_auditevent WHERE id = (SELECT event_id FROM evidence_auditlink WHERE position = 3)",
        "position 3 is missing from the chain",
    ),
    "a removed link": ("DELETE FROM evidence_auditlink WHERE position = 3", "stands outside it: its link was removed"),
    "removed links": ("DELETE FROM evidence_auditlink WHERE position IN (3, 4)", "positions 3 to 4 are missing"),
    "the hash of a link": (
        "UPDATE evidence_auditlink SET hash = repeat('0', 64) WHERE position = 2",
        "position 3 does not follow position 2",
    ),
    "two links exchanged": (
        "UPDATE evidence_auditlink SET event_id = -event_id WHERE position IN (2, 3);"
        "UPDATE evidence_auditlink a SET event_id = -b.event_id FROM evidence_auditlink b "
        "WHERE (a.position, b.position) IN ((2, 3), (3, 2))",
        "at position 3 is not the one that was linked",
    ),
    "positions moved": (
        "UPDATE evidence_auditlink SET position = position + 1000 WHERE position >= 4",
        "positions 4 to 1003 are missing",
    ),
    "the tail cut off": (
        f"DELETE FROM evidence_auditlink WHERE position = {LAST_LINK}",
        "its tail was cut off",
    ),
    "the hash of a head": ("UPDATE evidence_audithead SET hash = repeat('1', 64)", "states another hash for position"),
    "the signature of a head": (
        "UPDATE evidence_audithead SET signature = set_byte(signature, length(signature) - 3, 0)",
        "is not signed by the platform",
    ),
    "a removed head": (
        "DELETE FROM evidence_audithead WHERE position = (SELECT max(position) FROM evidence_audithead)",
        "has no row in the table: heads were removed",
    ),
    "the name of a submission": (
        f"UPDATE evidence_submission SET subject_name = 'GO.X' WHERE id = {FIRST}",
        "its name is 'GO.X', the event told 'GO.DIMN",
    ),
    "the ticket of a submission": (
        f"UPDATE evidence_submission SET ticket = 'AAAAAAAAAAAAZ' WHERE id = {FIRST}",
        "its ticket is 'AAAAAAAAAAAAZ', the event told",
    ),
    "the owner of a submission": (
        f"UPDATE evidence_submission SET owner = '654321' WHERE id = {FIRST}",
        "its owner is '654321', the event told '123456'",
    ),
    "the reception of a submission": (
        f"UPDATE evidence_submission SET received_at = received_at - interval '1 second' WHERE id = {FIRST}",
        "its received_at is",
    ),
    "the outcome of a submission": (
        "UPDATE evidence_submission SET state = 'FILED' WHERE state = 'REFUSED'",
        "is FILED, but by its events it is REFUSED",
    ),
    "a removed submission": (f"DELETE FROM evidence_submission WHERE id = {FIRST}", "has no row: it was removed"),
    "an added submission": (
        "INSERT INTO evidence_submission (environment, channel, tray, owner, technical_user, reception, subject_name, "
        "purpose, named_sender, sequence, declared_parts, ticket, received_at, received_on, payload_bytes, state, "
        "leased_by, lease_count, outage) SELECT environment, channel, tray, owner, technical_user, reception, "
        "subject_name, purpose, named_sender, sequence, 1, 'BBBBBBBBBBBBZ', received_at, received_on, 0, 'SEALED', '', 0, "
        f"'' FROM evidence_submission WHERE id = {FIRST}",
        "was sealed by 0 events, one expected",
    ),
    "the blob of a part": (
        f"UPDATE evidence_submissionpart SET blob_id = {ANY_BLOB} WHERE prefix = 'FI' AND submission_id = {FIRST}",
        "its parts is 1 FI.DIMN",
    ),
    "the name of a part": (
        f"UPDATE evidence_submissionpart SET name = 'FI.X' WHERE prefix = 'FI' AND submission_id = {FIRST}",
        "its parts is 1 FI.X",
    ),
    "the prefix of a part": (
        f"UPDATE evidence_submissionpart SET prefix = 'FS' WHERE prefix = 'FI' AND submission_id = {FIRST}",
        "a part has another prefix than its name",
    ),
    "a removed part": (f"DELETE FROM evidence_submissionpart WHERE submission_id = {FIRST}", "its parts is nothing"),
    "a removed blob row": (
        f"DELETE FROM evidence_blob WHERE sha256 IN (SELECT blob_id FROM evidence_submissionpart WHERE submission_id = {FIRST})",
        "its parts is nothing",
    ),
    "the size of a blob": ("UPDATE evidence_blob SET size = size + 1", "bytes, its row says"),
    "a name given to another": (
        "UPDATE evidence_usedname SET sequence = '99999' WHERE id = (SELECT min(id) FROM evidence_usedname)",
        "the name it used up is another than its own",
    ),
    "a removed name": (
        "DELETE FROM evidence_usedname WHERE id = (SELECT min(id) FROM evidence_usedname)",
        "its name_used is 0, the event told 1",
    ),
    "a signature check": (
        "UPDATE evidence_signaturecheck SET certificate = repeat('0', 64) WHERE id = (SELECT min(id) FROM evidence_signaturecheck)",
        "its certificates is 0000",
    ),
    "the path of a signature check": (
        "UPDATE evidence_signaturecheck SET path = '[]' WHERE id = (SELECT min(id) FROM evidence_signaturecheck)",
        "its paths is 1, the event told 1 ",
    ),
    "the time of a signature check": (
        "UPDATE evidence_signaturecheck SET checked_at = checked_at + interval '1 day'",
        "made at another instant than it was judged",
    ),
    "a removed signature check": (
        "DELETE FROM evidence_signaturecheck",
        "its line_ends is nothing, the event told AS_IS",
    ),
    "the sequence of an answer": (
        "UPDATE evidence_answer SET sequence = 4711 WHERE id = (SELECT min(id) FROM evidence_answer)",
        "its sequence is 4711, the event told 1",
    ),
    "a removed answer": (
        "DELETE FROM evidence_answer WHERE id = (SELECT min(id) FROM evidence_answer)",
        "told by an event, has no row: it was removed",
    ),
    "an added answer": (
        "INSERT INTO evidence_answer (submission_id, kind, number, recipient, environment, day, sequence, created_at) "
        "SELECT submission_id, kind, 7, recipient, environment, day, 999, created_at FROM evidence_answer LIMIT 1",
        "was offered by no event: it was added",
    ),
    "the blob of an answer": (
        f"UPDATE evidence_answerfile SET blob_id = {ANY_BLOB} WHERE id = (SELECT min(id) FROM evidence_answerfile)",
        "its files is 1 F",
    ),
    "the recipient of an answer's file": (
        "UPDATE evidence_answerfile SET recipient = '654321' WHERE id = (SELECT min(id) FROM evidence_answerfile)",
        "a file is offered to somebody else",
    ),
}


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
            f"UPDATE evidence_auditlink SET previous_hash = '{previous}', hash = '{digest}' WHERE position = {link.position}"
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
    assert [remark for remark in report.remarks if "belong to no row" in remark] == [
        f"3 files in the blob store belong to no row, the first is {'0' * 64}"
    ]


def test_a_head_kept_elsewhere_that_is_no_head_is_told(story: Story, tmp_path: Path):
    shutil.copytree(story.heads, tmp_path / "heads")
    text = sorted((tmp_path / "heads").glob("*.txt"))[0]
    text.write_bytes(text.read_bytes().replace(b"position", b"Position"))

    assert f"head file {text.name} cannot be read" in sentences(
        story.verify(heads=tmp_path / "heads", depth=Depth.SIZES)
    )


def test_events_of_before_the_details_cover_nothing_and_break_nothing(story: Story):
    old = "('reception', 'name', 'codes', 'forms', 'refused')"
    unguarded(
        "DELETE FROM evidence_auditlink",
        "DELETE FROM evidence_audithead",
        "DELETE FROM evidence_auditevent WHERE action = 'answer:offered'",
        "UPDATE evidence_auditevent SET detail = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(detail) "
        f"WHERE key IN {old}), '{{}}')",
    )
    report = story.verify(depth=Depth.SIZES, heads=Path("/nonexistent"))

    assert sentences(report) == ""
    assert [remark.split(":")[0] for remark in report.remarks if "not compared" in remark] == [
        "6 submissions, their files and names",
        "9 answers and their files",
        "4 signature checks",
    ]


GUARDED = (
    "evidence_auditevent",
    "evidence_auditlink",
    "evidence_audithead",
    "evidence_blob",
    "evidence_submissionpart",
    "evidence_signaturecheck",
    "evidence_usedname",
    "student_days_quotaentry",
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
