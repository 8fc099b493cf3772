"""Documents and tasks of the company: managers read all of their reach, users what is routed to them."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from correspondence.ebox import Posting, publish
from correspondence.models import EboxDocument, EboxKind, EboxReceipt, EboxRoute
from domain.environments import Environment
from evidence.models import AuditEvent
from portal.pages.overtaken import SHOWN
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.models import UserAccount
from tests.portal.people import Manager, settle_manager, settle_stranger, settle_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


def a_document(manager: Manager, *, kind: EboxKind = EboxKind.ORPHAN_CO_MANAGER, service: str = "") -> EboxDocument:
    values = {"quality": "EMPLOYER", "file": "FI.DIMN.100001", "ticket": "T1"}
    posting = Posting(
        kind=kind,
        environment=Environment.PRODUCTION,
        values=values,
        publisher="test",
        occasion=f"{kind} {manager.entity_id} {service}",
        entity_id=manager.entity_id,
        quality="EMPLOYER",
        service=service,
        due_at=datetime.now(UTC),
    )
    return publish(posting, at=datetime.now(UTC))


def step(visitor: Visitor, document: EboxDocument, name: str):
    page = visitor.get(f"/ebox/{document.pk}")
    said = {FIELD: new_form_token(page.context["request"])}
    return visitor.client.post(f"/ebox/{document.pk}/{name}", said, secure=True)


def test_a_document_is_read_and_its_task_done(visitor: Visitor):
    document = a_document(visitor.manager)
    assert "No access manager any more" in visitor.get("/ebox").content.decode()
    visitor.get(f"/ebox/{document.pk}")
    document.refresh_from_db()
    assert document.state == "READ"
    assert EboxReceipt.objects.get().first_opened_at is not None

    assert step(visitor, document, "handle").status_code == HTTPStatus.SEE_OTHER
    document.refresh_from_db()
    assert (document.state, document.handled_by) == ("HANDLED", f"person:{visitor.manager.person_id}")
    assert AuditEvent.objects.filter(action="ebox:handled").count() == 1


def test_a_hidden_document_is_found_among_the_hidden_and_shown_again(visitor: Visitor):
    document = a_document(visitor.manager)
    step(visitor, document, "hide")
    assert f"/ebox/{document.pk}" not in visitor.get("/ebox").content.decode()
    assert f"/ebox/{document.pk}" in visitor.get("/ebox/hidden").content.decode()

    step(visitor, document, "show")
    assert f"/ebox/{document.pk}" in visitor.get("/ebox").content.decode()


def test_a_user_sees_what_is_routed_to_him_alone(visitor: Visitor):
    user = settle_user(visitor.manager)
    account = UserAccount.objects.get(person_id=user.person_id)
    routed = a_document(visitor.manager, kind=EboxKind.NOTIFICATION, service="DIMONA")
    other = a_document(visitor.manager)
    his = a_visitor(Client(), user)
    his.get(f"/ebox/{routed.pk}", status=HTTPStatus.NOT_FOUND)
    visitor.send(f"/ebox/parameters/{account.pk}", services=["DIMONA"])

    assert "FI.DIMN.100001" in his.get(f"/ebox/{routed.pk}").content.decode()
    his.get(f"/ebox/{other.pk}", status=HTTPStatus.NOT_FOUND)
    his.get("/ebox/parameters", status=HTTPStatus.FORBIDDEN)
    visitor.send(f"/ebox/parameters/{account.pk}")
    assert not EboxRoute.objects.exists()


def test_routes_that_somebody_changed_after_the_page_was_shown_are_kept(visitor: Visitor):
    user = UserAccount.objects.get(person_id=settle_user(visitor.manager).person_id)
    path = f"/ebox/parameters/{user.pk}"
    shown = visitor.get(path).context["shown"]
    visitor.send(path, services=["DIMONA"])
    visitor.send(path, status=HTTPStatus.CONFLICT, services=["CHECK_INS"], **{SHOWN: shown})

    assert EboxRoute.objects.values_list("service", flat=True).get() == "DIMONA"


def test_another_companys_document_looks_like_one_that_is_not_there(visitor: Visitor):
    other = settle_manager(company="0400767772", user_name="an.other")
    document = a_document(other)
    user = other.company.user()

    visitor.get(f"/ebox/{document.pk}", status=HTTPStatus.NOT_FOUND)
    visitor.get(f"/ebox/parameters/{user.pk}", status=HTTPStatus.NOT_FOUND)
    a_visitor(Client(), settle_stranger(visitor.manager)).get("/ebox", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("page", ["/ebox", "/ebox/hidden?q=access", "/ebox/{}", "/ebox/parameters"])
def test_a_page_takes_few_queries(visitor: Visitor, page: str):
    document = a_document(visitor.manager)
    visitor.get(f"/ebox/{document.pk}")
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(page.format(document.pk))

    assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]
