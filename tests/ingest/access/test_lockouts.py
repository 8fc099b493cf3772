"""A file that shuts out many users waits until a manager decides."""

import pytest

from correspondence.models import EboxDocument, OutboxMessage
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError
from domain.access.services import Right, ServiceCode
from registers.access.models import DeclaredAccess, DeclaredForm, UserAccount
from tests.access_files import (
    ANN,
    BERT,
    a_declaration,
    a_form,
    a_right,
    a_user,
    the_user,
)
from tests.counter_bench import NOON, AnswerSeen
from tests.ingest.access.conftest import Firm, a_number, codes, results
from tests.ingest.access.test_codes import principal
from tests.ingest.access.test_waiting import DAY, LATER, desk, references, settle


def a_lockout(firm: Firm) -> list[AnswerSeen]:
    """Declare the removal of two out of nine users, and the block of one who is none."""
    firm.crowd(7)
    firm.user(ANN)
    firm.user(BERT)
    return firm.declare(
        a_declaration(the_user(), action="REMOVE", seq=1),
        a_declaration(the_user(BERT), action="BLOCK", seq=2),
        a_declaration(the_user(a_number(1)), action="BLOCK", seq=3),
        reference="OUT-1",
    )


def test_a_file_that_shuts_out_a_fifth_of_the_users_waits(firm: Firm):
    answers = a_lockout(firm)

    assert (results(answers), codes(answers)) == (["2", "2", "0"], ["060", "060", "040"])
    assert answers[0].texts("State") == ["AWAITING_CONFIRMATION"] * 2
    assert {user.state for user in UserAccount.objects.all()} == {"ACTIVE"}
    assert DeclaredForm.objects.get().state == "AWAITING_CONFIRMATION"
    task = EboxDocument.objects.get(kind="CONFIRM_FILE")
    assert (task.is_task, task.state, task.entity_id) == (True, "NEW", firm.entity.pk)
    assert not OutboxMessage.objects.filter(occasion__startswith="access").exists()


def test_who_is_refused_in_a_held_file_is_named_where_he_was_known_before(firm: Firm):
    firm.crowd(2)
    firm.user(ANN)
    firm.person(BERT)
    answers = firm.declare(
        a_declaration(the_user(), action="REMOVE", seq=1),
        a_declaration(a_user(a_number(7)), seq=2),
        a_declaration(a_user(BERT), seq=3),
    )

    assert (results(answers), codes(answers)) == (["2", "0", "0"], ["060", "013", "013"])
    assert [row.person_id for row in firm.declared()] == [None, None, firm.person(BERT)]


def test_exactly_a_fifth_does_not_wait(firm: Firm):
    firm.crowd(4)
    firm.user(ANN)

    assert codes(firm.declare(a_declaration(the_user(), action="BLOCK"))) == []


def test_a_held_file_is_done_when_a_manager_confirms_it(firm: Firm):
    a_lockout(firm)
    submission = DeclaredForm.objects.get().submission_id
    firm.bench.collect_all()
    with pytest.raises(AccessRefusedError):
        desk(firm).confirm_file(submission, firm.entity.pk, by=Actor.person(firm.person(ANN), level=500), at=NOON)
    desk(firm).confirm_file(submission, firm.entity.pk, by=firm.by_chief(), at=NOON)
    (second,) = firm.bench.answers("NOTI")

    assert (second.texts("ResultCode"), second.codes) == (["1", "1"], [])
    assert references(second) == ["OUT-1", "1", "OUT-1", "2"]
    assert (firm.account(ANN).state, firm.account(BERT).state) == ("REMOVED", "BLOCKED")
    assert EboxDocument.objects.get(kind="CONFIRM_FILE").state == "HANDLED"
    with pytest.raises(AccessRefusedError):
        desk(firm).confirm_file(submission, firm.entity.pk, by=firm.by_chief(), at=NOON)


def test_a_held_file_is_dropped_when_a_manager_declines_it(firm: Firm):
    a_lockout(firm)
    firm.bench.collect_all()
    desk(firm).decline_file(DeclaredForm.objects.get().submission_id, firm.entity.pk, by=firm.by_chief(), at=NOON)

    assert codes(firm.bench.answers("NOTI")) == ["070", "070"]
    assert firm.account(ANN).state == "ACTIVE"


def test_each_company_decides_about_its_own_part_of_a_held_file(firm: Firm):
    customer = principal(firm, "ACCESS_MANAGEMENT", "DIMONA")
    firm.user(ANN)
    account = customer.user(BERT)
    right = a_declaration(the_user(BERT), a_right(), action="GRANT")
    firm.send(
        a_form(a_declaration(the_user(), action="BLOCK"), reference="A"),
        a_form(right, reference="B", company="0400767772", mandate="M-1"),
    )
    submission = DeclaredForm.objects.first().submission_id
    desk(firm).confirm_file(submission, customer.entity.pk, by=customer.by_chief(), at=NOON)

    states = dict(DeclaredForm.objects.values_list("company", "state"))
    assert states == {"0412345614": "AWAITING_CONFIRMATION", "0400767772": "CONFIRMED"}
    assert (firm.account(ANN).state, account.grants.count()) == ("ACTIVE", 1)


def test_a_held_file_lapses_after_thirty_days(firm: Firm):
    a_lockout(firm)
    assert settle(firm, after=30 * DAY) == []
    answers = settle(firm, after=DAY)

    assert codes(answers) == ["071", "071"]
    assert DeclaredForm.objects.get().state == "LAPSED"
    assert all(not row.ciphertext for row in DeclaredAccess.objects.all())


def test_a_scheduled_lockout_waits_too(firm: Firm):
    firm.crowd(3)
    firm.user(ANN, (ServiceCode.DIMONA, Right.CONSULT))
    answers = firm.send(a_form(a_declaration(the_user(), action="REMOVE", on=LATER)))

    assert codes(answers) == ["060"]
