"""Users: invited, activated, blocked, locked, removed; a lock and a block are two things."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import AccountState, GrantState
from evidence.models import AuditEvent
from registers.access.employment import CheckedIn, DeclaredByManager
from registers.access.entity_accounts import forbid_password_login
from registers.access.granting import WantedRight, grant
from registers.access.lapsing import lapse_due
from registers.access.models import Grant, StandingChange, UserAccount
from registers.access.qualities import activate_quality
from registers.access.user_accounts import (
    activate_user,
    block_user,
    invite_again,
    invite_user,
    leave,
    remove_user,
    sign_out_user,
    unblock_user,
    unlock_user,
)
from tests.registers.access.conftest import EMPLOYER, NOON, SECRETARIAT, Company, a_person, refusal, signed_in

LATER = NOON + timedelta(hours=1)


class Employments:
    """Knows who works for which entity from when on."""

    def __init__(self, *known: tuple[int, int, datetime]) -> None:
        self._known = known

    def is_employed(self, person_id: int, entity_id: int, at: datetime) -> bool:
        return any((person_id, entity_id) == (person, entity) and begun <= at for person, entity, begun in self._known)


def test_invited_person_activates_the_account(company: Company):
    row = company.user()
    assert row.state == AccountState.ACTIVE
    assert row.employment_declared_by == f"person:{company.chief}"
    assert list(StandingChange.objects.filter(account=row).order_by("pk").values_list("state", flat=True)) == [
        AccountState.INVITED,
        AccountState.ACTIVE,
    ]


def test_employment_is_looked_up_in_the_register(company: Company):
    known, unknown = a_person(), a_person()
    register = CheckedIn(Employments((known, company.id, NOON)))
    row = invite(company, known, employment=register)
    assert (row.employment_checked_at, row.employment_declared_at) == (NOON, None)
    assert refusal(lambda: invite(company, unknown, employment=register)) is RefusalReason.NOT_EMPLOYED


def test_person_is_a_user_of_a_quality_once(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    row = company.user()
    assert refusal(lambda: company.invite(row.person_id)) is RefusalReason.HELD_ALREADY
    assert company.invite(row.person_id, quality=SECRETARIAT).state == AccountState.INVITED


def test_removed_person_can_be_invited_again(company: Company):
    row = company.user()
    remove_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    assert company.invite(row.person_id, at=LATER).state == AccountState.INVITED


def test_invitation_holds_until_the_last_second_of_the_thirtieth_day(company: Company):
    row = company.invite()
    person, end = signed_in(row.person_id), end_of_days(NOON)
    assert refusal(lambda: activate_user(row.pk, by=person, at=end)) is RefusalReason.STATE_FORBIDS
    assert activate_user(row.pk, by=person, at=end - timedelta(seconds=1)).state == AccountState.ACTIVE


def test_invitation_can_be_renewed(company: Company):
    row, end = company.invite(), end_of_days(NOON)
    invite_again(row.pk, by=signed_in(company.chief), at=end)
    assert activate_user(row.pk, by=signed_in(row.person_id), at=end).state == AccountState.ACTIVE
    assert refusal(lambda: invite_again(row.pk, by=signed_in(company.chief), at=end)) is RefusalReason.STATE_FORBIDS


def test_invitation_lapses_when_nobody_answers(company: Company):
    row = company.invite()
    assert lapse_due(at=end_of_days(NOON) - timedelta(seconds=1)) == 0
    assert lapse_due(at=end_of_days(NOON)) == 1
    row.refresh_from_db()
    assert row.state == AccountState.EXPIRED


def test_company_without_passwords_is_joined_with_a_key_that_needs_none(company: Company):
    row = company.invite()
    forbid_password_login(company.id, by=signed_in(company.chief), at=NOON, strongest_key_of=lambda _: 500)
    by_app, by_itsme = (signed_in(row.person_id, level=level) for level in (400, 450))
    assert refusal(lambda: activate_user(row.pk, by=by_app, at=NOON)) is RefusalReason.PASSWORDS_OFF
    assert activate_user(row.pk, by=by_itsme, at=NOON).state == AccountState.ACTIVE


def test_unknown_user_is_refused(company: Company):
    assert refusal(lambda: activate_user(0, by=signed_in(company.chief), at=NOON)) is RefusalReason.UNKNOWN


def test_another_person_activates_nothing(company: Company):
    row = company.invite()
    assert (
        refusal(lambda: activate_user(row.pk, by=signed_in(company.chief), at=NOON)) is RefusalReason.NOT_THE_APPOINTEE
    )


def test_block_ends_the_sessions_of_the_person_in_the_entity(company: Company):
    row = company.user()
    assert block_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions, reason="LEAVER")
    assert company.sessions.ended == [(row.person_id, company.id, "BLOCKED", LATER)]
    assert not block_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)


def test_block_keeps_the_rights(company: Company):
    row = company.user()
    held = grant(row.pk, WantedRight(ServiceCode.DIMONA, Right.DECLARE), by=signed_in(company.chief), at=NOON)
    block_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    assert unblock_user(row.pk, by=signed_in(company.chief), at=LATER).state == AccountState.ACTIVE
    held.refresh_from_db()
    assert held.state == GrantState.ACTIVE


class LocksInMemory:
    """Passwords of these persons are locked."""

    def __init__(self, *person_ids: int) -> None:
        self.locked = set(person_ids)

    def lift_for_person(self, person_id: int, at: datetime) -> bool:  # noqa: ARG002 - it is locked or not
        is_locked = person_id in self.locked
        self.locked.discard(person_id)
        return is_locked


def test_lock_that_is_taken_away_leaves_the_block(company: Company):
    row, chief = company.user(), signed_in(company.chief)
    block_user(row.pk, by=chief, at=NOON, sessions=company.sessions)
    locks = LocksInMemory(row.person_id)
    assert unlock_user(row.pk, by=chief, at=NOON, locks=locks)
    assert not unlock_user(row.pk, by=chief, at=NOON, locks=locks)
    row.refresh_from_db()
    assert row.state == AccountState.BLOCKED


def test_sessions_in_the_entity_end_and_the_account_stays(company: Company):
    row = company.user()
    sign_out_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    row.refresh_from_db()
    assert row.state == AccountState.ACTIVE
    assert company.sessions.ended == [(row.person_id, company.id, "MANAGER", LATER)]


def test_removal_closes_rights_and_keeps_the_row(company: Company):
    row = company.user()
    grant(row.pk, WantedRight(ServiceCode.DIMONA, Right.DECLARE), by=signed_in(company.chief), at=NOON)
    remove_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    row.refresh_from_db()
    assert (row.state, row.valid_until) == (AccountState.REMOVED, LATER)
    assert Grant.objects.get().valid_until == LATER
    assert company.sessions.ended == [(row.person_id, company.id, "MANAGER", LATER)]


@pytest.mark.parametrize(
    "act",
    [
        lambda company, row, by: block_user(row.pk, by=by, at=LATER, sessions=company.sessions),
        lambda _, row, by: unblock_user(row.pk, by=by, at=LATER),
        lambda company, row, by: remove_user(row.pk, by=by, at=LATER, sessions=company.sessions),
    ],
    ids=["block", "unblock", "remove"],
)
def test_nobody_stops_or_frees_himself(company: Company, act):
    row = company.user(company.chief)
    assert refusal(lambda: act(company, row, signed_in(company.chief))) is RefusalReason.ONESELF


@pytest.mark.parametrize(
    ("state", "act", "reason"),
    [
        ("invited", "block", RefusalReason.STATE_FORBIDS),
        ("invited", "unblock", RefusalReason.STATE_FORBIDS),
        ("active", "unblock", RefusalReason.STATE_FORBIDS),
        ("removed", "block", RefusalReason.REMOVED),
        ("removed", "unblock", RefusalReason.REMOVED),
        ("removed", "remove", RefusalReason.REMOVED),
    ],
)
def test_state_forbids(company: Company, state: str, act: str, reason: RefusalReason):
    chief = signed_in(company.chief)
    row = company.invite() if state == "invited" else company.user()
    if state == "removed":
        remove_user(row.pk, by=chief, at=NOON, sessions=company.sessions)
    acts = {
        "block": lambda: block_user(row.pk, by=chief, at=LATER, sessions=company.sessions),
        "unblock": lambda: unblock_user(row.pk, by=chief, at=LATER),
        "remove": lambda: remove_user(row.pk, by=chief, at=LATER, sessions=company.sessions),
    }
    assert refusal(acts[act]) is reason


@pytest.mark.parametrize("role", [Role.CO_CHIEF, Role.MANAGER, Role.CO_MANAGER])
def test_each_manager_invites_and_blocks_users(company: Company, role: Role):
    manager = signed_in(company.appoint(role).person_id)
    row = invite(company, a_person(), by=manager)
    activate_user(row.pk, by=signed_in(row.person_id), at=NOON)
    assert block_user(row.pk, by=manager, at=LATER, sessions=company.sessions)


def test_operator_blocks_and_unblocks_but_invites_nobody(company: Company):
    row = company.user()
    assert block_user(row.pk, by=Actor.operator(), at=LATER, sessions=company.sessions)
    assert unblock_user(row.pk, by=Actor.operator(), at=LATER).state == AccountState.ACTIVE
    assert refusal(lambda: invite(company, a_person(), by=Actor.operator())) is RefusalReason.NOT_ENTITLED


def test_user_invites_nobody(company: Company):
    row = company.user()
    assert refusal(lambda: invite(company, a_person(), by=signed_in(row.person_id))) is RefusalReason.NOT_ENTITLED


def test_nobody_stops_who_stands_above_him(company: Company):
    helper = company.appoint(Role.CO_MANAGER)
    row = company.user(company.chief)
    for act in (block_user, remove_user):
        assert (
            refusal(lambda act=act: act(row.pk, by=signed_in(helper.person_id), at=LATER, sessions=company.sessions))
            is RefusalReason.TARGET_OUT_OF_REACH
        )


def test_file_stops_no_chief(company: Company):
    row = company.user(company.chief)
    by = Actor.sender("123456", entity_id=company.id, file="F", form="1")
    assert (
        refusal(lambda: block_user(row.pk, by=by, at=LATER, sessions=company.sessions))
        is RefusalReason.TARGET_OUT_OF_REACH
    )


def test_every_step_is_an_audit_event_without_the_person(company: Company):
    row = company.user()
    block_user(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
    events = AuditEvent.objects.filter(action__startswith="user:").order_by("pk")
    assert [event.action for event in events] == ["user:invited", "user:activated", "user:blocked"]


@pytest.mark.parametrize(
    ("constraint", "deviation"),
    [
        ("account_once", {}),
        ("account_user_name_once", {}),
        ("removed_account_has_an_end", {"state": AccountState.REMOVED}),
        ("employment_declared_or_checked", {"employment_declared_at": None}),
        ("account_in_a_quality", {"quality": ""}),
        ("reason_of_a_block", {"block_reason": "LEAVER"}),
        ("blocked_account_by_whom", {"state": AccountState.BLOCKED}),
        ("blocked_account_by_whom", {"blocked_by": "OPERATOR"}),
        ("invitation_window_forward", {"expires_at": NOON}),
        ("account_state_known", {"state": "DEAD"}),
    ],
)
def test_database_refuses_what_the_rules_exclude(company: Company, constraint: str, deviation: dict[str, object]):
    row = company.user()
    standard = {
        "entity_id": company.id,
        "environment": "R",
        "quality": EMPLOYER,
        "person_id": row.person_id if constraint == "account_once" else a_person(),
        "user_name": "U99999999",
        "state": AccountState.ACTIVE,
        "invited_at": NOON,
        "expires_at": LATER,
        "employment_declared_at": NOON,
        "valid_from": NOON,
        "created_by": "test",
        "source": "OPERATOR",
    }
    if constraint == "account_user_name_once":
        deviation = {"user_name": row.user_name}
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        UserAccount.objects.create(**(standard | deviation))
    assert caught.value.__cause__.diag.constraint_name == constraint


def invite(company: Company, person_id: int, **deviation: object) -> UserAccount:
    standard = {"employment": DeclaredByManager(), "by": signed_in(company.chief), "at": NOON}
    name = f"U{person_id:08d}"
    return invite_user(company.id, EMPLOYER, person_id=person_id, user_name=name, **(standard | deviation))


def test_user_ends_his_own_account_and_may_be_invited_again(company: Company):
    row = company.user()
    grant(row.pk, WantedRight(ServiceCode.DIMONA, Right.DECLARE), by=signed_in(company.chief), at=NOON)
    leave(row.pk, by=signed_in(row.person_id, level=200), at=LATER, sessions=company.sessions)
    row.refresh_from_db()
    assert (row.state, row.valid_until) == (AccountState.REMOVED, LATER)
    assert Grant.objects.get().valid_until == LATER
    assert company.sessions.ended == [(row.person_id, company.id, "OWN_CHOICE", LATER)]
    assert StandingChange.objects.filter(account=row).latest("pk").reason == "LEFT"
    assert company.invite(row.person_id, at=LATER).state == AccountState.INVITED


def test_nobody_leaves_for_another(company: Company):
    row = company.user()
    by = signed_in(company.chief)
    assert refusal(lambda: leave(row.pk, by=by, at=LATER, sessions=company.sessions)) is (
        RefusalReason.NOT_THE_APPOINTEE
    )


@pytest.mark.parametrize("state", [AccountState.BLOCKED, AccountState.EXPIRED, AccountState.INVITED])
def test_an_account_that_does_not_work_is_not_left(company: Company, state: AccountState):
    row = company.user()
    by_whom = "COMPANY" if state == AccountState.BLOCKED else ""
    UserAccount.objects.filter(pk=row.pk).update(state=state, blocked_by=by_whom)
    by = signed_in(row.person_id)
    assert refusal(lambda: leave(row.pk, by=by, at=LATER, sessions=company.sessions)) is RefusalReason.STATE_FORBIDS
