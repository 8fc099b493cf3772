"""Appointments in the portal: proposed, told, accepted, withdrawn and ended; the chief resigns and stays until replaced."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.models import Session
from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument, EboxKind, OutboxMessage
from domain.access.roles import Role
from domain.environments import Environment
from domain.languages import Language
from registers.access.models import Appointment
from registers.persons.details import name_person, set_email
from tests.portal.people import settle_for, settle_manager, settle_user
from tests.portal.test_people import now, text_of, the_user
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def test_an_appointment_is_proposed_and_accepted(visitor: Visitor):
    user, her = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/appoint", role="CO_MANAGER")
    row = Appointment.objects.get(role=Role.CO_MANAGER)
    assert "co-access manager (NSSO employer), Bakery" in text_of(her.get("/appointments")).replace("Co-", "co-")
    assert "An appointment waits for you" in text_of(her.get("/home"))

    her.send(f"/appointments/{row.pk}/accept")
    row.refresh_from_db()
    assert row.state == "ACTIVE"
    her.get("/people")


def test_who_is_proposed_is_told_by_mail_and_e_box(visitor: Visitor):
    user, _ = the_user(visitor)
    name_person(user.person_id, family_name="Maes", first_name="Jan", language=Language.DE, actor="test", at=now())
    set_email(user.person_id, "jan@example.be", actor="test", at=now())
    activate(user.person_id, "jan@example.be", language=Language.DE, environment=Environment.PRODUCTION, at=now())
    visitor.send(f"/people/users/{user.pk}/appoint", role="CO_MANAGER")

    letter = OutboxMessage.objects.get(recipient="jan@example.be", subject="Eine Ernennung wartet auf Sie")
    assert "0412345614" in letter.body
    assert EboxDocument.objects.filter(person_id=user.person_id, kind=EboxKind.ACCESS_OF_PERSON).count() == 1


def test_an_appointment_is_declined(visitor: Visitor):
    user, her = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/appoint", role="CO_CHIEF")
    her.send(f"/appointments/{Appointment.objects.get(role=Role.CO_CHIEF).pk}/decline")

    assert Appointment.objects.get(role=Role.CO_CHIEF).state == "DECLINED"


def test_a_second_co_manager_is_refused_with_its_reason(visitor: Visitor):
    user, _ = the_user(visitor)
    visitor.manager.company.appoint(Role.CO_MANAGER, at=now())
    answer = visitor.send(f"/people/users/{user.pk}/appoint", status=HTTPStatus.CONFLICT, role="CO_MANAGER")

    assert "has a co-access manager already" in text_of(answer)


def test_an_appointment_is_ended_and_its_stays_with_it(visitor: Visitor):
    helper = visitor.manager.company.appoint(Role.CO_CHIEF, at=now())
    her = settle_for(visitor.manager.company, helper.person_id, "di.second")
    visitor.send(f"/people/appointments/{helper.pk}/end")

    assert Appointment.objects.get(pk=helper.pk).state == "ENDED"
    assert not Session.objects.filter(login=her.login, entity_id=her.entity_id, ended_at=None).exists()


def test_who_ends_his_own_appointment_is_signed_out(visitor: Visitor):
    helper = visitor.manager.company.appoint(Role.CO_CHIEF, at=now())
    hers = a_visitor(Client(), settle_for(visitor.manager.company, helper.person_id, "di.second"))
    answer = hers.send(f"/people/appointments/{helper.pk}/end")

    assert answer["Location"] == "/session/ended"
    assert Appointment.objects.get(pk=helper.pk).state == "ENDED"


def test_the_greatest_role_stands_first(visitor: Visitor):
    for role in (Role.CO_MANAGER, Role.CO_CHIEF):
        visitor.manager.company.appoint(role, at=now())
    lines = visitor.get("/people").context["managers"]

    assert [line.row.role for line in lines] == ["CHIEF", "CO_CHIEF", "MANAGER", "CO_MANAGER"]


def test_the_only_manager_of_a_quality_is_not_offered_to_end_his_place(visitor: Visitor):
    own = Appointment.objects.get(role=Role.MANAGER)
    assert f"/people/appointments/{own.pk}/end" not in text_of(visitor.get("/people"))
    visitor.manager.company.appoint(Role.CO_MANAGER, at=now())
    assert f"/people/appointments/{own.pk}/end" in text_of(visitor.get("/people"))


def test_a_number_of_rows_is_told_as_its_language_writes_a_colon(visitor: Visitor):
    settle_user(visitor.manager)
    visitor.client.cookies["__Host-language"] = "fr"
    assert "Utilisateurs de cette qualité\N{NO-BREAK SPACE}: 1" in text_of(visitor.get("/people"))


def test_the_chief_is_never_ended(visitor: Visitor):
    chief = Appointment.objects.get(role=Role.CHIEF)
    answer = visitor.send_unasked(f"/people/appointments/{chief.pk}/end")

    assert "replaced, never removed" in text_of(answer)
    assert Appointment.objects.get(role=Role.CHIEF).state == "ACTIVE"


def test_a_co_manager_reaches_nobody_above_himself(visitor: Visitor):
    company = visitor.manager.company
    helper = company.appoint(Role.CO_MANAGER, at=now())
    own = company.user(company.chief)
    his = a_visitor(Client(), settle_for(company, helper.person_id, "di.helper"))
    answer = his.send_unasked(f"/people/users/{own.pk}/block")

    assert "above your own role" in text_of(answer)
    his.get(f"/people/users/{own.pk}/appoint", status=HTTPStatus.FORBIDDEN)


def test_the_chief_resigns_and_stays_until_replaced(visitor: Visitor):
    visitor.send("/people/resign")

    assert Appointment.objects.get(role=Role.CHIEF).state == "ACTIVE"
    assert "resigned, stays until another one accepts" in text_of(visitor.get("/people"))
    assert "Resign" not in [line.split("<")[0] for line in text_of(visitor.get("/people")).split('">')]
    visitor.send_unasked("/people/resign")


def test_nobody_but_the_chief_resigns(visitor: Visitor):
    helper = visitor.manager.company.appoint(Role.CO_CHIEF, at=now())
    hers = a_visitor(Client(), settle_for(visitor.manager.company, helper.person_id, "di.second"))

    hers.get("/people/resign", status=HTTPStatus.NOT_FOUND)


def test_the_chief_withdraws_whom_he_proposed_and_proposes_another(visitor: Visitor):
    user, _ = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/appoint", role="CHIEF")
    proposed = Appointment.objects.get(role=Role.CHIEF, state="PROPOSED")
    assert f"/people/appointments/{proposed.pk}/withdraw" in text_of(visitor.get("/people"))
    visitor.send(f"/people/appointments/{proposed.pk}/withdraw")
    visitor.send(f"/people/users/{user.pk}/appoint", role="CHIEF")

    proposed.refresh_from_db()
    assert proposed.state == "ENDED"
    assert Appointment.objects.filter(role=Role.CHIEF, state="PROPOSED").count() == 1
