"""Who had what on a day, since when and by which declaration; and what counts for a person now."""

from datetime import timedelta

import pytest

from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access.holdings import HoldingKind
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import AccountState, EntityAccountState
from registers.access.appointing import appoint
from registers.access.ending import block_appointment, end
from registers.access.entity_accounts import register_account
from registers.access.granting import WantedRight, grant, revoke
from registers.access.histories import as_of
from registers.access.models import Entity
from registers.access.qualities import activate_quality
from registers.access.standings import contexts_of, standing_of
from registers.access.user_accounts import block_user, remove_user, unblock_user
from tests.registers.access.conftest import (
    EMPLOYER,
    NOON,
    SECRETARIAT,
    Company,
    a_person,
    an_entity,
    make_company,
    refusal,
    signed_in,
)

DAY = timedelta(days=1)
DECLARE = WantedRight(ServiceCode.DIMONA, Right.DECLARE)


def held(company: Company, day: int) -> set[tuple[str, int, str]]:
    return {(one.what, one.person_id, one.state) for one in as_of(company.id, EMPLOYER, at=NOON + day * DAY)}


def test_each_day_shows_what_was_held_then(company: Company):
    chief, user = signed_in(company.chief), company.user(at=NOON + DAY)
    row = grant(user.pk, DECLARE, by=chief, at=NOON + 2 * DAY)
    block_user(user.pk, by=chief, at=NOON + 3 * DAY, sessions=company.sessions)
    unblock_user(user.pk, by=chief, at=NOON + 4 * DAY)
    revoke(row.pk, by=chief, at=NOON + 5 * DAY)
    remove_user(user.pk, by=chief, at=NOON + 6 * DAY, sessions=company.sessions)

    managers = {("CHIEF", company.chief, "ACTIVE"), ("MANAGER", company.chief, "ACTIVE")}
    account = (user.user_name, user.person_id)
    right = ("DIMONA DECLARE", user.person_id, "ACTIVE")
    assert held(company, 0) == {("CHIEF", company.chief, "PROPOSED")}
    assert held(company, 1) == managers | {(*account, "ACTIVE")}
    assert held(company, 2) == managers | {(*account, "ACTIVE"), right}
    assert held(company, 3) == managers | {(*account, "BLOCKED"), right}
    assert held(company, 4) == managers | {(*account, "ACTIVE"), right}
    assert held(company, 5) == managers | {(*account, "ACTIVE")}
    assert held(company, 6) == managers


def test_holding_tells_since_when_and_by_which_declaration(company: Company):
    user = company.user()
    by = Actor.sender("123456", entity_id=company.id, file="FI.ACCS.123456.20260702.00001.R.1.1", form="17")
    grant(user.pk, DECLARE, by=by, at=NOON + DAY)
    right = next(one for one in as_of(company.id, EMPLOYER, at=NOON + 2 * DAY) if one.kind is HoldingKind.RIGHT)
    assert (right.since, right.source, right.actor) == (
        NOON + DAY,
        "BATCH:FI.ACCS.123456.20260702.00001.R.1.1/17",
        "sender:123456",
    )


def test_right_is_shown_in_its_period_only(company: Company):
    later = WantedRight(ServiceCode.DIMONA, Right.DECLARE, valid_from=NOON + 2 * DAY, valid_until=NOON + 3 * DAY)
    grant(company.user().pk, later, by=signed_in(company.chief), at=NOON)
    shown = [day for day in range(1, 5) if any("DIMONA" in what for what, *_ in held(company, day))]
    assert shown == [2]


def test_history_asks_three_questions_however_many_there_are(company: Company, django_assert_num_queries):
    for _ in range(3):
        grant(company.user().pk, DECLARE, by=signed_in(company.chief), at=NOON)
    with django_assert_num_queries(3):
        as_of(company.id, EMPLOYER, at=NOON + DAY)


def test_other_quality_shows_nothing_of_this_one(company: Company):
    user = company.user()
    assert user.user_name not in {one.what for one in as_of(company.id, SECRETARIAT, at=NOON + DAY)}


def test_standing_of_a_manager(company: Company):
    standing = standing_of(company.chief, company.id, EMPLOYER, NOON + DAY)
    assert standing.entity_state is EntityAccountState.ACTIVE
    assert standing.is_quality_active
    assert standing.roles == {Role.CHIEF, Role.MANAGER}
    assert standing.account is None


def test_standing_of_a_user(company: Company):
    user = company.user()
    grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)
    standing = standing_of(user.person_id, company.id, EMPLOYER, NOON)
    assert standing.account.state == AccountState.ACTIVE
    assert [(one.service, one.right) for one in standing.rights] == [(ServiceCode.DIMONA, Right.DECLARE)]
    assert standing.roles == frozenset()


def test_a_standing_is_read_by_one_statement(company: Company, django_assert_num_queries):
    user = company.user()
    with django_assert_num_queries(1):
        standing_of(user.person_id, company.id, EMPLOYER, NOON)


def test_rights_that_are_over_are_none(company: Company):
    user = company.user()
    given = grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)
    revoke(given.pk, by=signed_in(company.chief), at=NOON + DAY)
    assert standing_of(user.person_id, company.id, EMPLOYER, NOON + DAY).rights == ()


def test_standing_of_a_stranger(company: Company):
    standing = standing_of(a_person(), company.id, EMPLOYER, NOON)
    assert (standing.roles, standing.proposed, standing.account, standing.rights) == (
        frozenset(),
        frozenset(),
        None,
        (),
    )


def test_standing_before_the_account_is_activated(db: None):
    entity, chief = an_entity(), a_person()
    register_account(entity, chief_id=chief, quality=EMPLOYER, by=Actor.legal_representative(), at=NOON)
    standing = standing_of(chief, entity.pk, EMPLOYER, NOON)
    assert standing.entity_state is EntityAccountState.REGISTERED
    assert standing.proposed == {Role.CHIEF}
    late = standing_of(chief, entity.pk, EMPLOYER, end_of_days(NOON))
    assert (late.entity_state, late.proposed) == (EntityAccountState.ACTIVATION_EXPIRED, frozenset())


def test_standing_where_the_entity_has_no_account(db: None):
    standing = standing_of(a_person(), an_entity().pk, EMPLOYER, NOON)
    assert standing.entity_state is None
    assert not standing.is_quality_active


def test_invitation_whose_time_is_over_counts_as_expired(company: Company):
    user = company.invite()
    standing = standing_of(user.person_id, company.id, EMPLOYER, end_of_days(NOON))
    assert standing.account.state is AccountState.EXPIRED


@pytest.mark.parametrize(
    ("state", "counts_as"),
    [("SUSPENDED", EntityAccountState.SUSPENDED), ("ENDED", EntityAccountState.CLOSED)],
)
def test_entity_that_may_not_act_stops_its_account(company: Company, state: str, counts_as: EntityAccountState):
    Entity.objects.filter(pk=company.id).update(state=state)
    assert standing_of(company.chief, company.id, EMPLOYER, NOON).entity_state is counts_as


def test_blocked_manager_holds_no_role(company: Company):
    manager = company.appoint(Role.MANAGER)
    block_appointment(manager.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions)
    assert standing_of(manager.person_id, company.id, EMPLOYER, NOON).roles == frozenset()


def test_standing_asks_at_most_six_questions(company: Company, django_assert_max_num_queries):
    user = company.user()
    with django_assert_max_num_queries(6):
        standing_of(user.person_id, company.id, EMPLOYER, NOON)


def test_contexts_are_the_qualities_in_which_somebody_may_act(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    other = make_company("0400767772")
    user = company.user(quality=SECRETARIAT)
    other.user(user.person_id)
    manager = company.appoint(Role.MANAGER)
    assert [(one.entity_id, one.quality) for one in contexts_of(company.chief, at=NOON)] == [
        (company.id, EMPLOYER),
        (company.id, SECRETARIAT),
    ]
    assert {(one.entity_id, one.quality) for one in contexts_of(user.person_id, at=NOON)} == {
        (company.id, SECRETARIAT),
        (other.id, EMPLOYER),
    }
    assert [one.quality for one in contexts_of(manager.person_id, at=NOON)] == [EMPLOYER]
    end(manager.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions)
    assert contexts_of(manager.person_id, at=NOON) == []


def test_chief_to_come_finds_the_company_that_he_activates(db: None):
    entity, chief = an_entity(), a_person()
    register_account(entity, chief_id=chief, quality=EMPLOYER, by=Actor.legal_representative(), at=NOON)
    assert [(one.entity_id, one.quality) for one in contexts_of(chief, at=NOON)] == [(entity.pk, EMPLOYER)]


def test_who_is_to_replace_a_chief_acts_for_nobody_yet(company: Company):
    person = a_person()
    appoint(company.id, role=Role.CHIEF, person_id=person, by=Actor.legal_representative(), at=NOON)
    assert contexts_of(person, at=NOON) == []


@pytest.mark.parametrize("state", ["SUSPENDED", "ENDED"])
def test_nothing_is_changed_for_an_entity_that_may_not_act(company: Company, state: str):
    Entity.objects.filter(pk=company.id).update(state=state)
    assert refusal(company.invite) is RefusalReason.ENTITY_NOT_ACTIVE
