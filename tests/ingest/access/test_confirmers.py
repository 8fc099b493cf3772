"""Who confirms what waits, and until when: at level 400 alone, within 30 days, once."""

from collections.abc import Callable

import pytest

from channels.models import TechnicalUser
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from registers.access.ending import block_appointment, unblock_appointment
from registers.access.models import DeclaredForm
from tests.access_files import ANN, a_declaration, a_manager, a_technical_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import MANAGER, Firm, codes, results
from tests.ingest.access.test_lockouts import a_lockout
from tests.ingest.access.test_waiting import DAY, desk, settle, the_appointment, without_technical_user


def by_weak_chief(firm: Firm) -> Actor:
    return Actor.person(firm.chief, level=300)


def reason_of(refused: Callable[[], object]) -> RefusalReason:
    with pytest.raises(AccessRefusedError) as told:
        refused()
    return told.value.reason


@pytest.fixture
def held(firm: Firm) -> int:
    """Return the submission of a file that waits for a manager."""
    a_lockout(firm)
    return DeclaredForm.objects.get().submission_id


@pytest.fixture
def unblocking(firm: Firm) -> int:
    """Return the declaration by which a file would unblock a co-manager."""
    firm.appoint(Role.MANAGER, MANAGER)
    row = firm.appoint(Role.CO_MANAGER, ANN)
    block_appointment(row.pk, by=firm.by_chief(), at=NOON, sessions=firm.register.stays)
    assert results(firm.declare(a_declaration(a_manager(role="CO_MANAGER"), action="UNBLOCK"))) == ["2"]
    return firm.declared()[-1].pk


def test_a_held_file_is_confirmed_no_more_after_thirty_days_though_it_has_not_lapsed_yet(firm: Firm, held: int):
    late = NOON + 31 * DAY
    refused = reason_of(lambda: desk(firm).confirm_file(held, firm.entity.pk, by=firm.by_chief(), at=late))

    assert refused is RefusalReason.STATE_FORBIDS
    assert firm.account(ANN).state == "ACTIVE"
    assert DeclaredForm.objects.get().state == "AWAITING_CONFIRMATION"


def test_a_held_file_is_confirmed_at_level_400_alone(firm: Firm, held: int):
    refused = reason_of(lambda: desk(firm).confirm_file(held, firm.entity.pk, by=by_weak_chief(firm), at=NOON))

    assert refused is RefusalReason.LEVEL_TOO_LOW
    assert firm.account(ANN).state == "ACTIVE"


def test_a_held_file_is_refused_at_level_400_alone(firm: Firm, held: int):
    refused = reason_of(lambda: desk(firm).decline_file(held, firm.entity.pk, by=by_weak_chief(firm), at=NOON))

    assert refused is RefusalReason.LEVEL_TOO_LOW
    assert DeclaredForm.objects.get().state == "AWAITING_CONFIRMATION"


@pytest.mark.parametrize("decide", ["confirm", "decline"])
def test_about_the_block_of_a_manager_it_is_decided_at_level_400_alone(firm: Firm, unblocking: int, decide: str):
    refused = reason_of(lambda: getattr(desk(firm), decide)(unblocking, by=by_weak_chief(firm), at=NOON))

    assert refused is RefusalReason.LEVEL_TOO_LOW
    assert (the_appointment(firm).state, firm.declared()[-1].state) == ("BLOCKED", "PENDING_CONFIRMATION")


def test_a_block_of_a_manager_that_nobody_takes_away_stays_after_thirty_days(firm: Firm, unblocking: int):
    assert settle(firm, after=30 * DAY) == []
    answers = settle(firm, after=DAY)

    assert (results(answers), codes(answers)) == (["0"], ["071"])
    assert (the_appointment(firm).state, firm.declared()[-1].state) == ("BLOCKED", "LAPSED")


def test_a_block_that_a_manager_took_away_himself_is_told_of_as_confirmed(firm: Firm, unblocking: int):
    unblock_appointment(the_appointment(firm).pk, by=firm.by_chief(), at=NOON)
    (second,) = settle(firm)

    assert (second.texts("ResultCode"), second.texts("State")) == (["1"], ["CONFIRMED"])
    assert firm.declared()[-1].pk == unblocking
    assert settle(firm) == []


def test_a_technical_user_is_confirmed_no_more_after_thirty_days_though_it_has_not_lapsed_yet(firm: Firm):
    without_technical_user()
    (account,) = firm.declare(a_declaration(a_technical_user()))[0].texts("TechnicalUserID")
    waiting, late = firm.declared()[-1].pk, NOON + 31 * DAY

    assert reason_of(lambda: desk(firm).confirm(waiting, by=firm.by_chief(), at=late)) is RefusalReason.STATE_FORBIDS
    assert TechnicalUser.objects.get(user_name=account).state == "DRAFT"
    assert firm.declared()[-1].state == "PENDING_CONFIRMATION"
