"""Users who do not come any more: confirmed by their managers, blocked after a year."""

from datetime import timedelta

import pytest

from correspondence.models import EboxDocument, EboxKind, OutboxMessage
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.states import AccountState
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.appointing import accept, appoint
from registers.access.attesting import (
    ask_to_attest,
    attest_user,
    block_unused,
    let_managers_go_on,
    note_use,
    users_away,
)
from registers.access.company_rules import CompanyDecisions, companies_of
from registers.access.ending import end
from registers.access.entity_accounts import forbid_password_login
from registers.access.models import Appointment, UserAccount
from registers.access.qualities import activate_quality
from registers.access.user_accounts import block_user, unblock_user
from registers.persons.details import name_person, set_email
from tests.counter_bench import SetClock
from tests.registers.access.conftest import (
    EMPLOYER,
    NOON,
    SECRETARIAT,
    Company,
    a_person,
    make_company,
    refusal,
    signed_in,
)

DAY = timedelta(days=1)


def away(company: Company, day: int) -> list[int]:
    return [row.pk for row in users_away(company.id, EMPLOYER, at=NOON + day * DAY)]


def test_user_is_away_after_ninety_days_without_a_sign(company: Company):
    user = company.user()
    assert away(company, 89) == []
    assert away(company, 90) == [user.pk]
    note_use(user.person_id, company.id, EMPLOYER, at=NOON + 80 * DAY)
    assert away(company, 90) == []
    assert away(company, 170) == [user.pk]


def test_use_is_noted_once_an_hour(company: Company, django_assert_num_queries):
    user = company.user()
    note_use(user.person_id, company.id, EMPLOYER, at=NOON)
    note_use(user.person_id, company.id, EMPLOYER, at=NOON + timedelta(minutes=59))
    user.refresh_from_db()
    assert user.last_used_at == NOON


def test_confirmed_user_is_away_no_more(company: Company):
    user = company.user()
    attest_user(user.pk, by=signed_in(company.chief), at=NOON + 95 * DAY)
    assert away(company, 96) == []


def test_user_confirms_nobody(company: Company):
    user, other = company.user(), company.user()
    assert refusal(lambda: attest_user(user.pk, by=signed_in(other.person_id), at=NOON)) is RefusalReason.NOT_ENTITLED


def test_blocked_user_is_not_confirmed(company: Company):
    user = company.user()
    block_user(user.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions)
    assert refusal(lambda: attest_user(user.pk, by=signed_in(company.chief), at=NOON)) is RefusalReason.STATE_FORBIDS


def test_managers_get_one_task_a_month(company: Company):
    company.user()
    company.user()
    asked = [day for day in range(85, 160) if ask_to_attest(at=NOON + day * DAY)]
    assert asked == [90, 92, 123, 153]
    newest = EboxDocument.objects.filter(kind=EboxKind.ATTEST_USERS).latest("pk")
    assert (newest.quality, newest.is_task) == (EMPLOYER, True)
    assert "who have not signed in for 90 days: 2." in newest.bodies["en"]


@pytest.mark.parametrize("role", [Role.CO_CHIEF, Role.MANAGER, Role.CO_MANAGER])
def test_who_manages_the_quality_is_neither_asked_about_nor_blocked_for_want_of_use(company: Company, role: Role):
    if role is Role.CO_MANAGER:
        company.appoint(Role.MANAGER)
    for person in (company.chief, company.appoint(role).person_id):
        company.user(person)

    assert away(company, 90) == []
    assert ask_to_attest(at=NOON + 90 * DAY) == 0
    assert block_unused(at=NOON + 366 * DAY, sessions=company.sessions) == 0


def test_who_manages_another_quality_alone_or_no_more_is_blocked_after_a_year(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    elsewhere, no_more = company.appoint(Role.MANAGER, quality=SECRETARIAT), company.appoint(Role.MANAGER)
    for manager in (elsewhere, no_more):
        company.user(manager.person_id)
    end(no_more.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions)

    assert block_unused(at=NOON + 366 * DAY, sessions=company.sessions) == len((elsewhere, no_more))


def test_who_was_away_for_a_year_is_blocked_and_signed_out(company: Company):
    user, came = company.user(), company.user()
    note_use(came.person_id, company.id, EMPLOYER, at=NOON + 300 * DAY)
    assert block_unused(at=NOON + 364 * DAY, sessions=company.sessions) == 0
    assert block_unused(at=NOON + 365 * DAY, sessions=company.sessions) == 1
    user.refresh_from_db()
    assert (user.state, user.block_reason) == (AccountState.BLOCKED, "UNUSED")
    assert company.sessions.ended == [(user.person_id, company.id, "BLOCKED", NOON + 365 * DAY)]


def test_who_was_away_for_a_year_has_another_one_once_a_manager_unblocks_him(company: Company):
    user, back = company.user(), NOON + 400 * DAY
    block_unused(at=back, sessions=company.sessions)
    unblock_user(user.pk, by=signed_in(company.chief), at=back)
    assert block_unused(at=back + 364 * DAY, sessions=company.sessions) == 0
    assert block_unused(at=back + 365 * DAY, sessions=company.sessions) == 1


def a_user_who_manages_now(company: Company, role: Role = Role.CO_CHIEF) -> UserAccount:
    """Return a user whom the upkeep blocked for want of use, as it did managers once, and who manages."""
    user = company.user()
    block_unused(at=NOON + 365 * DAY, sessions=company.sessions)
    quality, chief, he = "" if role.is_of_entity else EMPLOYER, signed_in(company.chief), signed_in(user.person_id)
    row = appoint(company.id, role=role, person_id=user.person_id, quality=quality, by=chief, at=NOON)
    accept(row.pk, by=he, at=NOON)
    user.refresh_from_db()
    assert user.state == AccountState.BLOCKED
    return user


@pytest.mark.parametrize("role", [Role.CO_CHIEF, Role.MANAGER])
def test_who_manages_is_let_go_on_where_he_was_blocked_for_want_of_use_alone(company: Company, role: Role):
    user, later = a_user_who_manages_now(company, role), NOON + 366 * DAY
    assert let_managers_go_on(at=later) == 1

    user.refresh_from_db()
    assert (user.state, user.block_reason, user.blocked_by) == (AccountState.ACTIVE, "", "")
    told = AuditEvent.objects.filter(action="user:unblocked").get()
    assert (told.actor, told.at, told.detail["account"], told.detail["reason"]) == (
        "platform",
        later,
        user.pk,
        "MANAGER",
    )
    assert let_managers_go_on(at=later) == 0
    assert block_unused(at=later, sessions=company.sessions) == 0


def test_a_main_manager_who_was_blocked_for_want_of_use_manages_again(company: Company):
    user, later = company.user(company.chief), NOON + 366 * DAY
    UserAccount.objects.filter(pk=user.pk).update(state="BLOCKED", block_reason="UNUSED", blocked_by="PLATFORM")
    assert let_managers_go_on(at=later) == 1

    user.refresh_from_db()
    assert user.state == AccountState.ACTIVE


@pytest.mark.parametrize("by", ["person", "operator"])
def test_whom_somebody_blocked_since_stays_blocked_though_he_manages(company: Company, by: str):
    user = a_user_who_manages_now(company)
    actor, later = signed_in(company.chief) if by == "person" else Actor.operator(), NOON + 366 * DAY
    assert block_user(user.pk, by=actor, at=later, sessions=company.sessions, reason="UNUSED")

    assert let_managers_go_on(at=later + DAY) == 0
    assert AuditEvent.objects.filter(action="user:blocked", actor=actor.name, detail__account=user.pk).exists()
    assert not block_user(user.pk, by=actor, at=later, sessions=company.sessions)


def test_who_manages_no_more_stays_blocked_for_want_of_use(company: Company):
    user = a_user_who_manages_now(company)
    row = Appointment.objects.get(person_id=user.person_id)
    end(row.pk, by=signed_in(company.chief), at=NOON + 366 * DAY, sessions=company.sessions)

    assert let_managers_go_on(at=NOON + 367 * DAY) == 0


@pytest.fixture
def decisions() -> CompanyDecisions:
    return CompanyDecisions(SetClock(NOON))


def test_one_company_is_enough_to_switch_passwords_off(company: Company, decisions: CompanyDecisions):
    other = make_company("0400767772")
    user = company.user()
    other.user(user.person_id)
    assert decisions.passwords_allowed(user.person_id)
    forbid_password_login(other.id, by=signed_in(other.chief), at=NOON, strongest_key_of=lambda _: 500)
    assert not decisions.passwords_allowed(user.person_id)
    assert decisions.passwords_allowed(company.chief)


def test_company_binds_nobody_whom_it_merely_invited_or_proposed(company: Company, decisions: CompanyDecisions):
    forbid_password_login(company.id, by=signed_in(company.chief), at=NOON, strongest_key_of=lambda _: 500)
    invited, expired = company.invite().person_id, company.invite().person_id
    UserAccount.objects.filter(person_id=expired).update(state=AccountState.EXPIRED)
    proposed = a_person()
    appoint(company.id, role=Role.CO_CHIEF, person_id=proposed, by=signed_in(company.chief), at=NOON)
    assert all(decisions.passwords_allowed(person) for person in (invited, expired, proposed))
    assert not decisions.passwords_allowed(company.chief)


def test_person_without_a_company_may_use_passwords(db: None, decisions: CompanyDecisions):
    person = a_person()
    assert (decisions.passwords_allowed(person), decisions.names_of(person), companies_of(person)) == (True, (), set())


def test_names_of_companies_may_not_stand_in_passwords(company: Company, decisions: CompanyDecisions):
    assert decisions.names_of(company.chief) == ("Bakery",)


def test_locked_first_sign_in_is_written_to_the_person_and_the_chief(company: Company, decisions: CompanyDecisions):
    user = company.user()
    for person_id, address in ((user.person_id, "user@example.be"), (company.chief, "chief@example.be")):
        name_person(person_id, family_name="Peeters", first_name="", language=Language.NL, actor="test", at=NOON)
        set_email(person_id, address, actor="test", at=NOON)
    for _ in range(2):
        decisions.alert(user.person_id, "activation-locked:7")

    told = dict(OutboxMessage.objects.values_list("recipient", "subject"))
    assert told == {
        "user@example.be": "Uw eerste aanmelding is geblokkeerd",
        "chief@example.be": "Er wacht een taak in de e-Box van uw onderneming",
    }
    assert not OutboxMessage.objects.filter(body__contains="Bakery").exists()


def test_locked_first_sign_in_is_told_to_each_company(company: Company, decisions: CompanyDecisions):
    user = company.user()
    for _ in range(2):
        decisions.alert(user.person_id, "activation-locked:7")
    assert EboxDocument.objects.get(kind=EboxKind.ACTIVATION_LOCKED).entity_id == company.id
