"""An access manager downloads who had what on a day, with a key of level 450; the download is on record."""

import csv
import io
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.granting import WantedRight, grant
from registers.persons.details import name_person
from tests.portal.people import settle_for, settle_manager, settle_user
from tests.portal.test_structured_reports import Visitor, a_visitor
from tests.registers.access.conftest import signed_in

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


def download(visitor: Visitor, day: str) -> list[dict[str, str]]:
    answer = visitor.client.post("/people/register", {"day": day}, secure=True)
    assert (answer.status_code, answer["Content-Type"]) == (HTTPStatus.OK, "text/csv; charset=utf-8")
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_tells_who_has_what_since_when_and_by_whom(visitor: Visitor):
    user = visitor.manager.company.user(at=NOW)
    name_person(user.person_id, family_name="=Maes", first_name="Jan", language=Language.NL, actor="test", at=NOW)
    grant(user.pk, WantedRight(ServiceCode.DIMONA, Right.CONSULT), by=signed_in(visitor.manager.person_id), at=NOW)
    rows = download(visitor, brussels_date(NOW).isoformat())

    assert {row["What"] for row in rows} >= {"Main access manager", f"User account {user.user_name}"}
    (right,) = [row for row in rows if row["What"].startswith("Dimona")]
    assert (right["Name"], right["By"], right["State"]) == ("Jan =Maes", "you", "Active")


def test_a_day_of_the_past_shows_the_past(visitor: Visitor):
    visitor.manager.company.user(at=NOW)
    before = download(visitor, "2026-07-02")

    assert [row for row in before if row["What"].startswith("User account")] == []


def test_the_download_is_on_record_without_anybodys_name(visitor: Visitor):
    download(visitor, "2026-07-02")
    event = AuditEvent.objects.get(action="access-register:exported")

    assert event.actor == f"person:{visitor.manager.person_id}"
    assert (event.detail["day"], event.detail["quality"]) == ("2026-07-02", "EMPLOYER")


@pytest.mark.parametrize("day", ["", "yesterday", f"{NOW + timedelta(days=3):%Y-%m-%d}"])
def test_a_day_that_is_none_or_to_come_is_asked_for_again(visitor: Visitor, day: str):
    answer = visitor.client.post("/people/register", {"day": day}, secure=True)

    assert "There is a problem" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="access-register:exported").exists()


def test_an_app_code_is_not_enough(visitor: Visitor):
    visitor.manager.login.sessions.update(level=AssuranceLevel.APP_CODE)

    assert visitor.get("/people/register", status=HTTPStatus.FOUND)["Location"].startswith("/step-up?level=450")


def test_a_co_manager_downloads_it_and_a_user_does_not(visitor: Visitor):
    company = visitor.manager.company
    company.appoint(Role.MANAGER)
    helper = company.appoint(Role.CO_MANAGER)
    a_visitor(Client(), settle_for(company, helper.person_id, "di.helper")).get("/people/register")
    a_visitor(Client(), settle_user(visitor.manager)).get("/people/register", status=HTTPStatus.FORBIDDEN)
