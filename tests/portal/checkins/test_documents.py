"""The documents that prove a correction, as its form takes them and its pages show them."""

from http import HTTPStatus

import pytest

from registers.checkins.models import Correction, CorrectionEvidence, HandedInEvidence
from tests.portal.checkins.test_corrections import PDF, a_file, ask
from tests.proving_documents import a_pdf

pytestmark = pytest.mark.django_db
UNREADABLE = {
    "half a document": (PDF[:40], "The document is damaged, cut off, or has no page: save or scan it again."),
    "a locked one": (PDF.replace(b"/Root", b"/Encrypt<</A"), "The document is protected by a password"),
    "one with more": (PDF + b"PK", "Something lies behind the end of the document"),
}


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_document_that_nobody_can_read_is_refused_with_the_reason(employer, event, content, sentence):
    path = f"/presences/{event.number}/correction"
    answer = ask(employer, path, status=HTTPStatus.UNPROCESSABLE_ENTITY, evidence=a_file(content, "log.pdf"))
    assert sentence in answer.content.decode()
    assert not Correction.objects.exists()


def test_up_to_five_documents_prove_one_request(employer, officer, event):
    files = [a_file(a_pdf(name), f"{name}.pdf") for name in ("badges", "sheet", "photo", "plan", "letter")]
    told = employer.follow(ask(employer, f"/presences/{event.number}/correction", evidence=files))
    request = Correction.objects.get()
    assert (request.state, request.evidence.count()) == ("SUBMITTED", 5)
    pages = (
        told,
        employer.text(f"/presences/corrections/{request.number}"),
        officer.text(f"/decisions/{request.number}"),
    )
    for page in pages:
        assert all(f"{name}.pdf" in page for name in ("badges", "sheet", "photo", "plan", "letter"))


def test_the_same_document_twice_is_one(employer, event):
    ask(employer, f"/presences/{event.number}/correction", evidence=[a_file(), a_file(name="again.pdf")])
    assert Correction.objects.get().evidence.count() == 1


@pytest.mark.parametrize("is_turned", [False, True])
def test_documents_are_noted_in_one_order_however_they_are_chosen(employer, event, is_turned):
    """Two clerks who prove two requests by the same documents never wait for each other."""
    files = [a_file(a_pdf(name), f"{name}.pdf") for name in ("badges", "sheet", "photo")]
    ask(employer, f"/presences/{event.number}/correction", evidence=files[::-1] if is_turned else files)
    noted = list(HandedInEvidence.objects.order_by("pk").values_list("sha256", flat=True))
    assert noted == sorted(noted)


TOO_MUCH = {
    "six": ([a_file(a_pdf(str(number))) for number in range(6)], 200, "Choose 5 documents at most."),
    "one that is empty": ([a_file(), a_file(b"")], 200, "The file is empty."),
    "one that is no document": ([a_file(), a_file(b"MZ program", "b.pdf")], 422, "b.pdf: Only PDF, PNG and JPEG"),
    "more than is taken": ([a_file(), a_file(b"%PDF-".ljust(10 * 1024**2))], 200, "Choose smaller files, or fewer."),
}


@pytest.mark.parametrize(("files", "status", "sentence"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_of_several_documents_all_are_taken_or_none(employer, event, files, status, sentence):
    for file in files:
        file.seek(0)
    answer = ask(employer, f"/presences/{event.number}/correction", status=status, evidence=files)
    assert sentence in answer.content.decode()
    assert not Correction.objects.exists()


def test_who_decides_reads_whether_a_scanner_looked_through_a_document(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    path = f"/decisions/{Correction.objects.get().number}"
    assert "no virus scan on record" in officer.text(path)
    CorrectionEvidence.objects.update(scanned_at=event.received_at)
    assert "no virus scan on record" not in officer.text(path)


def test_nothing_is_said_of_a_scan_of_before_the_upgrade(employer, officer, event):
    """Nobody noted it then: a warning at each would teach whoever decides to pass over it."""
    ask(employer, f"/presences/{event.number}/correction")
    CorrectionEvidence.objects.update(is_scan_noted=False)
    assert "no virus scan on record" not in officer.text(f"/decisions/{Correction.objects.get().number}")
