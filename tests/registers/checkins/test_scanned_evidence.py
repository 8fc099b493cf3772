"""When a scanner looked through a document is kept, whoever names it and whenever it comes."""

from datetime import timedelta

import pytest

from registers.checkins.deciding import reject, withdraw
from registers.checkins.evidence_of_corrections import expire_drafts, forget_evidence
from registers.checkins.models import Correction, CorrectionEvidence, HandedInEvidence
from tests.checkin_items import BADGE_LOG, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import COMPANY, OFFICIAL, R, Shelf, ask, decide, hand_in

HOUR = timedelta(hours=1)
DECIDED = RECEIVED + 3 * HOUR


def end(counter: Counter, how: str) -> None:
    """Let the only request end in that way."""
    number = Correction.objects.get().number
    match how:
        case "accepted":
            decide(counter, number, at=DECIDED)
        case "rejected":
            reject(number, environment=R, by=OFFICIAL, note="The log is of another day.", at=DECIDED)
        case "withdrawn":
            withdraw(number, environment=R, companies=frozenset({COMPANY}), person_id=0, at=DECIDED)
        case "erased":
            decide(counter, number, at=DECIDED)
            assert forget_evidence(decided_before=DECIDED + HOUR, at=DECIDED + 2 * HOUR) == 1


@pytest.fixture
def event(counter: Counter) -> int:
    (outcome,) = counter(an_event())
    return outcome.registration.id


@pytest.mark.parametrize("is_before", [True, False])
def test_when_a_scanner_looked_is_kept_with_the_document(counter: Counter, event: int, *, is_before: bool):
    """It is handed in before its request or after it, and once more when no scanner was set."""
    if not is_before:
        ask(counter, event)
    hand_in(BADGE_LOG.sha256, at=RECEIVED, scanned_at=RECEIVED)
    if is_before:
        hand_in(BADGE_LOG.sha256, at=RECEIVED)
        ask(counter, event, shelf=Shelf())
    assert CorrectionEvidence.objects.get().scanned_at == RECEIVED


def test_a_request_that_waits_for_a_document_knows_when_a_scanner_looked_before(counter: Counter, event: int):
    """The scanner was switched off, and the bytes swept, before the document came again."""
    hand_in(BADGE_LOG.sha256, at=RECEIVED, scanned_at=RECEIVED)
    ask(counter, event)
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    assert CorrectionEvidence.objects.get().scanned_at == RECEIVED
    assert not CorrectionEvidence.objects.get().is_unscanned


@pytest.mark.parametrize("is_before", [True, False])
def test_a_document_that_no_scanner_looked_through_is_told_from_one_of_before_the_upgrade(
    counter: Counter, event: int, *, is_before: bool
):
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    if is_before:
        HandedInEvidence.objects.update(is_scan_noted=False)
    ask(counter, event, shelf=Shelf())
    assert CorrectionEvidence.objects.get().is_unscanned is not is_before


@pytest.mark.parametrize("is_before", [True, False])
def test_a_document_of_before_the_upgrade_handed_in_again_without_a_scanner_stays_one_of_which_nobody_says_so(
    counter: Counter, event: int, *, is_before: bool
):
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    HandedInEvidence.objects.update(is_scan_noted=False)
    if is_before:
        hand_in(BADGE_LOG.sha256, at=RECEIVED)
        ask(counter, event, shelf=Shelf())
    else:
        ask(counter, event)
        hand_in(BADGE_LOG.sha256, at=RECEIVED)
    evidence = CorrectionEvidence.objects.get()
    assert (evidence.stored_at is not None, evidence.is_unscanned) == (True, False)


def test_a_document_of_before_the_upgrade_is_noted_as_scanned_once_a_scanner_looked(counter: Counter, event: int):
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    HandedInEvidence.objects.update(is_scan_noted=False)
    hand_in(BADGE_LOG.sha256, at=RECEIVED, scanned_at=RECEIVED)
    kept = HandedInEvidence.objects.get()
    assert (kept.scanned_at, kept.is_scan_noted) == (RECEIVED, True)


def test_a_document_that_a_scanner_looked_through_after_a_request_took_it_is_noted_as_such_there(
    counter: Counter, event: int
):
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    ask(counter, event, shelf=Shelf())
    taken = CorrectionEvidence.objects.get()
    assert taken.is_unscanned
    later = RECEIVED + 2 * HOUR
    hand_in(BADGE_LOG.sha256, at=later, scanned_at=later)
    evidence = CorrectionEvidence.objects.get()
    assert (evidence.stored_at, evidence.scanned_at, evidence.is_unscanned) == (taken.stored_at, later, False)


def test_a_scan_of_somebody_else_s_copy_is_noted_at_his_requests_alone(counter: Counter, event: int):
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    ask(counter, event, shelf=Shelf())
    hand_in(BADGE_LOG.sha256, owner="0438195916", at=RECEIVED, scanned_at=RECEIVED)
    assert CorrectionEvidence.objects.get().is_unscanned


@pytest.mark.parametrize("how", ["accepted", "rejected", "withdrawn", "erased"])
def test_a_scan_after_a_request_ended_tells_nothing_else_of_what_it_was_decided_on(
    counter: Counter, event: int, how: str
):
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    ask(counter, event, shelf=Shelf())
    end(counter, how)
    before = CorrectionEvidence.objects.values().get()
    later = DECIDED + 24 * HOUR
    hand_in(BADGE_LOG.sha256, at=later, scanned_at=later)
    assert CorrectionEvidence.objects.values().get() == before
    assert CorrectionEvidence.objects.get().is_unscanned
    assert HandedInEvidence.objects.get().scanned_at == later


@pytest.mark.parametrize("how", ["expired", "withdrawn"])
def test_a_document_that_comes_after_its_request_ended_without_it_stays_one_that_was_not_handed_in(
    counter: Counter, event: int, how: str
):
    ask(counter, event)
    later = RECEIVED + 48 * HOUR
    if how == "expired":
        assert expire_drafts(at=later) == 1
    else:
        end(counter, how)
    assert hand_in(BADGE_LOG.sha256, at=later + HOUR, scanned_at=later + HOUR) == []
    assert CorrectionEvidence.objects.get().stored_at is None
