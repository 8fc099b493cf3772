"""Access declarations from their delivery to their notification: what is done, and what is told."""

from datetime import date, datetime, timedelta

import pytest

from correspondence.models import OutboxMessage
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from evidence.models import AuditEvent
from registers.access.declarations.questions import start_of
from registers.access.lapsing import lapse_due
from registers.access.models import Appointment, Grant, StandingChange, UserAccount
from tests.access_files import (
    ANN,
    BERT,
    TODAY,
    a_declaration,
    a_form,
    a_manager,
    a_right,
    a_user,
    the_user,
)
from tests.counter_bench import NOON
from tests.ingest.access.conftest import Firm, codes, results


def test_a_new_user_is_invited_with_the_rights_declared(firm: Firm):
    firm.employ(ANN)
    answers = firm.declare(a_declaration(a_user(), a_right(), a_right("EBOX", "CONSULT")))

    assert (results(answers), codes(answers)) == (["1"], [])
    account = firm.account(ANN)
    assert (account.state, account.employment_checked_at is not None) == ("INVITED", True)
    assert answers[0].texts("UserName") == [account.user_name]
    assert sorted(account.grants.values_list("service", "right")) == [("DIMONA", "DECLARE"), ("EBOX", "CONSULT")]


def test_each_declaration_has_an_answer_with_the_reference_and_its_number(firm: Firm):
    firm.employ(ANN)
    answers = firm.declare(
        a_declaration(a_user(), seq=4), a_declaration(the_user(BERT), action="BLOCK", seq=9), reference="HR-2026-07"
    )

    assert results(answers) == ["1", "0"]
    (answer,) = answers
    numbers = [
        [reference.findtext("ReferenceNbr") for reference in form.iterfind("Reference")]
        for form in answer.root.iterfind("Form")
    ]
    assert numbers == [["HR-2026-07", "4"], ["HR-2026-07", "9"]]
    assert answer.texts("State") == ["APPLIED"]


def test_rights_are_given_taken_and_replaced(firm: Firm):
    firm.user(ANN, (ServiceCode.DIMONA, Right.CONSULT), (ServiceCode.CHECK_INS, Right.CONSULT))
    answers = firm.declare(
        a_declaration(the_user(), a_right("EBOX", "MANAGE"), action="GRANT", seq=1),
        a_declaration(the_user(), a_right("CHECK_INS", "CONSULT"), action="REVOKE", seq=2),
        a_declaration(the_user(), a_right(), a_right("EBOX", "MANAGE"), action="REPLACE", seq=3),
    )

    assert (results(answers), codes(answers)) == (["1", "1", "1"], [])
    held = firm.account(ANN).grants.filter(state="ACTIVE", valid_until__isnull=True)
    assert sorted(held.values_list("service", "right")) == [("DIMONA", "DECLARE"), ("EBOX", "MANAGE")]


REPLACED = {
    "an earlier end": (a_right(end=date(2026, 7, 11)), [(NOON, start_of(date(2026, 7, 12)))]),
    "a later start": (a_right(start=date(2026, 7, 11)), [(start_of(date(2026, 7, 11)), None)]),
}


TWICE = {
    "apart": (date(2026, 7, 20), [(NOON, start_of(date(2026, 7, 12))), (start_of(date(2026, 7, 20)), None)]),
    "one behind the other": (
        date(2026, 7, 12),
        [(NOON, start_of(date(2026, 7, 12))), (start_of(date(2026, 7, 12)), None)],
    ),
    "overlapping": (date(2026, 7, 8), [(NOON, None)]),
}


@pytest.mark.parametrize("is_held", [False, True])
@pytest.mark.parametrize(("begins", "periods"), TWICE.values(), ids=TWICE)
def test_a_right_that_a_full_list_names_twice_is_held_in_both_periods(
    firm: Firm, begins: date, periods: list[tuple[datetime, datetime | None]], *, is_held: bool
):
    user = firm.user(ANN, *([(ServiceCode.DIMONA, Right.DECLARE)] if is_held else []))
    list_ = a_declaration(the_user(), a_right(start=begins), a_right(end=date(2026, 7, 11)), action="REPLACE")
    assert results(firm.declare(list_)) == ["1"]
    held = list(user.grants.filter(state="ACTIVE").order_by("valid_from"))
    assert [(max(row.valid_from, NOON), row.valid_until) for row in held] == periods

    rows = list(user.grants.order_by("pk").values())
    assert results(firm.declare(list_, reference="REF-2")) == ["1"]
    assert list(user.grants.order_by("pk").values()) == rows


@pytest.mark.parametrize(("listed", "periods"), REPLACED.values(), ids=REPLACED)
def test_a_right_is_held_in_the_period_that_a_full_list_gives_it(
    firm: Firm, listed: str, periods: list[tuple[datetime, datetime | None]]
):
    firm.user(ANN, (ServiceCode.DIMONA, Right.DECLARE))
    answers = firm.declare(a_declaration(the_user(), listed, action="REPLACE"))

    assert (results(answers), codes(answers)) == (["1"], [])
    held = firm.account(ANN).grants.filter(state="ACTIVE")
    assert [(max(row.valid_from, NOON), row.valid_until) for row in held] == periods


def test_a_right_that_a_full_list_repeats_is_left_as_it_is(firm: Firm):
    user = firm.user(ANN, (ServiceCode.DIMONA, Right.DECLARE))
    held = user.grants.get()
    assert results(firm.declare(a_declaration(the_user(), a_right(), action="REPLACE"))) == ["1"]

    assert user.grants.get() == held


@pytest.mark.parametrize(("right", "found"), [("DECLARE", ["035"]), ("CONSULT", [])])
def test_who_is_entered_again_holds_no_other_right_beside_what_the_lapsed_account_held(
    firm: Firm, right: str, found: list[str]
):
    firm.employ(ANN)
    firm.declare(a_declaration(a_user(), a_right(right="CONSULT")))
    firm.bench.clock.advance(timedelta(days=32))
    lapse_due(at=firm.bench.clock.now())
    account = firm.account(ANN)
    assert account.state == "EXPIRED"
    again = a_declaration(a_user(), a_right(right=right), on=TODAY + timedelta(days=32))

    assert codes(firm.declare(again, reference="REF-2")) == found
    assert list(account.grants.values_list("right", flat=True)) == ["CONSULT"]


def test_a_user_is_blocked_unblocked_and_removed(firm: Firm):
    firm.crowd(6)
    user = firm.user(ANN, (ServiceCode.DIMONA, Right.CONSULT))
    states = []
    for number, action in enumerate(("BLOCK", "UNBLOCK", "REMOVE")):
        assert results(firm.declare(a_declaration(the_user(), action=action), reference=f"R{number}")) == ["1"]
        user.refresh_from_db()
        states.append(user.state)

    assert states == ["BLOCKED", "ACTIVE", "REMOVED"]
    assert user.attested_at is not None
    assert not Grant.objects.filter(account=user, state="ACTIVE").exists()


def test_one_who_is_removed_may_be_entered_again_in_the_same_file(firm: Firm):
    firm.crowd(6)
    firm.employ(ANN)
    old = firm.user(ANN)
    answers = firm.declare(a_declaration(the_user(), action="REMOVE", seq=1), a_declaration(a_user(), a_right(), seq=2))

    assert (results(answers), codes(answers)) == (["1", "1"], [])
    assert firm.account(ANN).pk != old.pk
    assert sorted(UserAccount.objects.filter(person_id=old.person_id).values_list("state", flat=True)) == [
        "INVITED",
        "REMOVED",
    ]


def test_every_step_of_one_file_stands_in_the_history_with_its_reason(firm: Firm):
    firm.crowd(6)
    user = firm.user(ANN)
    before = StandingChange.objects.filter(account=user).count()
    firm.declare(
        a_declaration(the_user(), action="BLOCK", reason="SECURITY", seq=1),
        a_declaration(the_user(), action="UNBLOCK", seq=2),
        a_declaration(the_user(), action="REMOVE", reason="LEAVER", seq=3),
    )

    steps = StandingChange.objects.filter(account=user).order_by("pk").values_list("state", "reason")
    assert list(steps)[before:] == [("BLOCKED", "SECURITY"), ("ACTIVE", ""), ("REMOVED", "LEAVER")]
    events = AuditEvent.objects.filter(actor__startswith="sender:", action__startswith="user:").order_by("pk")
    assert [(event.action, event.detail["reason"]) for event in events] == [
        ("user:blocked", "SECURITY"),
        ("user:unblocked", None),
        ("user:removed", "LEAVER"),
    ]


def test_who_is_invited_and_removed_by_one_file_was_a_user_in_between(firm: Firm):
    firm.employ(ANN)
    firm.declare(a_declaration(a_user(), seq=1), a_declaration(the_user(), action="REMOVE", reason="OTHER", seq=2))

    steps = StandingChange.objects.filter(account=firm.account(ANN)).order_by("pk").values_list("state", "reason")
    assert list(steps) == [("INVITED", ""), ("REMOVED", "OTHER")]


def test_what_a_manager_declared_of_somebody_ends_with_the_account(firm: Firm):
    firm.crowd(6)
    firm.user(ANN)
    left = a_declaration(the_user(), action="REMOVE", reason="LEAVER", seq=1)
    answers = firm.declare(left, a_declaration(a_user(), seq=2))

    assert (results(answers), codes(answers)) == (["1", "0"], ["013"])
    assert codes(firm.declare(a_declaration(a_user()), reference="LATER")) == ["013"]


def test_an_invitation_that_lapsed_is_renewed_by_what_a_manager_declared(firm: Firm):
    user = firm.invite(ANN)
    UserAccount.objects.filter(pk=user.pk).update(state="EXPIRED")

    assert results(firm.declare(a_declaration(a_user()))) == ["1"]
    assert firm.account(ANN).pk == user.pk


def test_what_a_manager_declared_in_another_quality_counts_and_is_kept(firm: Firm):
    user = firm.user(ANN)
    UserAccount.objects.filter(pk=user.pk).update(quality="SERVICE_PROVIDER")

    assert results(firm.declare(a_declaration(a_user()))) == ["1"]
    assert firm.account(ANN).pk != user.pk
    assert firm.account(ANN).employment_declared_by == user.employment_declared_by
    assert firm.account(ANN).employment_declared_at == user.employment_declared_at


def test_what_a_manager_declared_in_another_quality_ended_with_that_account(firm: Firm):
    user = firm.user(ANN)
    UserAccount.objects.filter(pk=user.pk).update(quality="SERVICE_PROVIDER", state="REMOVED", valid_until=NOON)

    assert codes(firm.declare(a_declaration(a_user()))) == ["013"]


def test_what_is_refused_leaves_its_neighbours_alone(firm: Firm):
    firm.employ(ANN)
    answers = firm.declare(
        a_declaration(a_user(), a_right("NOWHERE"), seq=1),
        a_declaration(a_user(), seq=2),
        a_declaration(a_user(), seq=3),
    )

    assert (results(answers), codes(answers)) == (["0", "1", "0"], ["030", "040"])


def test_a_form_sent_again_has_the_same_answer_and_no_second_effect(firm: Firm):
    firm.employ(ANN)
    form = a_form(a_declaration(a_user(), a_right()))
    (first,) = firm.send(form)
    (again,) = firm.send(form.replace("<AttestationStatus>0", "<AttestationStatus>2"))

    for tag in ("ResultCode", "ReferenceNbr", "UserName", "State", "ErrorID"):
        assert first.texts(tag)[1:] == again.texts(tag)[1:]
    assert UserAccount.objects.count() == 1
    assert len(firm.declared()) == 1


def test_a_manager_by_file_waits_for_a_confirmation(firm: Firm):
    firm.employ(ANN)
    answers = firm.declare(a_declaration(a_manager()))

    assert (results(answers), codes(answers)) == (["2"], [])
    assert answers[0].root.findtext("Form/TypeForm") == "PA"
    row = Appointment.objects.get(person_id=firm.person(ANN))
    assert (row.role, row.state, row.confirmed_at) == (Role.MANAGER, "PROPOSED", None)


def test_another_address_is_told_at_the_old_one_and_at_the_new_one_and_is_on_record(firm: Firm):
    firm.user(ANN)
    person = firm.account(ANN).person_id
    update = a_user(email="elsewhere@firm.example", mobile="+32470999999")
    assert results(firm.declare(a_declaration(update, action="UPDATE"))) == ["1"]

    letters = OutboxMessage.objects.filter(occasion__contains="address of person")
    assert letters.values_list("recipient", "subject").get() == (f"{ANN}@firm.example", "Uw e-mailadres is gewijzigd")
    assert OutboxMessage.objects.filter(recipient="elsewhere@firm.example").count() == 1
    events = AuditEvent.objects.filter(action__in=["account:email:change", "account:mobile:change"])
    assert sorted(events.values_list("action", "detail__person")) == [
        ("account:email:change", person),
        ("account:mobile:change", person),
    ]
    assert all(event.actor.startswith("sender:") for event in events)


def test_the_same_address_once_more_is_no_change(firm: Firm):
    firm.user(ANN)
    update = a_user(email=f"{ANN}@firm.example", mobile=None, language=None)
    assert results(firm.declare(a_declaration(update, action="UPDATE"))) == ["1"]

    assert not OutboxMessage.objects.filter(occasion__contains="address of person").exists()
    assert not AuditEvent.objects.filter(action__startswith="account:email").exists()
