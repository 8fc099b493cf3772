"""No file takes back what an operator stopped: it is answered with the code of a state that forbids it."""

from domain.access.actors import Actor
from domain.access.roles import Role
from registers.access.ending import block_appointment
from registers.access.models import UserAccount
from registers.access.user_accounts import block_user, remove_user
from registers.persons.models import Person
from tests.access_files import ANN, BERT, a_declaration, a_manager, a_user, the_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import MANAGER, Firm, codes, results

OPERATOR = Actor.operator()


def a_blocked_user(firm: Firm) -> UserAccount:
    firm.user(ANN)
    row = firm.account(ANN)
    block_user(row.pk, by=OPERATOR, at=NOON, sessions=firm.register.stays, reason="fraud")
    return row


def test_a_file_unblocks_no_user_whom_an_operator_blocked(firm: Firm):
    row = a_blocked_user(firm)
    answers = firm.declare(a_declaration(the_user(), action="UNBLOCK"))

    assert (results(answers), codes(answers)) == (["0"], ["040"])
    row.refresh_from_db()
    assert (row.state, row.blocked_by) == ("BLOCKED", "OPERATOR")


def test_a_file_that_blocks_him_too_does_not_make_the_block_its_own(firm: Firm):
    row = a_blocked_user(firm)
    answers = firm.declare(
        a_declaration(the_user(), action="BLOCK"), a_declaration(the_user(), action="UNBLOCK", seq=2)
    )

    assert (results(answers), codes(answers)) == (["1", "0"], ["042", "040"])
    row.refresh_from_db()
    assert (row.state, row.blocked_by, row.block_reason) == ("BLOCKED", "OPERATOR", "fraud")


def test_a_file_takes_back_its_own_block(firm: Firm):
    firm.crowd(4)
    firm.user(ANN)
    firm.declare(a_declaration(the_user(), action="BLOCK"))
    assert firm.account(ANN).blocked_by == "COMPANY"
    answers = firm.declare(a_declaration(the_user(), action="UNBLOCK"), reference="R-2")

    assert results(answers) == ["1"]
    assert (firm.account(ANN).state, firm.account(ANN).blocked_by) == ("ACTIVE", "")


def test_a_file_asks_nobody_to_unblock_a_manager_whom_an_operator_blocked(firm: Firm):
    firm.appoint(Role.MANAGER, MANAGER)
    row = firm.appoint(Role.CO_MANAGER, ANN)
    block_appointment(row.pk, by=OPERATOR, at=NOON, sessions=firm.register.stays)
    answers = firm.declare(a_declaration(a_manager(role="CO_MANAGER"), action="UNBLOCK"))

    assert (results(answers), codes(answers)) == (["0"], ["040"])
    row.refresh_from_db()
    assert (row.state, row.blocked_by) == ("BLOCKED", "OPERATOR")


def test_a_file_enters_nobody_anew_whom_an_operator_blocked(firm: Firm):
    row = a_blocked_user(firm)
    remove_user(row.pk, by=firm.by_chief(), at=NOON, sessions=firm.register.stays)
    firm.employ(ANN)
    answers = firm.declare(a_declaration(a_user()), a_declaration(a_manager(), seq=2))

    assert (results(answers), codes(answers)) == (["0", "0"], ["040", "040"])


def test_a_file_enters_nobody_anew_whom_an_operator_blocked_under_a_number_that_was_replaced(firm: Firm):
    row = a_blocked_user(firm)
    firm.employ(BERT)
    Person.objects.filter(pk=row.person_id).update(merged_into=firm.person(BERT))
    answers = firm.declare(a_declaration(a_user(BERT)))

    assert (results(answers), codes(answers)) == (["0"], ["040"])
