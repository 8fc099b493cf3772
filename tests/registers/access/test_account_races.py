"""Two at once: a company keeps one chief, a quality one manager, a person one account, and rights stay apart."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import AppointmentState, GrantState
from registers.access.appointing import accept, appoint, propose_replacement
from registers.access.ending import end
from registers.access.entity_accounts import activate_account, register_account
from registers.access.granting import WantedRight, grant
from registers.access.models import Appointment, EntityAccount, Grant, UserAccount
from registers.access.places import held_managers
from registers.access.qualities import activate_quality
from tests.registers.access.conftest import (
    EMPLOYER,
    NOON,
    SECRETARIAT,
    Company,
    a_person,
    an_entity,
    make_company,
    signed_in,
)

ROUNDS = int(os.environ.get("RACES", "5"))


@pytest.fixture
def racing(transactional_db: None) -> Company:
    return make_company()


def race(*steps: Callable[[], object]) -> list[RefusalReason]:
    """Take the steps at once, each on a connection of its own; return the reasons of those that were refused."""
    together = Barrier(len(steps))

    def take(step: Callable[[], object]) -> RefusalReason | None:
        together.wait()
        try:
            step()
        except AccessRefusedError as refused:
            return refused.reason
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(steps)) as pool:
        return [reason for reason in pool.map(take, steps) if reason is not None]


def new_people(count: int) -> list[int]:
    return [a_person() for _ in range(count)]


def rounds() -> Iterable[int]:
    return range(ROUNDS)


def test_of_two_managers_proposed_at_once_one_is(racing: Company):
    activate_quality(racing.id, SECRETARIAT, by=signed_in(racing.chief), at=NOON)
    for _ in rounds():
        steps = [
            lambda person=person: appoint(
                racing.id,
                role=Role.MANAGER,
                quality=SECRETARIAT,
                person_id=person,
                by=signed_in(racing.chief),
                at=NOON,
            )
            for person in new_people(3)
        ]
        assert race(*steps) == [RefusalReason.SECOND_MANAGER] * 2
        Appointment.objects.filter(state=AppointmentState.PROPOSED).update(
            state=AppointmentState.DECLINED, valid_until=NOON
        )


def test_of_two_co_chiefs_appointed_at_once_one_is(racing: Company):
    steps = [
        lambda person=person: appoint(
            racing.id, role=Role.CO_CHIEF, person_id=person, by=signed_in(racing.chief), at=NOON
        )
        for person in new_people(4)
    ]
    assert race(*steps) == [RefusalReason.TOO_MANY_CO_CHIEFS] * 3


def test_of_two_replacements_proposed_at_once_one_is(racing: Company):
    steps = [
        lambda person=person: propose_replacement(racing.id, person_id=person, by=signed_in(racing.chief), at=NOON)
        for person in new_people(2)
    ]
    assert race(*steps) == [RefusalReason.SECOND_CHIEF]


def test_chief_who_accepts_twice_at_once_is_one(racing: Company):
    person = a_person()
    row = appoint(racing.id, role=Role.CHIEF, person_id=person, by=Actor.legal_representative(), at=NOON)
    steps = [lambda: accept(row.pk, by=signed_in(person), at=NOON)] * 3
    assert race(*steps) == [RefusalReason.STATE_FORBIDS] * 2
    chiefs = Appointment.objects.filter(role=Role.CHIEF, state=AppointmentState.ACTIVE)
    assert list(chiefs.values_list("person_id", flat=True)) == [person]


def test_of_two_managers_who_resign_at_once_one_stays(racing: Company):
    manager, helper = racing.appoint(Role.MANAGER), racing.appoint(Role.CO_MANAGER)
    steps = [
        lambda row=row: end(row.pk, by=signed_in(row.person_id), at=NOON, sessions=racing.sessions)
        for row in (manager, helper)
    ]
    assert race(*steps) == [RefusalReason.LAST_MANAGER]
    assert held_managers(racing.id, EMPLOYER).count() == 1


def test_person_who_is_invited_twice_at_once_has_one_account(racing: Company):
    for _ in rounds():
        person = a_person()
        assert race(*[partial(racing.invite, person)] * 2) == [RefusalReason.HELD_ALREADY]
    assert UserAccount.objects.count() == ROUNDS


def test_two_rights_given_at_once_stay_apart(racing: Company):
    for _ in rounds():
        user = racing.user()
        steps = [
            lambda right=right, user=user: grant(
                user.pk, WantedRight(ServiceCode.DIMONA, right), by=signed_in(racing.chief), at=NOON
            )
            for right in (Right.CONSULT, Right.DECLARE)
        ]
        assert race(*steps) == [RefusalReason.OVERLAPPING_GRANT]
    assert Grant.objects.filter(state=GrantState.ACTIVE).count() == ROUNDS


def test_quality_that_is_activated_twice_at_once_is_there_once(racing: Company):
    steps = [lambda: activate_quality(racing.id, SECRETARIAT, by=signed_in(racing.chief), at=NOON)] * 2
    assert race(*steps) == [RefusalReason.HELD_ALREADY]


def test_account_that_is_activated_twice_at_once_is_activated_once(transactional_db: None):
    entity, chief = an_entity(), a_person()
    register_account(entity, chief_id=chief, quality=EMPLOYER, by=Actor.legal_representative(), at=NOON)
    assert race(*[lambda: activate_account(entity.pk, by=signed_in(chief), at=NOON)] * 2) == [
        RefusalReason.NOT_ENTITLED
    ]
    assert Appointment.objects.filter(role=Role.CHIEF).count() == 1


def test_account_that_is_registered_twice_at_once_is_there_once(transactional_db: None):
    entity = an_entity()
    steps = [
        lambda person=person: register_account(
            entity, chief_id=person, quality=EMPLOYER, by=Actor.legal_representative(), at=NOON
        )
        for person in new_people(2)
    ]
    assert race(*steps) == [RefusalReason.HELD_ALREADY]
    assert EntityAccount.objects.count() == 1
