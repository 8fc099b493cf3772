"""The account of an entity: thirty days to activate it, new codes with a reason, suspension and its end."""

from datetime import datetime, timedelta

import pytest

from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import AccountState, AppointmentState, EntityAccountState
from domain.brussels import BRUSSELS
from evidence.models import AuditEvent
from registers.access.entity_accounts import (
    activate_account,
    allow_password_login,
    close_account,
    forbid_password_login,
    register_account,
    renew_activation,
    resume_account,
    suspend_account,
)
from registers.access.granting import WantedRight, grant
from registers.access.lapsing import days_of_activation_left, lapse_due
from registers.access.models import Appointment, EntityAccount, EntityQuality, Grant, UserAccount
from registers.access.qualities import activate_quality, end_quality
from tests.registers.access.conftest import (
    EMPLOYER,
    NOON,
    SECRETARIAT,
    Company,
    a_person,
    an_entity,
    refusal,
    signed_in,
)

ISSUED = datetime(2026, 7, 1, 23, 30, tzinfo=BRUSSELS)
LAST_SECOND = datetime(2026, 7, 31, 23, 59, 59, tzinfo=BRUSSELS)
TOO_LATE = datetime(2026, 8, 1, 0, 0, tzinfo=BRUSSELS)
REPRESENTATIVE, OPERATOR = Actor.legal_representative(), Actor.operator()
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def waiting(db: None) -> EntityAccount:
    return register_account(an_entity(), chief_id=a_person(), quality=EMPLOYER, by=REPRESENTATIVE, at=ISSUED)


def the_chief() -> int:
    return Appointment.objects.get(role=Role.CHIEF).person_id


class CodesInMemory:
    """Knows when the codes were issued from which each person made his password."""

    def __init__(self, issued: dict[int, datetime]) -> None:
        self._issued = issued

    def were_consumed(self, person_id: int, *, since: datetime) -> bool:
        return person_id in self._issued and self._issued[person_id] >= since


def activate(account: EntityAccount, *, at: datetime, by: Actor | None = None) -> EntityAccount:
    return activate_account(account.entity_id, by=by or signed_in(the_chief()), at=at)


@pytest.mark.parametrize(
    ("level", "issued", "is_activated"),
    [(200, ISSUED, True), (200, ISSUED - timedelta(seconds=1), False), (100, ISSUED, False)],
    ids=["codes of this account", "codes of earlier days", "no password"],
)
def test_password_is_enough_where_it_was_made_from_the_codes(
    waiting: EntityAccount, level: int, issued: datetime, is_activated: bool
):
    chief = the_chief()
    begin = {"by": signed_in(chief, level=level), "at": ISSUED, "codes": CodesInMemory({chief: issued})}
    if is_activated:
        assert activate_account(waiting.entity_id, **begin).state == EntityAccountState.ACTIVE
    else:
        assert refusal(lambda: activate_account(waiting.entity_id, **begin)) is RefusalReason.LEVEL_TOO_LOW


def test_password_alone_activates_nothing(waiting: EntityAccount):
    weak = signed_in(the_chief(), level=350)
    assert refusal(lambda: activate(waiting, by=weak, at=ISSUED)) is RefusalReason.LEVEL_TOO_LOW


def test_registered_account_has_a_standard_quality_and_a_chief_to_come(waiting: EntityAccount):
    assert waiting.state == EntityAccountState.REGISTERED
    assert EntityQuality.objects.get().is_standard
    assert Appointment.objects.get().state == AppointmentState.PROPOSED


def test_second_account_of_an_entity_is_refused(waiting: EntityAccount):
    again = {"chief_id": a_person(), "quality": EMPLOYER, "by": REPRESENTATIVE, "at": ISSUED}
    assert refusal(lambda: register_account(waiting.entity, **again)) is RefusalReason.HELD_ALREADY


@pytest.mark.parametrize("by", [OPERATOR, signed_in(1, level=500), Actor.platform()])
def test_only_the_legal_representative_registers_and_renews(waiting: EntityAccount, by: Actor):
    other = an_entity("0400767772")
    wish = {"chief_id": a_person(), "quality": EMPLOYER, "by": by, "at": ISSUED}
    assert refusal(lambda: register_account(other, **wish)) is RefusalReason.NOT_ENTITLED
    assert (
        refusal(lambda: renew_activation(waiting.entity_id, by=by, at=ISSUED, reason="asked by telephone"))
        is RefusalReason.NOT_ENTITLED
    )


def test_chief_activates_until_the_last_second_of_the_thirtieth_day(waiting: EntityAccount):
    assert activate(waiting, at=LAST_SECOND).state == EntityAccountState.ACTIVE


def test_chief_activates_no_more_on_the_thirty_first_day(waiting: EntityAccount):
    assert refusal(lambda: activate(waiting, at=TOO_LATE)) is RefusalReason.ACTIVATION_OVER


def test_nobody_else_activates(waiting: EntityAccount):
    for nobody in (signed_in(a_person(), level=500), OPERATOR, REPRESENTATIVE):
        assert refusal(lambda by=nobody: activate(waiting, by=by, at=ISSUED)) is RefusalReason.NOT_ENTITLED


def test_account_is_activated_once(waiting: EntityAccount):
    chief = signed_in(the_chief())
    activate(waiting, at=ISSUED)
    assert refusal(lambda: activate(waiting, by=chief, at=ISSUED)) is RefusalReason.NOT_ENTITLED


@pytest.mark.parametrize("noted", ["noted", "not noted yet"])
def test_new_codes_begin_the_thirty_days_anew(waiting: EntityAccount, noted: str):
    chief = the_chief()
    if noted == "noted":
        assert lapse_due(at=TOO_LATE) == 2
        assert EntityAccount.objects.get().state == EntityAccountState.ACTIVATION_EXPIRED
    renew_activation(waiting.entity_id, by=REPRESENTATIVE, at=TOO_LATE, reason="asked by telephone")
    end = datetime(2026, 8, 31, 23, 59, 59, tzinfo=BRUSSELS)
    assert activate_account(waiting.entity_id, by=signed_in(chief), at=end).state == EntityAccountState.ACTIVE


def test_nothing_lapses_on_the_thirtieth_day(waiting: EntityAccount):
    assert lapse_due(at=LAST_SECOND) == 0
    assert days_of_activation_left(waiting, at=LAST_SECOND) == 0


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201])
def test_new_codes_need_a_reason(waiting: EntityAccount, reason: str):
    assert (
        refusal(lambda: renew_activation(waiting.entity_id, by=REPRESENTATIVE, at=ISSUED, reason=reason))
        is RefusalReason.STATE_FORBIDS
    )


def test_active_account_needs_no_new_codes(company: Company):
    assert (
        refusal(lambda: renew_activation(company.id, by=REPRESENTATIVE, at=LATER, reason="asked"))
        is RefusalReason.STATE_FORBIDS
    )


def test_nothing_is_done_before_the_account_is_active(waiting: EntityAccount):
    assert (
        refusal(lambda: activate_quality(waiting.entity_id, SECRETARIAT, by=signed_in(the_chief()), at=ISSUED))
        is RefusalReason.ENTITY_NOT_ACTIVE
    )


def test_entity_without_an_account_is_refused(db: None):
    entity = an_entity()
    assert refusal(lambda: activate_quality(entity.pk, SECRETARIAT, by=OPERATOR, at=NOON)) is RefusalReason.NO_ACCOUNT


def test_suspension_stops_everybody_and_ends_with_what_was_there(company: Company):
    user = company.user()
    suspend_account(company.id, by=OPERATOR, at=LATER, reason="fraud is looked into", sessions=company.sessions)
    assert {person for person, *_ in company.sessions.ended} == {company.chief, user.person_id}
    assert refusal(company.invite) is RefusalReason.ENTITY_NOT_ACTIVE
    resume_account(company.id, by=OPERATOR, at=LATER)
    assert company.invite(at=LATER).state == AccountState.INVITED
    assert refusal(lambda: resume_account(company.id, by=OPERATOR, at=LATER)) is RefusalReason.STATE_FORBIDS


def test_since_when_an_account_is_suspended_stays_known(company: Company):
    stop = {"by": OPERATOR, "reason": "fraud is looked into", "sessions": company.sessions}
    first, second = LATER, LATER + timedelta(days=2)
    suspend_account(company.id, at=first, **stop)
    account = resume_account(company.id, by=OPERATOR, at=first + timedelta(hours=1))
    assert (account.was_stopped(first), account.was_stopped(first + timedelta(hours=1))) == (True, False)
    account = suspend_account(company.id, at=second, **stop)
    assert (account.was_stopped(second - timedelta(hours=1)), account.was_stopped(second)) == (False, True)
    account = close_account(company.id, at=second + timedelta(days=1), **stop)
    assert (account.was_stopped(second - timedelta(hours=1)), account.was_stopped(second)) == (False, True)


def test_only_an_operator_suspends(company: Company):
    chief = signed_in(company.chief, level=500)
    stop = {"by": chief, "at": LATER, "reason": "holiday", "sessions": company.sessions}
    assert refusal(lambda: suspend_account(company.id, **stop)) is RefusalReason.NOT_ENTITLED
    assert refusal(lambda: close_account(company.id, **stop)) is RefusalReason.NOT_ENTITLED
    assert refusal(lambda: resume_account(company.id, by=chief, at=LATER)) is RefusalReason.NOT_ENTITLED


def test_closed_account_ends_everything_in_it(company: Company):
    user = company.user()
    grant(user.pk, WantedRight(ServiceCode.DIMONA, Right.DECLARE), by=signed_in(company.chief), at=NOON)
    company.appoint(Role.CO_MANAGER)
    account = close_account(company.id, by=OPERATOR, at=LATER, reason="the company stopped", sessions=company.sessions)
    assert (account.state, account.closed_at) == (EntityAccountState.CLOSED, LATER)
    assert set(Appointment.objects.values_list("state", flat=True)) == {AppointmentState.ENDED}
    assert UserAccount.objects.get().state == AccountState.REMOVED
    assert Grant.objects.get().valid_until == LATER
    assert EntityQuality.objects.get().valid_until == LATER
    assert (
        refusal(lambda: close_account(company.id, by=OPERATOR, at=LATER, reason="again", sessions=company.sessions))
        is RefusalReason.STATE_FORBIDS
    )


def test_chief_switches_password_login_off_and_on(company: Company):
    chief = signed_in(company.chief)
    assert forbid_password_login(company.id, by=chief, at=LATER, strongest_key_of=lambda _: 450)
    assert not forbid_password_login(company.id, by=chief, at=LATER, strongest_key_of=lambda _: 450)
    assert not EntityAccount.objects.get().is_password_login_allowed
    assert allow_password_login(company.id, by=chief, at=LATER)


def test_chief_without_a_strong_key_locks_himself_not_out(company: Company):
    chief = signed_in(company.chief)
    assert (
        refusal(lambda: forbid_password_login(company.id, by=chief, at=LATER, strongest_key_of=lambda _: 400))
        is RefusalReason.CHIEF_WITHOUT_STRONG_KEY
    )


def test_co_chief_switches_nothing_off(company: Company):
    helper = signed_in(company.appoint(Role.CO_CHIEF).person_id)
    assert (
        refusal(lambda: forbid_password_login(company.id, by=helper, at=LATER, strongest_key_of=lambda _: 500))
        is RefusalReason.NOT_ENTITLED
    )


def test_chief_activates_a_further_quality_and_manages_it(company: Company):
    row = activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=LATER, registration_number="123")
    assert not row.is_standard
    assert Appointment.objects.get(quality=SECRETARIAT, role=Role.MANAGER).person_id == company.chief
    assert (
        refusal(lambda: activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=LATER))
        is RefusalReason.HELD_ALREADY
    )


@pytest.mark.parametrize("role", ["chief", "co-chief"])
def test_no_company_makes_itself_a_local_authority(company: Company, role: str):
    who = company.chief if role == "chief" else company.appoint(Role.CO_CHIEF).person_id
    wish = {"by": signed_in(who, level=500), "at": LATER}
    assert (
        refusal(lambda: activate_quality(company.id, Quality.LOCAL_AUTHORITY, **wish))
        is RefusalReason.QUALITY_NOT_SELF_GIVEN
    )


@pytest.mark.parametrize("quality", [Quality.SERVICE_PROVIDER, Quality.SOCIAL_SECRETARIAT])
def test_a_company_says_itself_how_it_acts_for_others(company: Company, quality: Quality):
    assert activate_quality(company.id, quality, by=signed_in(company.chief), at=LATER).quality == quality


def test_an_operator_enters_a_local_authority_and_says_why(company: Company):
    activate_quality(company.id, Quality.LOCAL_AUTHORITY, by=OPERATOR, at=LATER, reason="list of municipalities")
    event = AuditEvent.objects.filter(action="quality:activated").latest("pk")

    assert (event.actor, event.detail["reason"]) == ("operator", "list of municipalities")
    assert Appointment.objects.get(quality=Quality.LOCAL_AUTHORITY).person_id == company.chief


def test_manager_activates_no_quality(company: Company):
    manager = signed_in(company.appoint(Role.MANAGER).person_id)
    assert (
        refusal(lambda: activate_quality(company.id, SECRETARIAT, by=manager, at=LATER)) is RefusalReason.NOT_ENTITLED
    )


@pytest.mark.parametrize("number", ["1" * 17, "né"])
def test_odd_registration_number_is_refused(company: Company, number: str):
    wish = {"by": signed_in(company.chief), "at": LATER, "registration_number": number}
    assert refusal(lambda: activate_quality(company.id, SECRETARIAT, **wish)) is RefusalReason.QUALITY_UNKNOWN


def test_quality_ends_with_its_managers_users_and_rights(company: Company):
    chief = signed_in(company.chief)
    activate_quality(company.id, SECRETARIAT, by=chief, at=NOON)
    user = company.user(quality=SECRETARIAT)
    end_quality(company.id, SECRETARIAT, by=chief, at=LATER, sessions=company.sessions)
    user.refresh_from_db()
    assert user.state == AccountState.REMOVED
    assert not Appointment.objects.filter(quality=SECRETARIAT, state=AppointmentState.ACTIVE).exists()
    assert refusal(lambda: company.invite(quality=SECRETARIAT, at=LATER)) is RefusalReason.QUALITY_NOT_ACTIVE


def test_the_end_of_a_quality_ends_the_stays_in_it_alone(company: Company):
    chief = signed_in(company.chief)
    activate_quality(company.id, SECRETARIAT, by=chief, at=NOON)
    end_quality(company.id, SECRETARIAT, by=chief, at=LATER, sessions=company.sessions)

    assert company.sessions.ended == []
    assert company.sessions.ended_in == [(company.id, SECRETARIAT, "MANAGER", LATER)]


def test_standard_quality_stays(company: Company):
    assert (
        refusal(
            lambda: end_quality(company.id, EMPLOYER, by=signed_in(company.chief), at=LATER, sessions=company.sessions)
        )
        is RefusalReason.STATE_FORBIDS
    )
