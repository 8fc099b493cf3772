"""No draft of a correction runs out while our scanner turns its evidence away (§2.6: undecided is ours)."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.refusals import OutageError
from evidence.models import AuditEvent
from evidence.spool import Spool
from ingest.evidence_files import EvidenceDesk, HarmScanner
from ingest.noted_scanner import NotedScanner, NotedSpool, try_scanner
from registers.checkins.evidence_of_corrections import expire_drafts, is_evidence_overdue, note_evidence
from registers.checkins.models import Correction, EvidenceScanner
from registers.checkins.scanner_outages import failing_since, note_answer, note_failure, take_turn
from tests.checkin_items import BADGE_LOG, COMPANY, RECEIVED, a_correction, an_event
from tests.proving_documents import a_pdf
from tests.registers.checkins.conftest import SENDER, Counter
from tests.sender.narrow_disk import no_file_larger_than

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LARGEST = 9999
FAILED, OVER = RECEIVED + 20 * HOUR, RECEIVED + 26 * HOUR


@pytest.fixture
def draft(counter: Counter) -> Correction:
    """A request whose evidence is waited for until a day after it."""
    (event,) = counter(an_event())
    counter(a_correction(registration_id=event.registration.id, corrected_at=RECEIVED - HOUR), received_at=RECEIVED)
    return Correction.objects.get()


def hand_in(at: datetime) -> list[str]:
    return note_evidence(
        BADGE_LOG.sha256, owner=COMPANY, environment=SENDER.environment, media_type="pdf", size=9, at=at
    )


def test_a_draft_does_not_run_out_while_the_scanner_fails(draft: Correction):
    note_failure(at=FAILED)
    assert expire_drafts(at=OVER) == expire_drafts(at=OVER + 900 * HOUR) == 0
    assert not is_evidence_overdue(draft, at=OVER)


def test_its_evidence_is_taken_within_a_day_after_the_scanner_answers_again(draft: Correction):
    note_failure(at=FAILED)
    note_answer(at=OVER)
    assert hand_in(OVER + 23 * HOUR) == [draft.number]


def test_it_runs_out_a_day_after_the_scanner_answers_again(draft: Correction):
    note_failure(at=FAILED)
    note_answer(at=OVER)
    assert (expire_drafts(at=OVER + 23 * HOUR), expire_drafts(at=OVER + 24 * HOUR)) == (0, 1)


def test_a_file_at_which_the_scanner_alone_fails_holds_up_nobodys_time(draft: Correction, tmp_path: Path):
    class FailsAtOne:
        def is_harmful(self, path: Path) -> bool:
            if path.read_bytes() == b"nested":
                raise OutageError("the scanner of evidence took too long")
            return False

    class Then:
        def now(self) -> datetime:
            return FAILED

    (file := tmp_path / "one.pdf").write_bytes(b"nested")
    with pytest.raises(OutageError):
        NotedScanner(FailsAtOne(), clock=Then(), spool=Spool.below(tmp_path), max_bytes=LARGEST).is_harmful(file)
    assert failing_since() is None
    assert expire_drafts(at=OVER) == 1


def test_what_was_over_before_the_scanner_failed_runs_out(draft: Correction):
    note_failure(at=OVER)
    assert hand_in(OVER) == []
    assert expire_drafts(at=OVER + HOUR) == 1


def test_a_scanner_that_fails_again_within_the_day_fails_since_it_did_first(draft: Correction):
    note_failure(at=FAILED)
    note_answer(at=FAILED + HOUR)
    note_failure(at=OVER)
    assert failing_since() == FAILED
    assert expire_drafts(at=OVER + HOUR) == 0


def test_each_change_is_on_record_once(db: None):
    for minute in range(3):
        note_failure(at=FAILED + minute * MINUTE)
    note_answer(at=OVER)
    note_answer(at=OVER + MINUTE)
    told = AuditEvent.objects.filter(action__startswith="evidence-scanner").order_by("pk").values_list("action", "at")
    assert list(told) == [("evidence-scanner:failing", FAILED), ("evidence-scanner:answering", OVER)]


def test_a_scanner_that_never_failed_leaves_no_row(db: None):
    note_answer(at=OVER)
    assert not EvidenceScanner.objects.exists()


def test_it_is_tried_by_itself_once_in_a_while(db: None):
    turns = [take_turn(at=FAILED + seconds * timedelta(seconds=1), every=MINUTE) for seconds in (0, 30, 60, 61)]
    assert turns == [True, False, True, False]


class At:
    def now(self) -> datetime:
        return FAILED


class Fails:
    def is_harmful(self, path: Path) -> bool:
        raise OutageError(f"nobody looks at a file of {path.stat().st_size} bytes")


class Looks:
    def is_harmful(self, path: Path) -> bool:
        return not path.read_bytes()


def noted(scanner: HarmScanner, spool: Spool) -> NotedScanner:
    return NotedScanner(scanner, clock=At(), spool=spool, max_bytes=LARGEST)


def test_who_looks_through_evidence_notes_that_it_cannot_and_that_it_can_again(db: None, tmp_path: Path):
    spool = Spool.below(tmp_path)
    with pytest.raises(OutageError):
        try_scanner(noted(Fails(), spool), spool=spool, max_bytes=LARGEST)
    assert failing_since() == FAILED
    try_scanner(noted(Looks(), spool), spool=spool, max_bytes=LARGEST)
    assert failing_since() is None


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A home whose room takes no file, as on a full disk."""
    (tmp_path / "spool").write_bytes(b"no folder")
    return tmp_path


def test_a_scanner_that_cannot_be_tried_for_want_of_room_does_not_work(db: None, full: Path):
    with pytest.raises(OutageError):
        noted(Fails(), Spool.below(full)).is_harmful(full / "spool")
    assert failing_since() == FAILED


def test_nobodys_time_runs_out_while_no_copy_can_be_made_for_the_scanner(draft: Correction, full: Path):
    scanner = noted(Looks(), Spool.below(full))
    desk = EvidenceDesk(full, max_bytes=LARGEST, scanner=scanner, spool=NotedSpool.of(full, clock=At()))
    with pytest.raises(OutageError):
        desk.take(io.BytesIO(a_pdf()), name="badge.pdf")
    assert failing_since() == FAILED
    assert expire_drafts(at=OVER) == 0


def test_a_copy_at_which_a_scanner_alone_fails_is_no_want_of_room(db: None, tmp_path: Path):
    with pytest.raises(OutageError):
        try_scanner(Fails(), spool=NotedSpool.of(tmp_path, clock=At()), max_bytes=LARGEST)
    assert failing_since() is None


def test_nobodys_time_runs_out_while_small_documents_alone_find_room(draft: Correction, tmp_path: Path):
    spool = NotedSpool.of(tmp_path, clock=At())
    scanner = noted(Looks(), Spool.below(tmp_path))
    with no_file_larger_than(LARGEST // 3):
        with pytest.raises(OutageError), spool.named("large.pdf", [bytes(LARGEST)]):
            pass
        with spool.named("small.pdf", [a_pdf()]) as copy:
            assert not scanner.is_harmful(copy)
    assert failing_since() == FAILED
    assert expire_drafts(at=OVER) == 0


def test_a_scanner_that_is_tried_on_a_disk_with_little_room_does_not_work(db: None, tmp_path: Path):
    spool = NotedSpool.of(tmp_path, clock=At())
    with no_file_larger_than(LARGEST // 3), pytest.raises(OutageError):
        try_scanner(noted(Looks(), Spool.below(tmp_path)), spool=spool, max_bytes=LARGEST)
    assert failing_since() == FAILED
