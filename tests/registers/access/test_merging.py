"""What a person was appointed to and may use follows when the person turns out to be another one."""

import pytest

from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.states import AccountState, AppointmentState
from registers.access.ending import block_appointment, end
from registers.access.merging import GivenStandings, give_standings
from registers.access.models import Appointment, StandingChange, UserAccount
from registers.access.qualities import activate_quality
from registers.access.standings import standing_of
from registers.access.user_accounts import block_user, remove_user, unblock_user
from tests.registers.access.conftest import EMPLOYER, NOON, SECRETARIAT, Company, a_person, make_company, signed_in

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()


def given(company: Company, of: int, to: int) -> GivenStandings:
    return give_standings(of=of, to=to, by=OPERATOR, at=NOON, sessions=company.sessions)


def test_appointments_and_accounts_follow(company: Company):
    manager = company.appoint(Role.MANAGER)
    old, new = manager.person_id, a_person()

    assert given(company, old, new).moved == Appointment.objects.filter(person_id=new).count() + (
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

    assert given(company, first.person_id, second.person_id).left == 1
    held = Appointment.objects.filter(role=Role.CO_MANAGER, state=AppointmentState.ACTIVE)
    assert set(held.values_list("pk", "person_id")) == {
        (first.pk, first.person_id),
        (second.pk, second.person_id),
    }


@pytest.mark.parametrize("is_blocked_by_the_company", [False, True])
def test_an_operators_block_of_an_account_that_both_hold_goes_over(company: Company, is_blocked_by_the_company: bool):
    old, new = company.user(), company.user()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    if is_blocked_by_the_company:
        block_user(new.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions, reason="LEAVER")
    done = given(company, old.person_id, new.person_id)
    new.refresh_from_db()

    assert (done.left, done.blocked) == (1, 1)
    assert (new.state, new.block_reason, new.blocked_by) == (AccountState.BLOCKED, "fraud", "OPERATOR")
    assert company.sessions.ended[-1] == (new.person_id, company.id, "BLOCKED", NOON)
    change = StandingChange.objects.filter(account=new).latest("pk")
    assert (change.state, change.actor, change.reason) == ("BLOCKED", "operator", "MERGED")
    assert unblock_user(new.pk, by=OPERATOR, at=NOON).state == AccountState.ACTIVE


def test_an_operators_block_of_a_place_that_both_hold_goes_over(company: Company):
    old = company.appoint(Role.CO_CHIEF)
    new = Appointment.objects.get(pk=old.pk)
    new.pk, new.person_id = None, a_person()
    new.save(force_insert=True)
    block_appointment(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    done = given(company, old.person_id, new.person_id)
    new.refresh_from_db()

    assert (done.left, done.blocked) == (1, 1)
    assert (new.state, new.blocked_by) == (AppointmentState.BLOCKED, "OPERATOR")
    assert company.sessions.ended[-1] == (new.person_id, company.id, "BLOCKED", NOON)


def test_an_operators_block_of_who_was_removed_since_goes_over(company: Company):
    chief = signed_in(company.chief)
    old = company.user()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    remove_user(old.pk, by=chief, at=NOON, sessions=company.sessions)
    new = company.user()
    done = given(company, old.person_id, new.person_id)
    new.refresh_from_db()

    assert (done.moved, done.left, done.blocked) == (1, 0, 1)
    assert (new.state, new.block_reason, new.blocked_by) == (AccountState.BLOCKED, "fraud", "OPERATOR")


def test_an_operators_block_of_a_place_that_ended_since_goes_over_to_all_that_the_other_holds_there(company: Company):
    old = company.appoint(Role.CO_CHIEF)
    block_appointment(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    end(old.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions)
    helper = company.appoint(Role.CO_MANAGER)
    user = company.user(helper.person_id)
    elsewhere = make_company("0400767772").user(helper.person_id)
    done = given(company, old.person_id, helper.person_id)

    assert done.blocked == len((helper, user))
    for row in (helper, user):
        row.refresh_from_db()
        assert (row.state, row.blocked_by) == ("BLOCKED", "OPERATOR")
    elsewhere.refresh_from_db()
    assert elsewhere.state == AccountState.ACTIVE


def test_an_operators_block_of_the_new_number_reaches_all_that_comes_from_the_old_one(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    new = company.user()
    block_user(new.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    helper = company.appoint(Role.CO_MANAGER)
    old = helper.person_id
    user = company.user(old, quality=SECRETARIAT)
    elsewhere = make_company("0400767772").user(old)
    done = given(company, old, new.person_id)

    assert (done.moved, done.left, done.blocked) == (3, 0, 2)
    for row in (helper, user):
        row.refresh_from_db()
        assert (row.person_id, row.state, row.blocked_by) == (new.person_id, "BLOCKED", "OPERATOR")
    assert user.block_reason == "fraud"
    assert company.sessions.ended[-1] == (old, company.id, "BLOCKED", NOON)
    change = StandingChange.objects.filter(account=user).latest("pk")
    assert (change.state, change.actor, change.reason) == ("BLOCKED", "operator", "MERGED")
    elsewhere.refresh_from_db()
    assert (elsewhere.person_id, elsewhere.state) == (new.person_id, AccountState.ACTIVE)


def test_a_block_that_goes_over_does_not_come_back_upon_what_the_operator_left_beside_it(company: Company):
    manager = company.appoint(Role.CO_MANAGER)
    old, new = company.user(manager.person_id), company.user()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    done = given(company, old.person_id, new.person_id)
    manager.refresh_from_db()

    assert done.blocked == 1
    assert (manager.person_id, manager.state) == (new.person_id, AppointmentState.ACTIVE)


def test_what_an_operator_left_to_the_old_number_beside_his_block_goes_on(company: Company):
    manager = company.appoint(Role.CO_MANAGER)
    old, new = company.user(manager.person_id), a_person()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    done = given(company, old.person_id, new)
    manager.refresh_from_db()

    assert done.blocked == 0
    assert (manager.person_id, manager.state) == (new, AppointmentState.ACTIVE)


def test_a_main_access_manager_stays_one_whatever_an_operator_blocked_of_him(company: Company):
    old = company.user()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    given(company, old.person_id, company.chief)

    assert Appointment.objects.get(role=Role.CHIEF).state == AppointmentState.ACTIVE


def test_a_block_of_the_company_and_what_an_operator_blocked_already_stay_as_they_are(company: Company):
    chief = signed_in(company.chief)
    old, new = company.user(), company.user()
    block_user(old.pk, by=chief, at=NOON, sessions=company.sessions)
    assert given(company, old.person_id, new.person_id).blocked == 0
    for user in (old, new):
        block_user(user.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")

    assert given(company, old.person_id, new.person_id).blocked == 0


def test_an_invitation_stays_one_where_an_operator_blocked_the_account_alike(company: Company):
    old, new = company.user(), company.invite()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions)
    done = given(company, old.person_id, new.person_id)
    new.refresh_from_db()

    assert (done.left, done.blocked, new.state) == (1, 0, AccountState.INVITED)
