"""A request for a correction that waits for its evidence: completed, lapsed or withdrawn, by its company alone."""

from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from secrets import token_hex

import pytest

from domain.brussels import BRUSSELS
from domain.checkins.items import CorrectionRequest, Evidence
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from evidence.models import AuditEvent
from portal.checkin_counter import checkin_counter
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.checkins.models import Correction, CorrectionEvidence, Presence
from tests.portal.checkins.conftest import COMPANY
from tests.portal.checkins.test_corrections import WHY, a_file, ask
from tests.proving_documents import a_pdf

pytestmark = pytest.mark.django_db


def a_document() -> bytes:
    """Return a PDF that nobody handed in before."""
    return a_pdf(token_hex(8))


def a_draft(event: Presence, *contents: bytes) -> str:
    """Ask as a program of the company does, which announces documents before it hands them in."""
    now = datetime.now(BRUSSELS)
    item = CorrectionRequest(
        event.number,
        None,
        WHY,
        corrected_at=now - timedelta(hours=2),
        evidence=tuple(Evidence(f"log-{sha256(one).hexdigest()[:4]}.pdf", sha256(one).hexdigest()) for one in contents),
    )
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    (outcome,) = checkin_counter().desk.take([item], by=by, received_at=now, at=now)
    assert outcome.state == "DRAFT"
    return str(outcome.correction_id)


def test_a_draft_is_completed_by_its_evidence(employer, officer, event):
    document = a_document()
    number = a_draft(event, document)
    assert "Evidence is missing" in employer.text("/presences/corrections")
    page = employer.text(f"/presences/corrections/{number}")
    assert "Hand in the evidence until" in page
    assert "not handed in" in page
    answer = employer.send(f"/presences/corrections/{number}/evidence", evidence=a_file(document))
    page = employer.follow(answer)
    assert "Waits for a decision" in page
    assert "Hand in the evidence" not in page
    assert number in officer.text("/decisions")
    assert CorrectionEvidence.objects.get().size == len(document)


def test_a_draft_with_two_documents_waits_for_the_other(employer, event):
    first, second = a_document(), a_document()
    number = a_draft(event, first, second)
    answer = employer.send(f"/presences/corrections/{number}/evidence", evidence=a_file(first))
    assert "waits for the other documents" in employer.follow(answer)
    employer.send(f"/presences/corrections/{number}/evidence", evidence=a_file(second))
    assert Correction.objects.get().state == "SUBMITTED"


def test_another_file_than_the_announced_one_is_not_kept(employer, event):
    number = a_draft(event, a_document())
    other = a_document()
    answer = employer.send(f"/presences/corrections/{number}/evidence", status=422, evidence=a_file(other))
    assert "another file than the one that was announced" in answer.content.decode()
    assert not checkin_counter().evidence.has(sha256(other).hexdigest())
    assert Correction.objects.get().state == "DRAFT"


def test_evidence_after_its_time_is_not_asked_for_any_more(employer, event):
    number = a_draft(event, a_document())
    Correction.objects.update(evidence_due_at=datetime.now(BRUSSELS) - timedelta(minutes=1))
    assert "the request lapses" in employer.text(f"/presences/corrections/{number}")
    employer.get(f"/presences/corrections/{number}/evidence", HTTPStatus.NOT_FOUND)


def test_a_request_that_lapsed_shows_no_code(employer, event):
    number = a_draft(event, a_document())
    expire_drafts(at=datetime.now(BRUSSELS) + timedelta(hours=25))
    for page in (employer.text("/presences/corrections"), employer.text(f"/presences/corrections/{number}")):
        assert "Lapsed without evidence" in page
        assert "P302" not in page


@pytest.mark.parametrize("is_whole", [False, True], ids=["a draft", "a request that waits"])
def test_a_request_is_withdrawn_after_asking(employer, officer, event, is_whole):
    document = a_document()
    number = a_draft(event, document)
    if is_whole:
        employer.send(f"/presences/corrections/{number}/evidence", evidence=a_file(document))
    assert "Withdraw the request" in employer.text(f"/presences/corrections/{number}/withdraw")
    page = employer.follow(employer.send(f"/presences/corrections/{number}/withdraw"))
    assert "Withdrawn" in page
    assert Correction.objects.get().state == "WITHDRAWN"
    officer.get(f"/decisions/{number}", HTTPStatus.NOT_FOUND)
    employer.get(f"/presences/corrections/{number}/withdraw", HTTPStatus.NOT_FOUND)
    assert AuditEvent.objects.get(action="correction:withdrawn").actor == f"person:{employer.person_id}"


def test_what_is_withdrawn_may_be_asked_again(employer, event):
    employer.send(f"/presences/corrections/{a_draft(event, a_document())}/withdraw")
    ask(employer, f"/presences/{event.number}/correction")
    assert sorted(Correction.objects.values_list("state", flat=True)) == ["SUBMITTED", "WITHDRAWN"]


def test_a_request_of_a_mandated_firm_is_shown_to_the_employer(employer, event):
    """With the evidence to hand in, as one of its own."""
    document = a_document()
    number = a_draft(event, document)
    Correction.objects.update(asked_for="0412345614")
    assert number in employer.text("/presences/corrections")
    assert "0412345614" in employer.text(f"/presences/corrections/{number}")
    employer.send(f"/presences/corrections/{number}/evidence", evidence=a_file(document))
    assert Correction.objects.get().state == "SUBMITTED"


@pytest.mark.parametrize("page", ["", "/evidence", "/withdraw"])
def test_a_request_of_another_company_looks_like_none(employer, event, page):
    number = a_draft(event, a_document())
    Correction.objects.update(asked_for="0400767772", employer="0400767772")
    employer.get(f"/presences/corrections/{number}{page}", HTTPStatus.NOT_FOUND)


def test_what_the_employer_asked_is_no_request_of_the_worker(worker, employer, event):
    number = a_draft(event, a_document())
    assert "Evidence is missing" in worker.text(f"/check-in/corrections/{number}")
    for step in ("evidence", "withdraw"):
        worker.get(f"/check-in/corrections/{number}/{step}", HTTPStatus.NOT_FOUND)
