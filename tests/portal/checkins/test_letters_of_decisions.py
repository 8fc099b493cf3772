"""Letters about decided corrections lead to the request for who may open it, and reach who asked."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from correspondence.models import EboxAlert, EboxDocument
from domain.access.services import Right
from domain.environments import Environment
from registers.access.models import Entity, Mandate
from registers.checkins.deciding import reject
from registers.checkins.models import Correction
from tests.portal.checkins.conftest import COMPANY, Visitor, a_user_of, as_visitor
from tests.portal.checkins.test_corrections import ask
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
OTHER = "0412345614"


@pytest.fixture
def decided(employer: Visitor, worker: Visitor, event) -> Correction:
    """What the employer asked for, rejected; the worker's e-Box is active."""
    now = datetime.now(UTC)
    EboxAlert.objects.create(person_id=worker.person_id, environment="R", address="ana@example.org", activated_at=now)
    ask(employer, f"/presences/{event.number}/correction")
    row = Correction.objects.get()
    reject(row.number, environment=Environment.PRODUCTION, by="login:0", note="The log says nine", at=now)
    return row


@pytest.fixture
def mandate(employer: Visitor) -> Mandate:
    """That of another company for which the employer stands."""
    now = datetime.now(UTC)
    return Mandate.objects.create(
        environment="R",
        principal=Entity.objects.create(
            environment="R", name="Bakery", company_number=OTHER, valid_from=now, created_by="test", source="OPERATOR"
        ),
        mandatary=Entity.objects.get(environment="R", company_number=COMPANY),
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=now,
        in_force_from=now,
        created_by="test",
        source="OPERATOR",
    )


def letter(kind: str = "CORRECTION_DECIDED") -> EboxDocument:
    return EboxDocument.objects.get(kind=kind)


def test_who_asked_finds_the_letter_and_is_led_to_the_request(employer: Visitor, decided: Correction):
    assert decided.number in employer.text("/ebox")
    page = employer.text(f"/ebox/{letter().pk}")
    assert f"/presences/corrections/{decided.number}" in page
    assert "rejected" in page


def test_another_user_finds_no_letter_that_is_routed_to_nobody(manager: Manager, decided: Correction):
    other = a_user_of(manager, Right.DECLARE, user_name="an.other")
    assert decided.number not in other.text("/ebox")
    other.get(f"/ebox/{letter().pk}", 404)


def test_a_manager_without_the_service_reads_the_letter_and_is_led_nowhere(manager: Manager, decided: Correction):
    page = as_visitor(manager).text(f"/ebox/{letter().pk}")
    assert decided.number in page
    assert "/presences/corrections/" not in page


def test_a_firm_is_led_to_what_it_asked_for_as_long_as_it_is_mandated(
    employer: Visitor, decided: Correction, mandate: Mandate
):
    Correction.objects.update(employer=OTHER)
    path = f"/presences/corrections/{decided.number}"
    assert path in employer.text(f"/ebox/{letter().pk}")
    employer.get(path)
    now = datetime.now(UTC)
    Mandate.objects.update(state="CLOSED", valid_until=now)
    assert path not in employer.text(f"/ebox/{letter().pk}")
    employer.get(path, 404)


def test_the_worker_is_led_to_the_decision(worker: Visitor, decided: Correction):
    page = worker.text(f"/my-ebox/{letter('OWN_CORRECTION_DECIDED').pk}")
    assert f"/check-in/corrections/{decided.number}" in page


def test_letters_name_nobody(decided: Correction):
    for each in EboxDocument.objects.filter(kind__endswith="CORRECTION_DECIDED"):
        told = str((each.subjects, each.bodies))
        for hidden in ("Diaz", "Ana", "nine"):
            assert hidden not in told


@pytest.mark.parametrize("path", ["/ebox", "/ebox/{0}"])
def test_pages_with_a_letter_ask_twelve_questions_at_most(
    employer: Visitor, decided: Correction, mandate: Mandate, path
):
    employer.get(f"/ebox/{letter().pk}")
    employer.get("/home")
    Correction.objects.update(employer=OTHER)  # of others' staff more is asked
    with CaptureQueriesContext(connection) as queries:
        employer.get(path.format(letter().pk))
    assert len(queries) <= MOST_QUERIES, [str(query["sql"])[:120] for query in queries]
