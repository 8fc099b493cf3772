"""Who sent a registration, and who withdrew it, is told on its pages (§5.1)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.checkins.items import Cancellation
from domain.checkins.outcomes import Cancelled, Declarant
from domain.checkins.vocabulary import CancellationReason, ClockingChannel
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from registers.access.models import Entity, Mandate
from registers.checkins.models import PresenceStep
from tests.portal.checkins.acting import newest
from tests.portal.checkins.conftest import COMPANY, Visitor
from tests.portal.checkins.test_days import a_day, a_day_of_staff, bridge  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bridge")]
FIRM = "0412345614"


@pytest.fixture
def firm(employer: Visitor) -> str:
    """A software firm that the company mandated for check-ins."""
    now = datetime.now(UTC)
    firm = Entity.objects.create(
        environment="R",
        name="Payroll",
        company_number=FIRM,
        nsso_number="012345674",
        valid_from=now,
        created_by="test",
        source="OPERATOR",
    )
    Mandate.objects.create(
        environment="R",
        principal=Entity.objects.get(environment="R", company_number=COMPANY),
        mandatary=firm,
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=now,
        in_force_from=now,
        created_by="test",
        source="OPERATOR",
    )
    return FIRM


def read(visitor: Visitor, path: str) -> str:
    """Return the words of a page."""
    return " ".join(re.sub("<[^>]+>", " ", visitor.text(path)).split())


def cancel_by(company: str) -> None:
    now = datetime.now(UTC)
    item = Cancellation(newest().number, CancellationReason.PLANNING)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=company)
    (outcome,) = checkin_counter().desk.take([item], by=by, received_at=now, at=now)
    assert isinstance(outcome, Cancelled)


def test_a_day_that_a_firm_registered_and_cancelled_names_it_to_worker_and_employer(
    worker: Visitor, employer: Visitor, firm: str
):
    number = a_day_of_staff(company=firm).number
    cancel_by(firm)
    for shown in (read(worker, f"/check-in/mine/{number}"), read(employer, f"/presences/{number}")):
        assert f"Sent by Payroll ({firm})" in shown
        assert f"Cancelled by Payroll ({firm}). The planning changed" in shown


def test_a_firm_is_called_as_it_is_now_and_not_as_former_ones_of_its_number(
    worker: Visitor, employer: Visitor, firm: str
):
    number = a_day_of_staff(company=firm).number
    ended = {"valid_from": datetime.now(UTC) - timedelta(days=1000), "valid_until": datetime.now(UTC)}
    Entity.objects.filter(company_number=FIRM).update(name="Former", **ended)
    for name, dates in (("Payroll anew", {"valid_from": datetime.now(UTC)}), ("Former too", ended)):
        Entity.objects.create(environment="R", name=name, company_number=FIRM, **dates)
    for shown in (read(worker, f"/check-in/mine/{number}"), read(employer, f"/presences/{number}")):
        assert f"Sent by Payroll anew ({firm})" in shown


def test_a_firm_of_the_employer_s_name_is_told_with_its_number_once(worker: Visitor, employer: Visitor, firm: str):
    Entity.objects.filter(company_number=FIRM).update(name=Entity.objects.get(company_number=COMPANY).name.upper())
    number = a_day_of_staff(company=firm).number
    for shown in (read(worker, f"/check-in/mine/{number}"), read(employer, f"/presences/{number}")):
        assert shown.count(f"({firm})") == 1


@pytest.mark.parametrize("reader", ["worker", "employer"])
def test_companies_are_named_by_one_question(reader: str, worker: Visitor, employer: Visitor, firm: str):
    number = a_day_of_staff(company=firm).number
    cancel_by(firm)
    path = {"worker": f"/check-in/mine/{number}", "employer": f"/presences/{number}"}[reader]
    visitor = {"worker": worker, "employer": employer}[reader]
    with CaptureQueriesContext(connection) as asked:
        visitor.text(path)

    named = [each["sql"] for each in asked.captured_queries if 'FROM "access_entity"' in (each["sql"] or "")]
    assert len(named) == 1
    assert '"company_number" IN' in named[0]


def test_a_worker_s_own_day_is_told_as_his_and_who_cancelled_it_by_name(worker: Visitor, employer: Visitor):
    number = a_day(worker, is_own_company=False).number
    cancel_by(COMPANY)
    own, staff = read(worker, f"/check-in/mine/{number}"), read(employer, f"/presences/{number}")
    assert "Sent by yourself" in own
    assert "Sent by the worker" in staff
    for shown in (own, staff):
        assert f"({COMPANY}). The planning changed" in shown


def test_remarks_of_a_step_stand_behind_each_other_as_sentences(worker: Visitor):
    row = a_day(worker, is_own_company=False)
    PresenceStep.objects.create(
        environment="R",
        number=row.number,
        registration_date=row.registration_date,
        at=datetime.now(UTC),
        status="FAILED",
        remarks=["DIMONA_NOT_OK", "LATE"],
    )
    told = "No employment was declared for this person, employer and day. It reached us some time after the act."
    assert f"Registered, with remarks. {told}" in worker.text(f"/check-in/mine/{row.number}")
