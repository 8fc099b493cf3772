"""A request for a correction while our scanner looks through nothing: it counts from when it was sent, and waits (§2.6)."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from shlex import join
from typing import Any

import pytest
from django.db.models import F

from correspondence.models import EboxAlert, EboxDocument
from domain.brussels import brussels_date
from portal.checkin_counter import checkin_counter
from registers.checkins.awaited_evidence import tell_of_awaited_evidence
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.checkins.models import Correction, EvidenceScanner, Presence, SectorRule, WorkPlace
from registers.checkins.scanner_outages import failing_since
from registers.checkins.upkeep import find_missing_outs
from tests.portal.checkins.acting import COMPANY, did, newest
from tests.portal.checkins.conftest import Visitor
from tests.portal.checkins.test_corrections import a_file, as_it_was, ask
from tests.proving_documents import a_pdf

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LOG, SHEET = a_pdf("log of badges"), a_pdf("signed sheet")
Program = Callable[[str], None]


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Program:
    """Return what makes the scanner's program end so: a line of Python that knows the `path` of the file."""
    program = tmp_path / "scanner.py"

    def ends(line: str) -> None:
        program.write_text(f"import sys\npath = sys.argv[1]\n{line}\n")

    ends("sys.exit(0)")
    evidence = replace(settings.GUICHET.evidence, scanner=join([sys.executable, str(program)]))
    settings.GUICHET = replace(settings.GUICHET, evidence=evidence)
    checkin_counter.cache_clear()
    return ends


@pytest.fixture
def last_day(event: Presence) -> Presence:
    """A check-in whose correction may be asked for until midnight."""
    left = (brussels_date(datetime.now(UTC)) - event.registration_date).days
    SectorRule.objects.filter(environment="R", sector=event.sector).update(correction_days=left)
    return event


def ask_in_time(employer: Visitor, event: Presence) -> Any:
    """Ask for an instant a minute after that of the event, which is of its day or of a later one."""
    return ask(employer, f"/presences/{event.number}/correction", **as_it_was(minutes=4), evidence=a_file(LOG))


def let_two_days_pass() -> None:
    """Let all that happened have happened two days earlier."""
    for name in ("registration_date", "deadline", "asked_at", "evidence_due_at"):
        Correction.objects.update(**{name: F(name) - 2 * DAY})
    EvidenceScanner.objects.update(failing_since=F("failing_since") - 2 * DAY)


def is_kept(content: bytes) -> bool:
    return checkin_counter().evidence.has(sha256(content).hexdigest())


def test_a_request_on_the_last_day_while_the_scanner_fails_counts_and_is_completed_days_after(
    employer: Visitor, officer: Visitor, last_day: Presence, scanner: Program
):
    scanner("sys.exit(2)")
    told = employer.follow(ask_in_time(employer, last_day))
    request = Correction.objects.get()
    assert (request.state, request.deadline) == ("DRAFT", brussels_date(datetime.now(UTC)))
    assert "By a fault of ours documents cannot be looked through now" in told
    assert not is_kept(LOG)

    let_two_days_pass()
    assert expire_drafts(at=datetime.now(UTC)) == 0
    page = employer.text(f"/presences/corrections/{request.number}")
    assert "The request does not lapse meanwhile" in page
    path = f"/presences/corrections/{request.number}/evidence"
    employer.send(path, HTTPStatus.SERVICE_UNAVAILABLE, evidence=a_file(LOG))

    scanner("sys.exit(0)")
    employer.send(path, evidence=a_file(LOG))
    assert Correction.objects.get().state == "SUBMITTED"
    assert request.number in officer.text("/decisions")


def test_it_lapses_a_day_after_the_scanner_looks_again(employer: Visitor, last_day: Presence, scanner: Program):
    scanner("sys.exit(2)")
    ask_in_time(employer, last_day)
    let_two_days_pass()
    answers_since = datetime.now(UTC)
    EvidenceScanner.objects.update(answers_since=answers_since)
    page = employer.text(f"/presences/corrections/{Correction.objects.get().number}")
    assert "Hand in the evidence until" in page
    assert "The request does not lapse meanwhile" not in page
    assert (expire_drafts(at=answers_since + 23 * HOUR), expire_drafts(at=answers_since + DAY)) == (0, 1)


def test_a_self_employed_person_asks_for_himself_in_the_same_way(worker: Visitor, place: WorkPlace, scanner: Program):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    scanner("sys.exit(2)")
    answer = ask(worker, f"/check-in/mine/{newest().number}/correction", evidence=a_file(LOG))
    request = Correction.objects.get()
    assert answer["Location"] == f"/check-in/corrections/{request.number}"
    scanner("sys.exit(0)")
    worker.send(f"/check-in/corrections/{request.number}/evidence", evidence=a_file(LOG))
    assert Correction.objects.get().state == "SUBMITTED"


def test_who_asked_is_told_once_that_documents_are_taken_again(
    employer: Visitor, worker: Visitor, event: Presence, scanner: Program
):
    scanner("sys.exit(2)")
    ask(employer, f"/presences/{event.number}/correction", evidence=a_file(LOG))
    number, now = Correction.objects.get().number, datetime.now(UTC)
    assert tell_of_awaited_evidence(at=now) == 0
    EvidenceScanner.objects.update(answers_since=now - HOUR)
    for minutes in (11, 1):
        find_missing_outs(limits=checkin_counter().limits, at=now - minutes * MINUTE)
    letter = EboxDocument.objects.get(kind="EVIDENCE_AWAITED")
    assert letter.subjects["en"] == f"Correction {number}: hand in your evidence"
    assert f'href="/presences/corrections/{number}">Hand in the evidence<' in employer.text(f"/ebox/{letter.pk}")
    assert not EboxDocument.objects.filter(person_id=worker.person_id).exists()


def test_who_was_told_is_told_again_once_a_scanner_that_failed_again_answers(
    employer: Visitor, event: Presence, scanner: Program
):
    scanner("sys.exit(2)")
    ask(employer, f"/presences/{event.number}/correction", evidence=a_file(LOG))
    now = datetime.now(UTC)
    for hours, letters in ((3, 1), (1, 2)):
        EvidenceScanner.objects.update(answers_since=now - hours * HOUR)
        for _twice in range(2):
            tell_of_awaited_evidence(at=now)
        assert EboxDocument.objects.filter(kind="EVIDENCE_AWAITED").count() == letters


def test_a_self_employed_person_is_told_so_too_and_nobody_a_day_later(
    worker: Visitor, place: WorkPlace, scanner: Program
):
    now = datetime.now(UTC)
    EboxAlert.objects.create(person_id=worker.person_id, environment="R", address="ana@example.org", activated_at=now)
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    scanner("sys.exit(2)")
    ask(worker, f"/check-in/mine/{newest().number}/correction", evidence=a_file(LOG))
    EvidenceScanner.objects.update(answers_since=now)
    assert tell_of_awaited_evidence(at=now + DAY) == 0
    assert tell_of_awaited_evidence(at=now + HOUR) == 1
    assert EboxDocument.objects.get().person_id == worker.person_id


def test_of_several_documents_those_looked_through_before_it_failed_are_kept(
    employer: Visitor, event: Presence, scanner: Program, tmp_path: Path
):
    seen = tmp_path / "seen"
    scanner(f"import os; sys.exit(2 if os.path.exists({str(seen)!r}) else open({str(seen)!r}, 'w').close())")
    ask(employer, f"/presences/{event.number}/correction", evidence=[a_file(LOG), a_file(SHEET, "sheet.pdf")])
    request = Correction.objects.get()
    assert request.state == "DRAFT"
    assert (is_kept(LOG), is_kept(SHEET)) == (True, False)
    scanner("sys.exit(0)")
    employer.send(f"/presences/corrections/{request.number}/evidence", evidence=a_file(SHEET))
    assert Correction.objects.get().state == "SUBMITTED"


def test_what_is_no_document_is_refused_while_the_scanner_fails_too(
    employer: Visitor, event: Presence, scanner: Program
):
    scanner("sys.exit(2)")
    files = [a_file(LOG), a_file(b"MZ program", "b.pdf")]
    answer = ask(employer, f"/presences/{event.number}/correction", status=422, evidence=files)
    assert "b.pdf: Only PDF, PNG and JPEG" in answer.content.decode()
    assert not Correction.objects.exists()


def test_who_sends_a_document_at_which_the_scanner_alone_fails_is_told_at_once(
    employer: Visitor, event: Presence, scanner: Program
):
    """Another document may prove it today: a request that names this one would hold that up."""
    scanner(f"sys.exit(2 if open(path, 'rb').read() == {LOG!r} else 0)")
    path = f"/presences/{event.number}/correction"
    answer = ask(employer, path, HTTPStatus.SERVICE_UNAVAILABLE, evidence=a_file(LOG))
    assert "The file cannot be looked through now" in answer.content.decode()
    assert failing_since() is None
    assert not Correction.objects.exists()
    ask(employer, path, evidence=a_file(SHEET))
    assert Correction.objects.get().state == "SUBMITTED"


def test_a_request_after_the_last_day_is_refused_whether_the_scanner_fails_or_not(
    employer: Visitor, event: Presence, scanner: Program
):
    SectorRule.objects.filter(environment="R", sector=event.sector).update(correction_days=0)
    scanner("sys.exit(2)")
    late = {**as_it_was(hours=60), "number": "05011512353", "type": "IN", "place": event.work_place}
    answer = employer.send("/presences/corrections/new", 422, **late, evidence=a_file(LOG))
    assert "The time to ask for a correction is over" in answer.content.decode()
    assert not Correction.objects.exists()
