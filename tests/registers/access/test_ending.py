"""Appointments that end or are blocked: no quality loses its last manager unseen."""

from datetime import timedelta

import pytest

from correspondence.models import EboxDocument, EboxKind
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.states import HELD_APPOINTMENTS, AppointmentState
from registers.access.appointing import appoint
from registers.access.ending import block_appointment, end, unblock_appointment
from registers.access.models import Appointment
from tests.registers.access.conftest import EMPLOYER, NOON, Company, a_person, refusal, signed_in

LATER = NOON + timedelta(hours=1)


def finish(company: Company, row: Appointment, *, by: Actor | None = None) -> Appointment:
    return end(row.pk, by=by or signed_in(company.chief), at=LATER, sessions=company.sessions)


def block(company: Company, row: Appointment, *, by: Actor | None = None) -> Appointment:
    return block_appointment(row.pk, by=by or signed_in(company.chief), at=LATER, sessions=company.sessions)


def the(role: Role) -> Appointment:
    return Appointment.objects.get(role=role, state=AppointmentState.ACTIVE)


def by_file(company: Company) -> Actor:
    return Actor.sender("123456", entity_id=company.id, file="FI.ACCS.123456.20260701.00001.R.1.1", form="1")


def test_ended_manager_stays_on_record_and_is_signed_out(company: Company):
    row = finish(company, company.appoint(Role.MANAGER))
    assert (row.state, row.valid_until) == (AppointmentState.ENDED, LATER)
    assert company.sessions.ended == [(row.person_id, company.id, "MANAGER", LATER)]


def test_chief_manages_himself_where_he_ended_the_last_manager(company: Company):
    finish(company, company.appoint(Role.MANAGER))
    assert the(Role.MANAGER).person_id == company.chief


def test_co_manager_stays_as_an_orphan_and_the_chief_gets_a_task(company: Company):
    manager, helper = company.appoint(Role.MANAGER), company.appoint(Role.CO_MANAGER)
    finish(company, manager)
    helper.refresh_from_db()
    assert (helper.state, helper.orphan_since) == (AppointmentState.ACTIVE, LATER)
    task = EboxDocument.objects.get(kind=EboxKind.ORPHAN_CO_MANAGER)
    assert task.is_task
    assert "LSS-Arbeitgeber" in task.subjects["de"]


@pytest.mark.parametrize("is_blocked", [False, True], ids=["active", "blocked"])
def test_blocked_manager_keeps_his_place_where_his_co_manager_is_ended(company: Company, *, is_blocked: bool):
    manager, helper = company.appoint(Role.MANAGER), company.appoint(Role.CO_MANAGER)
    block(company, manager)
    if is_blocked:
        block(company, helper)
    assert finish(company, helper).state == AppointmentState.ENDED

    assert Appointment.objects.get(role=Role.MANAGER, state__in=HELD_APPOINTMENTS) == manager
    finish(company, manager)
    assert the(Role.MANAGER).person_id == company.chief


def test_orphan_is_one_no_more_once_there_is_a_manager(company: Company):
    manager, helper = company.appoint(Role.MANAGER), company.appoint(Role.CO_MANAGER)
    finish(company, manager)
    company.appoint(Role.MANAGER, at=LATER)
    helper.refresh_from_db()
    assert helper.orphan_since is None
    assert EboxDocument.objects.get(kind=EboxKind.ORPHAN_CO_MANAGER).state == "HANDLED"


def test_nobody_ends_himself_as_the_last_manager(company: Company):
    manager = company.appoint(Role.MANAGER)
    assert refusal(lambda: finish(company, manager, by=signed_in(manager.person_id))) is RefusalReason.LAST_MANAGER
    assert refusal(lambda: finish(company, manager, by=by_file(company))) is RefusalReason.LAST_MANAGER


def test_chief_does_not_end_his_own_profile_as_the_last_manager(company: Company):
    assert refusal(lambda: finish(company, the(Role.MANAGER))) is RefusalReason.LAST_MANAGER


def test_manager_resigns_where_a_co_manager_is_left(company: Company):
    manager = company.appoint(Role.MANAGER)
    company.appoint(Role.CO_MANAGER)
    assert finish(company, manager, by=signed_in(manager.person_id)).state == AppointmentState.ENDED


def test_pending_replacement_is_no_manager_yet(company: Company):
    manager = company.appoint(Role.MANAGER)
    appoint(
        company.id, role=Role.CO_MANAGER, quality=EMPLOYER, person_id=a_person(), by=signed_in(company.chief), at=NOON
    )
    assert refusal(lambda: finish(company, manager, by=by_file(company))) is RefusalReason.LAST_MANAGER


def test_proposal_is_withdrawn(company: Company):
    row = appoint(
        company.id, role=Role.MANAGER, quality=EMPLOYER, person_id=a_person(), by=signed_in(company.chief), at=NOON
    )
    assert finish(company, row).state == AppointmentState.ENDED
    assert company.sessions.ended == []


@pytest.mark.parametrize("act", [finish, block])
def test_chief_is_neither_ended_nor_blocked(company: Company, act):
    for by in (Actor.operator(), Actor.legal_representative()):
        assert refusal(lambda by=by: act(company, the(Role.CHIEF), by=by)) is RefusalReason.TARGET_OUT_OF_REACH


@pytest.mark.parametrize(
    ("by", "target"),
    [
        (Role.CO_CHIEF, Role.CO_CHIEF),
        (Role.MANAGER, Role.CO_CHIEF),
        (Role.CO_MANAGER, Role.MANAGER),
        (Role.CO_MANAGER, Role.CO_CHIEF),
    ],
)
def test_nobody_blocks_himself_or_who_stands_above_him(company: Company, by: Role, target: Role):
    rows = {role: company.appoint(role) for role in (Role.CO_CHIEF, Role.MANAGER, Role.CO_MANAGER)}
    reason = RefusalReason.ONESELF if by is target else RefusalReason.NOT_ENTITLED
    assert refusal(lambda: block(company, rows[target], by=signed_in(rows[by].person_id))) is reason


def test_blocked_manager_manages_nothing_until_he_is_unblocked(company: Company):
    manager = block(company, company.appoint(Role.MANAGER))
    assert company.sessions.ended[-1][2] == "BLOCKED"
    assert refusal(lambda: company.appoint(Role.CO_MANAGER, by=manager.person_id)) is RefusalReason.NOT_ENTITLED
    assert (
        refusal(lambda: unblock_appointment(manager.pk, by=signed_in(manager.person_id), at=LATER))
        is RefusalReason.ONESELF
    )
    unblock_appointment(manager.pk, by=Actor.operator(), at=LATER)
    assert company.appoint(Role.CO_MANAGER, by=manager.person_id).state == AppointmentState.ACTIVE


def test_ended_appointment_is_not_ended_again(company: Company):
    row = finish(company, company.appoint(Role.MANAGER))
    assert refusal(lambda: finish(company, row)) is RefusalReason.STATE_FORBIDS


def test_ended_co_chief_leaves_nothing_to_look_after(company: Company):
    finish(company, company.appoint(Role.CO_CHIEF))
    assert not EboxDocument.objects.exists()


@pytest.mark.parametrize("state", ["active", "ended"])
def test_only_a_blocked_one_is_unblocked(company: Company, state: str):
    row = company.appoint(Role.MANAGER)
    if state == "ended":
        finish(company, row)
    assert (
        refusal(lambda: unblock_appointment(row.pk, by=signed_in(company.chief), at=LATER))
        is RefusalReason.STATE_FORBIDS
    )


def test_file_does_not_block_the_last_manager(company: Company):
    row = company.appoint(Role.MANAGER)
    assert refusal(lambda: block(company, row, by=by_file(company))) is RefusalReason.LAST_MANAGER
