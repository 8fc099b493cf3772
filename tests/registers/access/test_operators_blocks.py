"""What an operator blocked the company does not take back, and a weaker block never overwrites a stronger one."""

from datetime import timedelta

import pytest

from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.states import AccountState, AppointmentState
from registers.access.appointing import accept, appoint, confirm
from registers.access.attesting import block_unused
from registers.access.ending import block_appointment, end, unblock_appointment
from registers.access.models import Appointment, StandingChange
from registers.access.user_accounts import activate_user, block_user, invite_again, remove_user, unblock_user
from registers.persons.models import Person
from tests.registers.access.conftest import EMPLOYER, NOON, Company, a_person, refusal, signed_in

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
OPERATOR = Actor.operator()


def by_file(company: Company) -> Actor:
    return Actor.sender("123456", entity_id=company.id, file="FI.ACCS.123456.20260701.00001.R.1.1", form="1")


def test_the_company_takes_no_block_of_a_user_back_that_an_operator_made(company: Company):
    user = company.user()
    block_user(user.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    for by in (signed_in(company.chief), by_file(company)):
        assert refusal(lambda by=by: unblock_user(user.pk, by=by, at=LATER)) is RefusalReason.STOPPED_BY_OPERATOR

    user.refresh_from_db()
    assert (user.state, user.blocked_by) == (AccountState.BLOCKED, "OPERATOR")
    freed = unblock_user(user.pk, by=OPERATOR, at=LATER)
    assert (freed.state, freed.blocked_by) == (AccountState.ACTIVE, "")


def test_the_company_takes_no_block_of_a_manager_back_that_an_operator_made(company: Company):
    row = company.appoint(Role.CO_CHIEF)
    block_appointment(row.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    chief = signed_in(company.chief)
    assert refusal(lambda: unblock_appointment(row.pk, by=chief, at=LATER)) is RefusalReason.STOPPED_BY_OPERATOR

    row.refresh_from_db()
    assert (row.state, row.blocked_by) == (AppointmentState.BLOCKED, "OPERATOR")
    freed = unblock_appointment(row.pk, by=OPERATOR, at=LATER)
    assert (freed.state, freed.blocked_by) == (AppointmentState.ACTIVE, "")


def test_an_operator_makes_the_block_of_a_user_his_own_and_a_company_does_not(company: Company):
    user, chief = company.user(), signed_in(company.chief)
    assert block_user(user.pk, by=chief, at=NOON, sessions=company.sessions, reason="LEAVER")
    assert block_user(user.pk, by=OPERATOR, at=LATER, sessions=company.sessions, reason="fraud")
    assert not block_user(user.pk, by=chief, at=LATER, sessions=company.sessions, reason="LEAVER")

    user.refresh_from_db()
    assert (user.blocked_by, user.block_reason) == ("OPERATOR", "fraud")
    changes = StandingChange.objects.filter(account=user, state="BLOCKED").order_by("pk")
    assert [change.actor for change in changes] == [chief.name, "operator"]
    assert refusal(lambda: unblock_user(user.pk, by=chief, at=LATER)) is RefusalReason.STOPPED_BY_OPERATOR


def test_an_operator_makes_the_block_of_a_manager_his_own_and_a_company_does_not(company: Company):
    row, chief = company.appoint(Role.CO_CHIEF), signed_in(company.chief)
    block_appointment(row.pk, by=chief, at=NOON, sessions=company.sessions)
    assert block_appointment(row.pk, by=OPERATOR, at=LATER, sessions=company.sessions).blocked_by == "OPERATOR"

    for by in (chief, OPERATOR):
        again = refusal(lambda by=by: block_appointment(row.pk, by=by, at=LATER, sessions=company.sessions))
        assert again is RefusalReason.STATE_FORBIDS
    row.refresh_from_db()
    assert row.blocked_by == "OPERATOR"


def test_a_manager_takes_back_what_a_manager_or_the_counter_blocked(company: Company):
    chief = signed_in(company.chief)
    unused, blocked = company.user(), company.user()
    block_unused(at=NOON + timedelta(days=366), sessions=company.sessions)
    for user in (unused, blocked):
        user.refresh_from_db()
    assert unused.blocked_by == "PLATFORM"
    for user in (unused, blocked):
        assert unblock_user(user.pk, by=chief, at=LATER).blocked_by == ""
    block_user(blocked.pk, by=chief, at=LATER, sessions=company.sessions)
    blocked.refresh_from_db()
    assert blocked.blocked_by == "COMPANY"
    assert unblock_user(blocked.pk, by=chief, at=LATER).state == AccountState.ACTIVE


def appoint_again(company: Company, person_id: int, role: Role) -> Appointment:
    quality = "" if role.is_of_entity else EMPLOYER
    return appoint(company.id, role=role, person_id=person_id, quality=quality, by=signed_in(company.chief), at=LATER)


def test_who_is_removed_while_an_operator_blocks_him_is_entered_anew_once_the_operator_takes_it_back(company: Company):
    user = company.user()
    block_user(user.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    removed = remove_user(user.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    assert (removed.state, removed.blocked_by) == (AccountState.REMOVED, "OPERATOR")
    assert refusal(lambda: company.invite(user.person_id)) is RefusalReason.STOPPED_BY_OPERATOR
    again = refusal(lambda: appoint_again(company, user.person_id, Role.CO_CHIEF))
    assert again is RefusalReason.STOPPED_BY_OPERATOR

    again = refusal(lambda: unblock_user(user.pk, by=signed_in(company.chief), at=LATER))
    assert again is RefusalReason.STOPPED_BY_OPERATOR
    assert unblock_user(user.pk, by=OPERATOR, at=LATER).state == AccountState.REMOVED
    assert company.invite(user.person_id).state == AccountState.INVITED


def test_whose_appointment_ended_while_an_operator_blocked_it_is_appointed_anew_once_the_operator_takes_it_back(
    company: Company,
):
    row = company.appoint(Role.CO_CHIEF)
    block_appointment(row.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    end(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    for role in (Role.CO_CHIEF, Role.MANAGER):
        again = refusal(lambda role=role: appoint_again(company, row.person_id, role))
        assert again is RefusalReason.STOPPED_BY_OPERATOR

    assert unblock_appointment(row.pk, by=OPERATOR, at=LATER).state == AppointmentState.ENDED
    assert appoint_again(company, row.person_id, Role.CO_CHIEF).state == AppointmentState.PROPOSED


def test_who_was_removed_while_the_company_blocked_him_is_entered_anew(company: Company):
    user, chief = company.user(), signed_in(company.chief)
    block_user(user.pk, by=chief, at=NOON, sessions=company.sessions)
    remove_user(user.pk, by=chief, at=LATER, sessions=company.sessions)

    assert company.invite(user.person_id).state == AccountState.INVITED


def test_whom_an_operator_blocked_as_manager_is_not_invited_again_and_takes_up_no_invitation(company: Company):
    row = company.appoint(Role.CO_CHIEF)
    user = company.invite(row.person_id)
    block_appointment(row.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    again = refusal(lambda: invite_again(user.pk, by=signed_in(company.chief), at=LATER))
    assert again is RefusalReason.STOPPED_BY_OPERATOR
    taken_up = refusal(lambda: activate_user(user.pk, by=signed_in(user.person_id), at=LATER))
    assert taken_up is RefusalReason.STOPPED_BY_OPERATOR

    unblock_appointment(row.pk, by=OPERATOR, at=LATER)
    invite_again(user.pk, by=signed_in(company.chief), at=LATER)
    assert activate_user(user.pk, by=signed_in(user.person_id), at=LATER).state == AccountState.ACTIVE


def test_whom_an_operator_blocked_accepts_nothing_that_the_company_proposed_before(company: Company):
    user = company.user()
    row = appoint_again(company, user.person_id, Role.CO_CHIEF)
    block_user(user.pk, by=OPERATOR, at=LATER, sessions=company.sessions)
    accepted = refusal(lambda: accept(row.pk, by=signed_in(user.person_id), at=LATER))
    assert accepted is RefusalReason.STOPPED_BY_OPERATOR

    unblock_user(user.pk, by=OPERATOR, at=LATER)
    assert accept(row.pk, by=signed_in(user.person_id), at=LATER).state == AppointmentState.ACTIVE


def test_whom_an_operator_blocked_is_confirmed_by_no_manager(company: Company):
    user = company.user()
    row = appoint_again(company, user.person_id, Role.MANAGER)
    Appointment.objects.filter(pk=row.pk).update(confirmed_at=None, confirmed_by="")
    block_user(user.pk, by=OPERATOR, at=LATER, sessions=company.sessions)

    confirmed = refusal(lambda: confirm(row.pk, by=signed_in(company.chief), at=LATER))
    assert confirmed is RefusalReason.STOPPED_BY_OPERATOR


def test_whom_an_operator_blocked_takes_up_what_an_operator_proposes(company: Company):
    user = company.user()
    block_user(user.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    asked = Actor.legal_representative()
    row = appoint(company.id, role=Role.CHIEF, person_id=user.person_id, by=asked, at=LATER)

    assert accept(row.pk, by=signed_in(user.person_id), at=LATER).state == AppointmentState.ACTIVE


def test_whom_an_operator_blocked_is_entered_anew_under_no_number_that_replaced_his(company: Company):
    user, left = company.user(), a_person()
    block_user(user.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    assert company.invite(left).state == AccountState.INVITED
    Person.objects.filter(pk=user.person_id).update(merged_into=left)

    again = refusal(lambda: appoint_again(company, left, Role.CO_CHIEF))
    assert again is RefusalReason.STOPPED_BY_OPERATOR
