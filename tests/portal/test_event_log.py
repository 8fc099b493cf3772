"""The event log of access leaves the counter as a file, for managers of the level that the rule asks for."""

import csv
import io
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client

from auth.desk import KeyDesk
from domain.access.qualities import Quality
from domain.access.roles import Role
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.ending import end
from registers.access.qualities import activate_quality
from registers.persons.details import name_person
from tests.portal.people import settle_for, settle_manager, settle_user
from tests.portal.test_structured_reports import Visitor, a_visitor
from tests.registers.access.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def taken(visitor: Visitor) -> list[dict[str, str]]:
    answer = visitor.client.post("/people/events", secure=True)
    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def a_named_user(visitor: Visitor, *, quality: str = "EMPLOYER", name: str = "Peeters") -> int:
    now = datetime.now(UTC)
    user = visitor.manager.company.user(quality=quality, at=now)
    name_person(user.person_id, family_name=name, first_name="Mia", language=Language.NL, actor="test", at=now)
    return user.person_id


def with_second_quality(visitor: Visitor) -> None:
    by = signed_in(visitor.manager.company.chief)
    activate_quality(visitor.manager.entity_id, Quality.SERVICE_PROVIDER, by=by, at=datetime.now(UTC))


def a_helper(visitor: Visitor, role: Role) -> Visitor:
    helper = visitor.manager.company.appoint(role, at=datetime.now(UTC))
    return a_visitor(Client(), settle_for(visitor.manager.company, helper.person_id, "di.helper"))


def test_the_page_says_how_many_lines_there_are_at_most(visitor: Visitor):
    assert "10,000 lines at most" in visitor.get("/people/events").content.decode()


def test_the_event_log_tells_what_is_over_too(visitor: Visitor):
    helper = visitor.manager.company.appoint(Role.CO_CHIEF, at=datetime.now(UTC))
    end(
        helper.pk,
        by=signed_in(visitor.manager.company.chief),
        at=datetime.now(UTC),
        sessions=visitor.manager.company.sessions,
        reason="LEAVER",
    )
    rows = taken(visitor)

    assert (rows[0]["State"], rows[0]["What"], rows[0]["Reason"]) == ("Ended", "Co-main access manager", "LEAVER")
    assert AuditEvent.objects.get(action="access-log:exported").detail["rows"] == len(rows)
    assert [row["When"] for row in rows] == sorted((row["When"] for row in rows), reverse=True)


def test_who_manages_one_quality_takes_that_alone(visitor: Visitor):
    with_second_quality(visitor)
    a_named_user(visitor, quality=Quality.SERVICE_PROVIDER)
    own = a_helper(visitor, Role.CO_MANAGER)

    assert "Mia Peeters" in {row["Name"] for row in taken(visitor)}
    assert "Mia Peeters" not in {row["Name"] for row in taken(own)}
    assert "Service provider" not in {row["Quality"] for row in taken(own)}


def test_another_company_is_never_in_it(visitor: Visitor):
    a_named_user(visitor)
    other = a_visitor(Client(), settle_manager(company="0400767772", user_name="an.other"))

    assert "Mia Peeters" not in {row["Name"] for row in taken(other)}


def test_no_name_becomes_a_formula(visitor: Visitor):
    person_id = a_named_user(visitor)
    name_person(person_id, family_name="1+1", first_name="=", language=Language.NL, actor="test", at=datetime.now(UTC))

    assert "'= 1+1" in {row["Name"] for row in taken(visitor)}


def test_a_weaker_key_is_led_to_a_stronger_one(visitor: Visitor):
    visitor.manager.login.sessions.update(level=400)

    assert "/step-up" in visitor.get("/people/events", status=HTTPStatus.FOUND)["Location"]


def test_a_user_takes_nothing_out(visitor: Visitor):
    a_visitor(Client(), settle_user(visitor.manager)).get("/people/events", status=HTTPStatus.FORBIDDEN)
