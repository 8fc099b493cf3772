"""Appointments: proposed, accepted, declined, replaced; one chief, one manager of a quality."""

from datetime import timedelta

import pytest

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.states import AppointmentState, EntityAccountState
from registers.access.appointing import accept, appoint
from registers.access.models import Appointment, EntityAccount
from tests.registers.access.conftest import EMPLOYER, NOON, Company, a_person, signed_in

LATER = NOON + timedelta(hours=1)
REPRESENTATIVE = Actor.legal_representative()


def refusal(call) -> RefusalReason:
    with pytest.raises(AccessRefusedError) as caught:
        call()
    return caught.value.reason


def holders(company: Company, role: Role, quality: str = "") -> list[int]:
    rows = Appointment.objects.filter(
        entity_id=company.id, role=role, quality=quality, state=AppointmentState.ACTIVE
    ).order_by("pk")
    return list(rows.values_list("person_id", flat=True))


def test_activation_makes_the_chief_the_manager_of_the_standard_quality(company: Company):
    assert EntityAccount.objects.get().state == EntityAccountState.ACTIVE
    assert holders(company, Role.CHIEF) == [company.chief]
    assert holders(company, Role.MANAGER, EMPLOYER) == [company.chief]


def test_manager_takes_over_from_the_chief_once_he_accepts(company: Company):
    person = a_person()
    row = appoint(
        company.id, role=Role.MANAGER, quality=EMPLOYER, person_id=person, by=signed_in(company.chief), at=NOON
    )
    assert holders(company, Role.MANAGER, EMPLOYER) == [company.chief]
    accept(row.pk, by=signed_in(person), at=LATER)
    assert holders(company, Role.MANAGER, EMPLOYER) == [person]


def test_second_manager_of_a_quality_is_refused(company: Company):
    company.appoint(Role.MANAGER)
    assert refusal(lambda: company.appoint(Role.MANAGER)) is RefusalReason.SECOND_MANAGER
