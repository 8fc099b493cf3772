"""What would be refused is said on the page that shows what is possible, before anybody is asked to confirm it."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from domain.access.roles import Role
from registers.access.models import Appointment
from tests.portal.people import settle_for, settle_manager
from tests.portal.test_people import now, text_of, the_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor

pytestmark = pytest.mark.django_db
OVERTAKEN = "This is not possible as things stand now"


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def chief(_: Visitor) -> Appointment:
    return Appointment.objects.get(role=Role.CHIEF)


def own_place(_: Visitor) -> Appointment:
    return Appointment.objects.get(role=Role.MANAGER)


def a_helper(visitor: Visitor) -> Appointment:
    return visitor.manager.company.appoint(Role.CO_CHIEF, at=now())


def a_stopped_helper(visitor: Visitor) -> Appointment:
    helper = a_helper(visitor)
    Appointment.objects.filter(pk=helper.pk).update(state="BLOCKED", blocked_by="OPERATOR")
    return helper


STEPS: dict[str, tuple[Callable[[Visitor], Appointment], str, str]] = {
    "the chief is ended": (chief, "end", "replaced, never removed"),
    "oneself is blocked": (own_place, "block", "Nobody does this for himself"),
    "the only manager ends his place": (own_place, "end", "would be left without any access manager"),
    "who works is unblocked": (a_helper, "unblock", OVERTAKEN),
    "who works is withdrawn": (a_helper, "withdraw", OVERTAKEN),
    "who works is confirmed": (a_helper, "confirm", OVERTAKEN),
    "who is blocked is blocked": (a_stopped_helper, "block", OVERTAKEN),
    "whom the contact centre blocked is unblocked": (a_stopped_helper, "unblock", "it alone takes that back. Call it"),
}


@pytest.mark.parametrize(("prepare", "step", "told"), STEPS.values(), ids=STEPS)
def test_a_step_with_a_manager_that_would_be_refused_is_not_asked_about(
    visitor: Visitor, prepare: Callable[[Visitor], Appointment], step: str, told: str
):
    row = prepare(visitor)
    before = Appointment.objects.filter(pk=row.pk).values().get()
    here = f"/people/appointments/{row.pk}/{step}"

    assert here not in text_of(visitor.get("/people"))
    assert visitor.get(here, HTTPStatus.FOUND)["Location"] == "/people"
    assert told in text_of(visitor.get("/people"))
    if step != "withdraw":  # a form that is nowhere: it would end the place
        assert told in text_of(visitor.send_unasked(here))
    assert Appointment.objects.filter(pk=row.pk).values().get() == before


def test_a_helper_is_not_asked_about_a_manager_above_him(visitor: Visitor):
    company = visitor.manager.company
    his = a_visitor(Client(), settle_for(company, company.appoint(Role.CO_MANAGER, at=now()).person_id, "di.helper"))
    here = f"/people/appointments/{own_place(visitor).pk}/end"

    assert his.get(here, HTTPStatus.FOUND)["Location"] == "/people"
    assert "Your role does not allow this" in text_of(his.get("/people"))
    assert "Your role does not allow this" in text_of(his.send_unasked(here))


def test_who_is_proposed_is_asked_about_until_he_accepts(visitor: Visitor):
    user, _ = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/appoint", role="CO_MANAGER")
    here = f"/people/appointments/{Appointment.objects.get(role=Role.CO_MANAGER).pk}"

    visitor.get(f"{here}/withdraw")
    visitor.get(f"{here}/end")
    assert visitor.get(f"{here}/block", HTTPStatus.FOUND)["Location"] == "/people"


def test_the_question_about_a_manager_takes_few_queries(visitor: Visitor):
    helper = a_helper(visitor)
    visitor.get("/people")
    for step in ("end", "unblock"):
        status = HTTPStatus.OK if step == "end" else HTTPStatus.FOUND
        with CaptureQueriesContext(connection) as queries:
            visitor.get(f"/people/appointments/{helper.pk}/{step}", status)
        assert len(queries) <= MOST_QUERIES


def test_who_resigned_is_not_asked_to_resign(visitor: Visitor):
    visitor.send("/people/resign")

    assert visitor.get("/people/resign", HTTPStatus.FOUND)["Location"] == "/people"
    assert OVERTAKEN in text_of(visitor.get("/people"))


def test_nobody_is_asked_to_take_up_a_quality_that_is_managed(visitor: Visitor):
    assert visitor.get("/people/become-manager", HTTPStatus.FOUND)["Location"] == "/people"
    assert "The person has this already" in text_of(visitor.get("/people"))
    assert "The person has this already" in text_of(visitor.send_unasked("/people/become-manager"))
    somebody = visitor.manager.company.appoint(Role.CO_MANAGER, at=now())
    Appointment.objects.filter(pk=own_place(visitor).pk).update(state="ENDED", valid_until=now())
    Appointment.objects.filter(pk=somebody.pk).update(role=Role.MANAGER)

    visitor.get("/people/become-manager", HTTPStatus.FOUND)
    assert "The quality has an access manager already" in text_of(visitor.get("/people"))
    Appointment.objects.filter(pk=somebody.pk).update(state="ENDED", valid_until=now())
    visitor.get("/people/become-manager")


@pytest.mark.parametrize("step", ["accept", "decline"])
def test_nobody_is_asked_about_a_proposal_that_waits_for_him_no_more(visitor: Visitor, step: str):
    user, her = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/appoint", role="CO_MANAGER")
    here = f"/appointments/{Appointment.objects.get(role=Role.CO_MANAGER).pk}"
    her.get(f"{here}/{step}")
    her.send(f"{here}/decline")

    assert her.get(f"{here}/{step}", HTTPStatus.FOUND)["Location"] == "/appointments"
    assert OVERTAKEN in text_of(her.get("/appointments"))
    assert OVERTAKEN in text_of(her.send_unasked(f"{here}/{step}"))


@pytest.mark.parametrize(
    ("role", "told"), [(Role.CHIEF, "replaced, never removed"), (Role.MANAGER, "without any access manager")]
)
def test_who_stays_in_his_place_is_not_asked_to_end_it(visitor: Visitor, role: Role, told: str):
    here = f"/appointments/{Appointment.objects.get(role=role).pk}/end"

    assert visitor.get(here, HTTPStatus.FOUND)["Location"] == "/appointments"
    assert told in text_of(visitor.get("/appointments"))
