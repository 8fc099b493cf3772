"""No file leaves a quality without anybody who manages it, whether it names the manager or the user that he is too."""

import pytest

from domain.access.roles import Role
from registers.access.user_accounts import block_user
from tests.access_files import ANN, a_declaration, a_manager, the_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import MANAGER, Firm, codes, results


@pytest.fixture
def managed(firm: Firm) -> Firm:
    """Return a company whose manager is one of its users."""
    firm.crowd(10)
    firm.appoint(Role.MANAGER, MANAGER)
    firm.user(MANAGER)
    return firm


def test_the_user_account_of_the_only_manager_is_not_blocked(managed: Firm):
    answers = managed.declare(a_declaration(the_user(MANAGER), action="BLOCK"))

    assert (results(answers), codes(answers)) == (["0"], ["024"])
    assert managed.account(MANAGER).state == "ACTIVE"


def test_a_co_manager_who_is_left_lets_the_manager_be_blocked_as_a_user(managed: Firm):
    managed.appoint(Role.CO_MANAGER, ANN)

    assert codes(managed.declare(a_declaration(the_user(MANAGER), action="BLOCK"))) == []


def test_who_is_blocked_as_a_user_is_no_manager_who_is_left(managed: Firm):
    managed.appoint(Role.CO_MANAGER, ANN)
    managed.user(ANN)
    answers = managed.declare(
        a_declaration(the_user(MANAGER), action="BLOCK"),
        a_declaration(the_user(), action="BLOCK", seq=2),
        a_declaration(a_manager(role="CO_MANAGER"), action="BLOCK", seq=3),
    )
    assert (results(answers), codes(answers)) == (["1", "0", "0"], ["024", "024"])


def test_nor_is_whom_the_company_blocked_as_a_user_before(managed: Firm):
    managed.appoint(Role.CO_MANAGER, ANN)
    blocked = managed.user(ANN)
    block_user(blocked.pk, by=managed.by_chief(), at=NOON, sessions=managed.register.stays)
    answers = managed.declare(a_declaration(a_manager(MANAGER), action="REMOVE"))

    assert (results(answers), codes(answers)) == (["0"], ["024"])


def test_a_manager_who_is_removed_as_a_user_goes_on_managing(managed: Firm):
    assert codes(managed.declare(a_declaration(the_user(MANAGER), action="REMOVE"))) == []
    assert codes(managed.declare(a_declaration(a_manager(MANAGER), action="BLOCK"), reference="R-2")) == ["024"]
