"""A chief resigns without leaving the company alone, and takes back whom he proposed in his place."""

from datetime import timedelta

import pytest

from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.states import AppointmentState
from domain.languages import Language
from registers.access.appointing import accept, appoint, confirm, propose_replacement
from registers.access.ending import end
from registers.access.models import Appointment
from registers.access.resigning import resign, resigned
from registers.persons.details import name_person, set_email
from tests.registers.access.conftest import NOON, Company, a_person, refusal, signed_in

LATER = NOON + timedelta(hours=1)
REPRESENTATIVE = Actor.legal_representative()


def a_replacement(company: Company) -> Appointment:
    return propose_replacement(company.id, person_id=a_person(), by=signed_in(company.chief), at=NOON)


def test_chief_who_resigns_stays_until_another_accepts(company: Company):
    row = resign(company.id, by=signed_in(company.chief), at=NOON)
    assert (row.state, list(resigned())) == (AppointmentState.ACTIVE, [row])

    other = appoint(company.id, role=Role.CHIEF, person_id=a_person(), by=REPRESENTATIVE, at=NOON)
    accept(other.pk, by=signed_in(other.person_id), at=LATER)
    row.refresh_from_db()
    assert (row.state, list(resigned())) == (AppointmentState.ENDED, [])


def test_nobody_resigns_twice(company: Company):
    resign(company.id, by=signed_in(company.chief), at=NOON)
    assert refusal(lambda: resign(company.id, by=signed_in(company.chief), at=LATER)) is RefusalReason.STATE_FORBIDS


@pytest.mark.parametrize("role", [Role.CO_CHIEF, Role.CO_MANAGER])
def test_nobody_else_resigns_for_the_chief(company: Company, role: Role):
    helper = company.appoint(role)
    assert refusal(lambda: resign(company.id, by=signed_in(helper.person_id), at=NOON)) is RefusalReason.NOT_ENTITLED


def test_chief_who_signed_in_too_weakly_does_not_resign(company: Company):
    weak = signed_in(company.chief, level=350)
    assert refusal(lambda: resign(company.id, by=weak, at=NOON)) is RefusalReason.LEVEL_TOO_LOW


def test_chief_withdraws_whom_he_proposed(company: Company):
    row = a_replacement(company)
    end(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    assert a_replacement(company).pk != row.pk


def test_what_the_legal_representative_confirmed_or_proposed_stays(company: Company):
    row = a_replacement(company)
    confirm(row.pk, by=REPRESENTATIVE, at=NOON)
    ending = {"by": signed_in(company.chief), "at": LATER, "sessions": company.sessions}
    assert refusal(lambda: end(row.pk, **ending)) is RefusalReason.NOT_ENTITLED

    end(row.pk, by=REPRESENTATIVE, at=LATER, sessions=company.sessions)
    named = appoint(company.id, role=Role.CHIEF, person_id=a_person(), by=REPRESENTATIVE, at=NOON)
    assert refusal(lambda: end(named.pk, **ending)) is RefusalReason.NOT_ENTITLED


def test_the_successor_is_told_once_the_legal_representative_has_confirmed(company: Company):
    row = a_replacement(company)
    name_person(row.person_id, family_name="Maes", first_name="Jan", language=Language.NL, actor="test", at=NOON)
    set_email(row.person_id, "jan@example.be", actor="test", at=NOON)
    assert not OutboxMessage.objects.exists()

    confirm(row.pk, by=REPRESENTATIVE, at=NOON)
    assert OutboxMessage.objects.get().subject == "Een aanstelling wacht op u"


@pytest.mark.parametrize("role", [Role.CO_CHIEF, Role.CO_MANAGER])
def test_nobody_else_withdraws_it(company: Company, role: Role):
    helper, row = company.appoint(role), a_replacement(company)
    ending = {"by": signed_in(helper.person_id), "at": LATER, "sessions": company.sessions}
    assert refusal(lambda: end(row.pk, **ending)) is RefusalReason.NOT_ENTITLED
