"""Rights in services: given, taken back, replaced; nobody raises himself where four eyes are needed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from correspondence.models import EboxDocument, EboxKind
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import SERVICES, Right, ServiceCode
from domain.access.states import GrantState
from domain.languages import Language
from registers.access.granting import WantedRight, confirm_grant, grant, refuse_grant, revoke
from registers.access.models import Grant, Mandate, MandateState, UserAccount
from registers.access.user_accounts import remove_user
from registers.persons.details import prove_name
from tests.registers.access.conftest import NOON, Company, make_company, refusal, signed_in

LATER = NOON + timedelta(days=1)
DECLARE = WantedRight(ServiceCode.DIMONA, Right.DECLARE)
FOUR_EYES = WantedRight(ServiceCode.ACCESS, Right.DECLARE)
UNPROVED = RefusalReason.SECOND_MANAGER_UNPROVED


def test_manager_gives_and_takes_a_right(company: Company):
    row = grant(company.user().pk, DECLARE, by=signed_in(company.chief), at=NOON)
    assert (row.state, row.valid_from, row.valid_until) == (GrantState.ACTIVE, NOON, None)
    revoke(row.pk, by=signed_in(company.chief), at=LATER)
    row.refresh_from_db()
    assert (row.state, row.valid_until) == (GrantState.CLOSED, LATER)
    assert refusal(lambda: revoke(row.pk, by=signed_in(company.chief), at=LATER)) is RefusalReason.STATE_FORBIDS


def test_same_right_again_changes_nothing(company: Company):
    user = company.user()
    first = grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)
    assert grant(user.pk, DECLARE, by=signed_in(company.chief), at=LATER) == first


def test_other_right_in_the_same_time_is_refused(company: Company):
    user = company.user()
    grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)
    consult = WantedRight(ServiceCode.DIMONA, Right.CONSULT, valid_from=LATER)
    assert (
        refusal(lambda: grant(user.pk, consult, by=signed_in(company.chief), at=NOON))
        is RefusalReason.OVERLAPPING_GRANT
    )


def test_other_right_may_follow(company: Company):
    user = company.user()
    grant(
        user.pk,
        WantedRight(ServiceCode.DIMONA, Right.DECLARE, valid_until=LATER),
        by=signed_in(company.chief),
        at=NOON,
    )
    consult = WantedRight(ServiceCode.DIMONA, Right.CONSULT, valid_from=LATER)
    assert grant(user.pk, consult, by=signed_in(company.chief), at=NOON).valid_from == LATER


def test_right_that_is_taken_back_before_it_began_was_never_held(company: Company):
    later = WantedRight(ServiceCode.DIMONA, Right.DECLARE, valid_from=LATER)
    row = grant(company.user().pk, later, by=signed_in(company.chief), at=NOON)
    revoke(row.pk, by=signed_in(company.chief), at=NOON)
    row.refresh_from_db()
    assert row.valid_until == row.valid_from == LATER


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (WantedRight(ServiceCode.DIMONA, Right.MANAGE), RefusalReason.SERVICE_UNKNOWN),
        (WantedRight("EVERYTHING", Right.CONSULT), RefusalReason.SERVICE_UNKNOWN),
        (
            WantedRight(ServiceCode.DIMONA, Right.CONSULT, valid_from=NOON - timedelta(seconds=1)),
            RefusalReason.OUTSIDE_ACCOUNT_PERIOD,
        ),
        (
            WantedRight(ServiceCode.DIMONA, Right.CONSULT, valid_from=LATER, valid_until=LATER),
            RefusalReason.OUTSIDE_ACCOUNT_PERIOD,
        ),
    ],
)
def test_right_that_cannot_be_given_is_refused(company: Company, wanted: WantedRight, reason: RefusalReason):
    assert refusal(lambda: grant(company.user().pk, wanted, by=signed_in(company.chief), at=NOON)) is reason


def test_removed_user_gets_no_right(company: Company):
    user = company.user()
    remove_user(user.pk, by=signed_in(company.chief), at=NOON, sessions=company.sessions)
    assert refusal(lambda: grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)) is RefusalReason.REMOVED


def test_user_gives_no_right(company: Company):
    user = company.user()
    assert refusal(lambda: grant(user.pk, DECLARE, by=signed_in(user.person_id), at=NOON)) is RefusalReason.NOT_ENTITLED


def test_manager_who_raises_himself_waits_for_a_second_one(company: Company):
    second = company.appoint(Role.CO_CHIEF)
    row = grant(company.user(company.chief).pk, FOUR_EYES, by=signed_in(company.chief), at=NOON)
    assert row.state == GrantState.PROPOSED
    assert EboxDocument.objects.get(kind=EboxKind.SECOND_MANAGER_NEEDED).is_task
    assert (
        refusal(lambda: confirm_grant(row.pk, by=signed_in(company.chief), at=LATER))
        is RefusalReason.SECOND_MANAGER_NEEDED
    )
    confirmed = confirm_grant(row.pk, by=signed_in(second.person_id, level=500), at=LATER)
    assert (confirmed.state, confirmed.valid_from) == (GrantState.ACTIVE, LATER)
    assert EboxDocument.objects.get(kind=EboxKind.SECOND_MANAGER_NEEDED).state == "HANDLED"


def test_second_manager_of_the_askers_making_has_to_prove_who_he_is(company: Company):
    manager = company.appoint(Role.MANAGER).person_id
    helper = company.appoint(Role.CO_MANAGER, by=manager).person_id
    row = grant(company.user(manager).pk, FOUR_EYES, by=signed_in(manager), at=NOON)
    for level in (400, 450):
        assert refusal(lambda: confirm_grant(row.pk, by=signed_in(helper, level=level), at=LATER)) is UNPROVED  # noqa: B023
    name = {"family_name": "Claes", "first_name": "Mia", "language": Language.NL}
    prove_name(helper, **name, actor="test", at=NOON)
    assert refusal(lambda: confirm_grant(row.pk, by=signed_in(helper), at=LATER)) is UNPROVED
    assert confirm_grant(row.pk, by=signed_in(helper, level=450), at=LATER).state == GrantState.ACTIVE


def test_second_manager_whom_a_helper_of_the_asker_made_has_to_prove_who_he_is(company: Company):
    deputy = company.appoint(Role.CO_CHIEF).person_id
    manager = company.appoint(Role.MANAGER, by=deputy).person_id
    row = grant(company.user(company.chief).pk, FOUR_EYES, by=signed_in(company.chief), at=NOON)
    assert refusal(lambda: confirm_grant(row.pk, by=signed_in(manager), at=LATER)) is UNPROVED
    assert confirm_grant(row.pk, by=signed_in(manager, level=500), at=LATER).state == GrantState.ACTIVE


@pytest.mark.parametrize("second", ["above him", "beside him"])
def test_second_manager_of_anothers_making_confirms_with_an_app(company: Company, second: str):
    asker = company.appoint(Role.MANAGER).person_id
    row = grant(company.user(asker).pk, FOUR_EYES, by=signed_in(asker), at=NOON)
    person = company.chief if second == "above him" else company.appoint(Role.CO_CHIEF).person_id
    assert confirm_grant(row.pk, by=signed_in(person), at=LATER).state == GrantState.ACTIVE


def test_second_manager_refuses(company: Company):
    second = company.appoint(Role.CO_CHIEF)
    row = grant(company.user(company.chief).pk, FOUR_EYES, by=signed_in(company.chief), at=NOON)
    refuse_grant(row.pk, by=signed_in(second.person_id), at=LATER)
    row.refresh_from_db()
    assert (row.state, row.valid_until) == (GrantState.REFUSED, row.valid_from)


def test_right_whose_time_is_over_is_not_confirmed(company: Company):
    second = company.appoint(Role.CO_CHIEF)
    short = WantedRight(ServiceCode.ACCESS, Right.DECLARE, valid_until=LATER)
    row = grant(company.user(company.chief).pk, short, by=signed_in(company.chief), at=NOON)
    assert (
        refusal(lambda: confirm_grant(row.pk, by=signed_in(second.person_id, level=500), at=LATER))
        is RefusalReason.STATE_FORBIDS
    )


def test_unknown_right_is_refused(company: Company):
    assert refusal(lambda: revoke(0, by=signed_in(company.chief), at=NOON)) is RefusalReason.UNKNOWN


def test_user_confirms_nothing(company: Company):
    row = grant(company.user(company.chief).pk, FOUR_EYES, by=signed_in(company.chief), at=NOON)
    user = company.user()
    assert refusal(lambda: confirm_grant(row.pk, by=signed_in(user.person_id), at=LATER)) is RefusalReason.NOT_ENTITLED


def test_another_manager_gives_the_right_at_once(company: Company):
    second = company.appoint(Role.CO_CHIEF)
    row = grant(company.user(second.person_id).pk, FOUR_EYES, by=signed_in(company.chief), at=NOON)
    assert row.state == GrantState.ACTIVE


def test_right_that_needs_no_four_eyes_is_taken_at_once(company: Company):
    row = grant(company.user(company.chief).pk, DECLARE, by=signed_in(company.chief), at=NOON)
    assert row.state == GrantState.ACTIVE


def by_file(entity_id: int) -> Actor:
    return Actor.sender("123456", entity_id=entity_id, file="FI.ACCS.123456.20260701.00001.R.1.1", form="1")


def test_file_gives_only_what_files_may_give(company: Company):
    user, by = company.user(), by_file(company.id)
    assert grant(user.pk, DECLARE, by=by, at=NOON).source.startswith("BATCH:")
    assert refusal(lambda: grant(user.pk, FOUR_EYES, by=by, at=NOON)) is RefusalReason.NOT_BY_FILE


def a_mandate(principal: Company, mandatary: Company, group: str) -> None:
    Mandate.objects.create(
        environment="R",
        principal=principal.entity,
        mandatary=mandatary.entity,
        service_group=group,
        from_quarter="20261",
        state=MandateState.ACTIVE,
        valid_from=NOON,
        in_force_from=NOON,
        created_by="test",
        source="OPERATOR",
    )


def test_mandatary_gives_rights_in_the_groups_of_its_mandates(company: Company):
    mandatary, user = make_company("0400767772"), company.user()
    by = by_file(mandatary.id)
    assert refusal(lambda: grant(user.pk, DECLARE, by=by, at=NOON)) is RefusalReason.NOT_ENTITLED
    a_mandate(company, mandatary, "ACCESS_MANAGEMENT")
    assert refusal(lambda: grant(user.pk, DECLARE, by=by, at=NOON)) is RefusalReason.RIGHT_NOT_MANAGED
    a_mandate(company, mandatary, "DIMONA")
    assert grant(user.pk, DECLARE, by=by, at=NOON).state == GrantState.ACTIVE


def test_mandatary_takes_rights_in_the_groups_of_its_mandates(company: Company):
    mandatary, user = make_company("0400767772"), company.user()
    by = by_file(mandatary.id)
    row = grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)
    a_mandate(company, mandatary, "ACCESS_MANAGEMENT")
    assert refusal(lambda: revoke(row.pk, by=by, at=NOON)) is RefusalReason.RIGHT_NOT_MANAGED
    a_mandate(company, mandatary, "DIMONA")
    assert revoke(row.pk, by=by, at=NOON).state == GrantState.CLOSED


def a_row(user: UserAccount, **deviation: object) -> dict[str, object]:
    return {
        "environment": "R",
        "account": user,
        "service": ServiceCode.DIMONA,
        "right": Right.CONSULT,
        "granted_by": "test",
        "granted_at": NOON,
        "valid_from": NOON,
        "source": "OPERATOR",
    } | deviation


@pytest.mark.parametrize(
    ("constraint", "deviation"),
    [
        ("rights_of_account_apart", {"valid_from": LATER}),
        ("grant_to_account_or_sender", {"account": None}),
        ("grant_window_forward", {"valid_from": LATER, "valid_until": NOON}),
        ("grant_over_has_an_end", {"state": GrantState.CLOSED, "service": ServiceCode.EBOX}),
        ("grant_service_known", {"service": "EVERYTHING"}),
        ("grant_right_known", {"right": "ALL", "service": ServiceCode.EBOX}),
        ("grant_state_known", {"state": "DEAD", "service": ServiceCode.EBOX, "valid_until": LATER}),
        ("second_manager_is_another", {"service": ServiceCode.EBOX, "confirmed_by": "test"}),
    ],
)
def test_database_refuses_what_the_rules_exclude(company: Company, constraint: str, deviation: dict[str, object]):
    user = company.user()
    grant(user.pk, DECLARE, by=signed_in(company.chief), at=NOON)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Grant.objects.create(**a_row(user, **deviation))
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize("service", [code for code in ServiceCode if SERVICES[code].needs_four_eyes])
@pytest.mark.parametrize("confirmed_by", ["", "own"])
def test_database_lets_nobody_raise_himself_where_four_eyes_are_needed(
    company: Company, service: ServiceCode, confirmed_by: str
):
    user = company.user(company.chief)
    own = f"person:{company.chief}"
    row = a_row(user, service=service, granted_by=own, confirmed_by=own if confirmed_by else "")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Grant.objects.create(**row)
    assert caught.value.__cause__.diag.constraint_name in {"own_right_is_confirmed", "second_manager_is_another"}


def test_database_takes_a_right_that_waits_for_the_second_manager_and_one_that_he_confirmed(company: Company):
    user = company.user(company.chief)
    own = a_row(user, service=ServiceCode.ACCESS, granted_by=f"person:{company.chief}", state=GrantState.PROPOSED)
    row = Grant.objects.create(**own)
    row.state, row.confirmed_by = GrantState.ACTIVE, "person:2"
    row.save()
    assert Grant.objects.get().state == GrantState.ACTIVE
