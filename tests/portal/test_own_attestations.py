"""A student's attestations: made on a page that shows the code once and gives the file as often as it is asked."""
# ruff: noqa: F401, F811 - fixtures of another module

from html import unescape
from http import HTTPStatus

import pytest
from django.test import Client

from portal.pages.sending_once import FIELD, new_form_token
from registers.student_days.models import Attestation, ConsultationLog
from tests.portal.people import Student, settle_student
from tests.portal.test_structured_reports import Visitor
from tests.portal.test_student import an_attestation, browse, code_on, own, send, student, text_of, visitor

pytestmark = pytest.mark.django_db


def test_a_code_is_shown_on_the_paper_and_once_on_a_page(own: Client, visitor: Visitor):
    answer = send(own, "/student/attestation", language="fr")
    code = str(answer.context["issued"].code)
    assert code in answer.content.decode()
    assert code not in text_of(own, "/student/attestation")
    assert "470" in visitor.send("/code", HTTPStatus.OK, code=code).content.decode()


def test_the_page_of_a_new_attestation_gives_its_file_as_often_as_it_is_asked_and_to_nobody_else(own: Client):
    made = send(own, "/student/attestation", language="fr")
    address, held = f"/student/attestation/{made.context['issued'].number}/paper", made.context["paper"]
    first, second = (own.post(address, {"paper": held}, secure=True) for _ in range(2))
    assert first.content == second.content
    assert code_on(first.content) == str(made.context["issued"].code)

    stranger = browse(settle_student([], user_name="somebody.else").cookie)
    for browser, said in ((stranger, held), (own, held[:-4]), (own, "no paper"), (own, "A" * 800_000), (own, "é")):
        assert browser.post(address, {"paper": said}, secure=True).status_code == HTTPStatus.NOT_FOUND
    assert own.get(address, secure=True).headers["Location"] == "/student/attestation"
    assert Attestation.objects.count() == 1


def test_a_form_that_made_an_attestation_makes_no_second_one_and_leads_to_the_list(own: Client):
    page = own.get("/student/attestation", secure=True)
    said = {"language": "nl", FIELD: new_form_token(page.context["request"])}
    first, second = (own.post("/student/attestation", said, secure=True) for _ in range(2))

    assert (first.status_code, second.status_code) == (HTTPStatus.OK, HTTPStatus.CONFLICT)
    assert 'href="/student/attestation"' in second.content.decode()
    assert Attestation.objects.get().number in text_of(own, "/student/attestation")


def test_a_code_that_answers_no_more_is_not_withdrawn_again(own: Client):
    an_attestation(own, "de")
    path = f"/student/attestation/{Attestation.objects.get().number}/withdraw"
    send(own, path)
    told = text_of(own, path, HTTPStatus.CONFLICT)
    assert "answers no more" in told
    assert "/student/attestation" in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", "Een code of een attest dat u gaf"),
        ("fr", "Un code ou une attestation que vous avez donnés"),
        ("de", "Ein Code oder eine Bescheinigung von Ihnen"),
        ("en", "A code or an attestation that you gave"),
    ],
)
def test_a_student_reads_in_his_language_why_a_company_looked(
    own: Client, student: Student, visitor: Visitor, language: str, told: str
):
    visitor.send("/code", HTTPStatus.OK, code=code_on(an_attestation(own, "nl")))
    looking = browse(student.cookie)
    looking.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    assert told in unescape(text_of(looking, "/student/looks"))


@pytest.mark.parametrize("typed", ["hello", "7Q4M-9ZK2-HX3P-0WNTT", "2026-WZAVK2X6", "7Q4M" * 20])
def test_what_can_be_no_code_is_told_so_and_is_no_guess(visitor: Visitor, typed: str):
    told = visitor.send("/code", HTTPStatus.OK, code=typed).content.decode()
    assert "An access code has sixteen letters and digits. The number of the attestation is none." in told
    assert not ConsultationLog.objects.exists()
