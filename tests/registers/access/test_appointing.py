"""Appointments: proposed, accepted, declined, replaced; one chief, one manager of a quality."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.states import AppointmentState, EntityAccountState
from registers.access.appointing import accept, appoint, confirm, decline, propose_replacement
from registers.access.entity_accounts import forbid_password_login
from registers.access.models import Appointment, EntityAccount
from registers.access.qualities import activate_quality
from tests.registers.access.conftest import EMPLOYER, NOON, SECRETARIAT, Company, a_person, refusal, signed_in

LATER = NOON + timedelta(hours=1)
REPRESENTATIVE = Actor.legal_representative()


def holders(company: Company, role: Role, quality: str = "") -> list[int]:
    rows = Appointment.objects.filter(
        entity_id=company.id, role=role, quality=quality, state=AppointmentState.ACTIVE
    ).order_by("pk")
    return list(rows.values_list("person_id", flat=True))


def propose(company: Company, role: Role, person_id: int, *, by: Actor | None = None, **deviation) -> Appointment:
    standard = {"quality": "" if role.is_of_entity else EMPLOYER, "at": NOON}
    return appoint(
        company.id, role=role, person_id=person_id, by=by or signed_in(company.chief), **(standard | deviation)
    )


def by_file(company: Company) -> Actor:
    return Actor.sender("123456", entity_id=company.id, file="FI.ACCS.123456.20260701.00001.R.1.1", form="7")


def test_activation_makes_the_chief_the_manager_of_the_standard_quality(company: Company):
    assert EntityAccount.objects.get().state == EntityAccountState.ACTIVE
    assert holders(company, Role.CHIEF) == [company.chief]
    assert holders(company, Role.MANAGER, EMPLOYER) == [company.chief]


def test_manager_takes_over_from_the_chief_once_he_accepts(company: Company):
    person = a_person()
    row = propose(company, Role.MANAGER, person)
    assert holders(company, Role.MANAGER, EMPLOYER) == [company.chief]
    accept(row.pk, by=signed_in(person), at=LATER)
    assert holders(company, Role.MANAGER, EMPLOYER) == [person]


def test_second_manager_of_a_quality_is_refused(company: Company):
    company.appoint(Role.MANAGER)
    assert refusal(lambda: propose(company, Role.MANAGER, a_person())) is RefusalReason.SECOND_MANAGER


def test_second_proposal_of_a_manager_is_refused(company: Company):
    propose(company, Role.MANAGER, a_person())
    assert refusal(lambda: propose(company, Role.MANAGER, a_person())) is RefusalReason.SECOND_MANAGER


def test_there_are_as_many_managers_as_qualities(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    first, second = company.appoint(Role.MANAGER), company.appoint(Role.MANAGER, quality=SECRETARIAT)
    assert holders(company, Role.MANAGER, EMPLOYER) == [first.person_id]
    assert holders(company, Role.MANAGER, SECRETARIAT) == [second.person_id]


def test_co_manager_helps_the_chief_where_no_manager_is_appointed(company: Company):
    helper = company.appoint(Role.CO_MANAGER)
    assert holders(company, Role.CO_MANAGER, EMPLOYER) == [helper.person_id]


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        (Role.CO_CHIEF, RefusalReason.TOO_MANY_CO_CHIEFS),
        (Role.CO_MANAGER, RefusalReason.TOO_MANY_CO_MANAGERS),
    ],
)
def test_there_is_one_helper_of_a_kind(company: Company, role: Role, reason: RefusalReason):
    company.appoint(role)
    assert refusal(lambda: propose(company, role, a_person())) is reason


def test_nobody_holds_a_role_twice(company: Company):
    manager = company.appoint(Role.MANAGER)
    for role in (Role.MANAGER, Role.CO_MANAGER):
        assert refusal(lambda role=role: propose(company, role, manager.person_id)) is RefusalReason.HELD_ALREADY
    assert refusal(lambda: propose(company, Role.CO_CHIEF, company.chief)) is RefusalReason.HELD_ALREADY


def test_one_person_may_hold_appointments_in_several_qualities(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    person = company.appoint(Role.MANAGER).person_id
    row = propose(company, Role.MANAGER, person, quality=SECRETARIAT)
    assert accept(row.pk, by=signed_in(person), at=LATER).state == AppointmentState.ACTIVE


def test_co_manager_who_becomes_manager_helps_nobody_any_more(company: Company):
    helper = company.appoint(Role.CO_MANAGER)
    row = propose(company, Role.MANAGER, helper.person_id)
    accept(row.pk, by=signed_in(helper.person_id), at=LATER)
    helper.refresh_from_db()
    assert helper.state == AppointmentState.ENDED


def test_manager_reaches_his_own_quality_only(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    manager = signed_in(company.appoint(Role.MANAGER).person_id)
    assert (
        refusal(lambda: propose(company, Role.CO_MANAGER, a_person(), by=manager, quality=SECRETARIAT))
        is RefusalReason.NOT_ENTITLED
    )


@pytest.mark.parametrize(
    ("role", "quality", "reason"),
    [
        (Role.MANAGER, "", RefusalReason.QUALITY_NOT_ACTIVE),
        (Role.MANAGER, SECRETARIAT, RefusalReason.QUALITY_NOT_ACTIVE),
        (Role.CO_CHIEF, EMPLOYER, RefusalReason.QUALITY_UNKNOWN),
    ],
)
def test_role_and_quality_go_together(company: Company, role: Role, quality: str, reason: RefusalReason):
    assert refusal(lambda: propose(company, role, a_person(), quality=quality)) is reason


def test_weak_key_appoints_nobody(company: Company):
    weak = signed_in(company.chief, level=350)
    assert refusal(lambda: propose(company, Role.MANAGER, a_person(), by=weak)) is RefusalReason.LEVEL_TOO_LOW


def test_weak_key_accepts_nothing(company: Company):
    person = a_person()
    row = propose(company, Role.MANAGER, person)
    assert refusal(lambda: accept(row.pk, by=signed_in(person, level=350), at=LATER)) is RefusalReason.LEVEL_TOO_LOW


@pytest.mark.parametrize("act", [accept, decline])
def test_another_person_neither_accepts_nor_declines(company: Company, act):
    row = propose(company, Role.MANAGER, a_person())
    assert refusal(lambda: act(row.pk, by=signed_in(company.chief), at=LATER)) is RefusalReason.NOT_THE_APPOINTEE


def test_what_was_declined_is_not_accepted_any_more(company: Company):
    person = a_person()
    row = decline(propose(company, Role.MANAGER, person).pk, by=signed_in(person), at=LATER)
    assert row.state == AppointmentState.DECLINED
    assert refusal(lambda: accept(row.pk, by=signed_in(person), at=LATER)) is RefusalReason.STATE_FORBIDS


def test_proposal_holds_until_the_last_second_of_the_thirtieth_day(company: Company):
    person = a_person()
    row = propose(company, Role.MANAGER, person)
    end = end_of_days(NOON)
    assert refusal(lambda: accept(row.pk, by=signed_in(person), at=end)) is RefusalReason.STATE_FORBIDS
    assert accept(row.pk, by=signed_in(person), at=end - timedelta(seconds=1)).state == AppointmentState.ACTIVE


def test_proposal_whose_time_is_over_stands_in_nobodys_way(company: Company):
    late = propose(company, Role.MANAGER, a_person())
    propose(company, Role.MANAGER, a_person(), at=end_of_days(NOON))
    late.refresh_from_db()
    assert late.state == AppointmentState.EXPIRED


def test_chief_is_replaced_when_the_new_one_accepts(company: Company):
    co_chief = company.appoint(Role.CO_CHIEF).person_id
    row = propose(company, Role.CHIEF, co_chief, by=REPRESENTATIVE)
    assert holders(company, Role.CHIEF) == [company.chief]
    accept(row.pk, by=signed_in(co_chief), at=LATER)
    assert holders(company, Role.CHIEF) == [co_chief]
    assert holders(company, Role.CO_CHIEF) == []
    assert holders(company, Role.MANAGER, EMPLOYER) == [co_chief]


def test_chief_proposes_who_replaces_him_and_the_representative_confirms(company: Company):
    person = a_person()
    row = propose_replacement(company.id, person_id=person, by=signed_in(company.chief), at=NOON)
    assert refusal(lambda: accept(row.pk, by=signed_in(person), at=NOON)) is RefusalReason.NOT_CONFIRMED
    for nobody in (signed_in(company.chief), signed_in(person), Actor.operator(), by_file(company)):
        assert refusal(lambda by=nobody: confirm(row.pk, by=by, at=NOON)) is RefusalReason.NOT_ENTITLED
    confirm(row.pk, by=REPRESENTATIVE, at=NOON)
    accept(row.pk, by=signed_in(person), at=LATER)
    assert holders(company, Role.CHIEF) == [person]


def test_company_without_passwords_is_managed_with_a_key_that_needs_none(company: Company):
    person = a_person()
    row = propose(company, Role.CO_CHIEF, person)
    forbid_password_login(company.id, by=signed_in(company.chief), at=NOON, strongest_key_of=lambda _: 500)
    assert refusal(lambda: accept(row.pk, by=signed_in(person), at=NOON)) is RefusalReason.PASSWORDS_OFF
    assert accept(row.pk, by=signed_in(person, level=450), at=NOON).state == AppointmentState.ACTIVE


def test_second_replacement_is_refused(company: Company):
    propose(company, Role.CHIEF, a_person(), by=REPRESENTATIVE)
    assert refusal(lambda: propose(company, Role.CHIEF, a_person(), by=REPRESENTATIVE)) is RefusalReason.SECOND_CHIEF


def test_what_a_file_proposes_waits_for_a_manager_above(company: Company):
    person = a_person()
    row = propose(company, Role.MANAGER, person, by=by_file(company))
    assert row.source == "BATCH:FI.ACCS.123456.20260701.00001.R.1.1/7"
    assert refusal(lambda: accept(row.pk, by=signed_in(person), at=LATER)) is RefusalReason.NOT_CONFIRMED
    assert refusal(lambda: confirm(row.pk, by=signed_in(person), at=LATER)) is RefusalReason.NOT_ENTITLED
    confirm(row.pk, by=signed_in(company.chief), at=LATER)
    confirm(row.pk, by=signed_in(company.chief), at=LATER)
    assert accept(row.pk, by=signed_in(person), at=LATER).state == AppointmentState.ACTIVE


def test_manager_above_declines_what_a_file_proposed(company: Company):
    row = propose(company, Role.MANAGER, a_person(), by=by_file(company))
    assert decline(row.pk, by=signed_in(company.chief), at=LATER).state == AppointmentState.DECLINED


@pytest.mark.parametrize("role", [Role.CHIEF, Role.CO_CHIEF])
def test_file_never_appoints_a_chief(company: Company, role: Role):
    assert refusal(lambda: propose(company, role, a_person(), by=by_file(company))) is RefusalReason.CHIEF_BY_FILE


def test_file_of_another_entity_appoints_nobody(company: Company):
    stranger = Actor.sender("123456", entity_id=company.id + 1, file="F", form="1")
    assert refusal(lambda: propose(company, Role.MANAGER, a_person(), by=stranger)) is RefusalReason.NOT_ENTITLED


def test_who_accepts_twice_in_a_row_is_told_that_it_is_done(company: Company):
    row = company.appoint(Role.MANAGER)
    assert refusal(lambda: accept(row.pk, by=signed_in(row.person_id), at=LATER)) is RefusalReason.STATE_FORBIDS


def test_chief_alone_proposes_who_replaces_him(company: Company):
    helper = signed_in(company.appoint(Role.CO_CHIEF).person_id)
    assert (
        refusal(lambda: propose_replacement(company.id, person_id=a_person(), by=helper, at=NOON))
        is RefusalReason.NOT_ENTITLED
    )


def test_co_manager_whose_manager_went_meanwhile_cannot_accept(company: Company):
    """The chief who ends the last manager manages himself; without any manager nobody is helped."""
    person = a_person()
    row = propose(company, Role.CO_MANAGER, person)
    Appointment.objects.filter(role=Role.MANAGER).update(state=AppointmentState.ENDED, valid_until=LATER)
    assert refusal(lambda: accept(row.pk, by=signed_in(person), at=LATER)) is RefusalReason.NO_MANAGER_TO_HELP


def test_unknown_appointment_is_refused(company: Company):
    assert refusal(lambda: accept(0, by=signed_in(company.chief), at=NOON)) is RefusalReason.UNKNOWN


def a_row(company: Company, **deviation: object) -> dict[str, object]:
    return {
        "entity_id": company.id,
        "environment": "R",
        "quality": "",
        "role": Role.CO_CHIEF,
        "person_id": a_person(),
        "state": AppointmentState.ACTIVE,
        "proposed_at": NOON,
        "expires_at": LATER,
        "confirmed_at": NOON,
        "valid_from": NOON,
        "created_by": "test",
        "source": "OPERATOR",
    } | deviation


@pytest.mark.parametrize(
    ("constraint", "deviation"),
    [
        ("one_chief", {"role": Role.CHIEF}),
        ("one_manager", {"role": Role.MANAGER, "quality": EMPLOYER}),
        ("appointment_reaches_entity_or_quality", {"quality": EMPLOYER}),
        ("appointment_reaches_entity_or_quality", {"role": Role.MANAGER}),
        ("appointment_valid_as_its_state", {"valid_from": None}),
        ("appointment_valid_as_its_state", {"state": AppointmentState.ENDED}),
        ("held_appointment_is_confirmed", {"confirmed_at": None}),
        ("chief_is_never_blocked", {"role": Role.CHIEF, "state": AppointmentState.BLOCKED, "blocked_by": "COMPANY"}),
        ("blocked_appointment_by_whom", {"state": AppointmentState.BLOCKED}),
        ("blocked_appointment_by_whom", {"blocked_by": "OPERATOR"}),
        ("orphan_is_co_manager", {"orphan_since": NOON}),
        ("chief_alone_resigns", {"resigned_at": NOON}),
        ("appointment_role_known", {"role": "KING", "quality": EMPLOYER}),
        ("appointment_state_known", {"state": "DEAD"}),
        ("co_manager_helps_a_manager", {"role": Role.CO_MANAGER, "quality": SECRETARIAT}),
    ],
)
def test_database_refuses_what_the_rules_exclude(company: Company, constraint: str, deviation: dict[str, object]):
    with pytest.raises(IntegrityError) as caught, settled():
        Appointment.objects.create(**a_row(company, **deviation))
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_database_refuses_an_active_account_without_a_chief(company: Company):
    chief = Appointment.objects.filter(role=Role.CHIEF)
    with pytest.raises(IntegrityError, match="without a chief"), settled():
        chief.update(state=AppointmentState.ENDED, valid_until=LATER)


def test_database_deletes_no_appointment(company: Company):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Appointment.objects.filter(role=Role.CHIEF)._raw_delete("default")


@contextmanager
def settled() -> Iterator[None]:
    """Look at once at what the database looks at when a transaction commits."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
