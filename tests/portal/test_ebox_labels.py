"""Labels on documents of an e-Box: everybody's own, found again by them on the list."""

from http import HTTPStatus

import pytest
from django.test import Client

from correspondence.ebox import label
from correspondence.models import EboxDocument, EboxReceipt
from domain.assurance import AssuranceLevel, Means
from evidence.models import AuditEvent
from tests.portal.people import Student, settle_manager, settle_student
from tests.portal.test_ebox import a_document
from tests.portal.test_own_ebox import a_document as a_students_document
from tests.portal.test_own_ebox import send, signed_in_with, text_of
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def student(desk: object) -> Student:
    return settle_student([])


@pytest.fixture
def own(student: Student) -> Client:
    return signed_in_with(student, Means.TOKEN_CARD, AssuranceLevel.TOKEN_CARD)


def put(visitor: Visitor, document: EboxDocument, text: str):
    return send(visitor.client, f"/ebox/{document.pk}/label", shown=f"/ebox/{document.pk}", label=text)


def shows(visitor: Visitor, path: str, document: EboxDocument) -> bool:
    return f'href="/ebox/{document.pk}"' in visitor.get(path).text


def test_a_document_is_found_by_its_label(visitor: Visitor):
    labelled, other = a_document(visitor.manager), a_document(visitor.manager, service="DIMONA")
    assert put(visitor, labelled, " To file & keep ").headers["Location"] == f"/ebox/{labelled.pk}"

    assert "?label=To%20file%20%26%20keep" in visitor.get("/ebox").text
    for path in ("/ebox?label=To%20file%20%26%20keep", "/ebox?q=file+%26"):
        assert (shows(visitor, path, labelled), shows(visitor, path, other)) == (True, False)
    event = AuditEvent.objects.get(action="ebox:labelled")
    assert "file" not in str(event.detail)


def test_a_search_stays_within_the_chosen_label(visitor: Visitor):
    put(visitor, a_document(visitor.manager), "Tax")

    assert '<input type="hidden" name="label" value="Tax">' in visitor.get("/ebox?label=Tax").text


def test_an_empty_label_takes_it_off(visitor: Visitor):
    document = a_document(visitor.manager)
    put(visitor, document, "Tax")
    put(visitor, document, "")

    assert EboxReceipt.objects.get(document=document).label == ""
    assert "My labels" not in visitor.get("/ebox").text


def test_nobody_sees_anothers_label(visitor: Visitor):
    document = a_document(visitor.manager)
    label(document, "Somebody else's", person_id=visitor.manager.company.user().person_id)

    assert "Somebody else" not in visitor.get("/ebox").text + visitor.get(f"/ebox/{document.pk}").text
    assert not shows(visitor, "/ebox?label=Somebody+else%27s", document)


@pytest.mark.parametrize("text", ["x" * 51, "two\x0blines"])
def test_a_label_that_is_none_is_told_and_not_saved(visitor: Visitor, text: str):
    document = a_document(visitor.manager)
    answer = put(visitor, document, text)

    assert answer.status_code == HTTPStatus.OK
    assert answer.context["form"].errors
    assert not EboxReceipt.objects.exclude(label="").exists()


@pytest.mark.parametrize("query", ["label=Nothing", "label=%00", "label=" + "x" * 200])
def test_a_label_that_nothing_has_breaks_no_list(visitor: Visitor, query: str):
    a_document(visitor.manager)

    assert visitor.get(f"/ebox?{query}").status_code == HTTPStatus.OK


def test_another_companys_document_is_not_labelled(visitor: Visitor):
    document = a_document(settle_manager(company="0400767772", user_name="an.other"))
    answer = send(visitor.client, f"/ebox/{document.pk}/label", shown="/ebox/parameters", label="Tax")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert not EboxReceipt.objects.exists()


def test_a_label_is_put_on_where_the_document_is(visitor: Visitor):
    document = a_document(visitor.manager)

    answer = visitor.client.get(f"/ebox/{document.pk}/label", secure=True)
    assert answer.headers["Location"] == f"/ebox/{document.pk}"


def test_a_citizen_finds_own_documents_by_label(student: Student, own: Client):
    document = a_students_document(student)
    here = f"/my-ebox/{document.pk}"
    assert own.get(f"{here}/label", secure=True).headers["Location"] == here
    assert send(own, f"{here}/label", shown=here, label="x" * 51).context["form"].errors
    assert send(own, f"{here}/label", shown=here, label="Summer").headers["Location"] == here

    assert f'href="{here}"' in text_of(own, "/my-ebox?label=Summer")
    assert "Nothing here has this label." in text_of(own, "/my-ebox?label=Winter")
    assert 'value="Summer"' in text_of(own, here)
