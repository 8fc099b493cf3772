"""Letters of a company about what waits in a list of check-ins lead to that list, whoever sees it."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from correspondence.models import EboxDocument, EboxKind, EboxRoute
from registers.access.models import UserAccount
from registers.checkins.telling import Letter, tell_company
from tests.portal.checkins.conftest import COMPANY, Visitor, as_visitor
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
LISTS = [
    (EboxKind.CHECK_IN_ERROR, "/presences/errors", "Reported errors"),
    (EboxKind.MISSING_CHECK_OUT, "/presences/missing", "Missing check-outs"),
]


@pytest.fixture
def reader(employer: Visitor, manager: Manager) -> Visitor:
    """A user who sees the staff, and to whom letters about check-ins go."""
    account = UserAccount.objects.get(person_id=employer.person_id, entity_id=manager.entity_id)
    EboxRoute.objects.create(
        entity_id=manager.entity_id, environment="R", quality=account.quality, service="CHECK_INS", account=account
    )
    return employer


def told(kind: EboxKind) -> str:
    """Return the address of the letter that told the company."""
    assert tell_company(COMPANY, "R", Letter(kind), occasion="a test", at=datetime.now(UTC))
    return f"/ebox/{EboxDocument.objects.get(kind=kind).pk}"


@pytest.mark.parametrize(("kind", "path", "name"), LISTS)
def test_a_letter_leads_who_sees_the_staff_to_the_list(reader: Visitor, kind: EboxKind, path: str, name: str):
    letter = told(kind)
    assert f'href="{path}">{name}</a>' in reader.text(letter)
    reader.get(path)


@pytest.mark.parametrize(("kind", "path", "name"), LISTS)
def test_a_manager_without_the_service_is_led_nowhere(manager: Manager, kind: EboxKind, path: str, name: str):
    assert f'href="{path}"' not in as_visitor(manager).text(told(kind))


@pytest.mark.parametrize(("kind", "path", "name"), LISTS)
def test_a_letter_that_leads_to_a_list_asks_twelve_questions_at_most(
    reader: Visitor,
    kind: EboxKind,
    path: str,
    name: str,
):
    letter = told(kind)
    reader.get(letter)
    reader.get("/home")
    with CaptureQueriesContext(connection) as queries:
        reader.get(letter)
    assert len(queries) <= MOST_QUERIES, [str(query["sql"])[:120] for query in queries]
