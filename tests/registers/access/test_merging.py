"""What a person was appointed to and may use follows when the person turns out to be another one."""

import pytest

from domain.access.roles import Role
from domain.access.states import AppointmentState
from registers.access.merging import give_standings
from registers.access.models import Appointment, UserAccount
from registers.access.standings import standing_of
from tests.registers.access.conftest import EMPLOYER, NOON, Company, a_person

pytestmark = pytest.mark.django_db


def test_appointments_and_accounts_follow(company: Company):
    manager = company.appoint(Role.MANAGER)
    old, new = manager.person_id, a_person()

    assert give_standings(of=old, to=new).moved == Appointment.objects.filter(person_id=new).count() + (
        UserAccount.objects.filter(person_id=new).count()
    )
    assert Role.MANAGER in standing_of(new, company.id, EMPLOYER, NOON).roles
    assert not Appointment.objects.filter(person_id=old).exists()


def test_a_role_that_both_hold_stays_where_it_is(company: Company):
    company.appoint(Role.MANAGER)
    first = company.appoint(Role.CO_MANAGER)
    second = Appointment.objects.get(pk=first.pk)
    second.pk, second.person_id = None, a_person()
    second.save(force_insert=True)
    given = give_standings(of=first.person_id, to=second.person_id)

    assert given.left == 1
    held = Appointment.objects.filter(role=Role.CO_MANAGER, state=AppointmentState.ACTIVE)
    assert set(held.values_list("pk", "person_id")) == {
        (first.pk, first.person_id),
        (second.pk, second.person_id),
    }
