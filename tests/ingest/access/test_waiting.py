"""What waits for a day, a manager or a person: confirmed, declined, lapsed, applied, and told of a second time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from auth.session_life import SessionEnder
from channels.configuring.company_senders import let_in_senders, shut_out_senders
from channels.models import Sender, SenderService, TechnicalUser
from correspondence.models import EboxDocument, OutboxMessage
from domain.access.actors import Actor
from domain.access.limits import AccountLimits
from domain.access.refusals import AccessRefusedError
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from ingest.settle_access import AccessDesk
from registers.access.appointing import accept, confirm, decline
from registers.access.ending import block_appointment
from registers.access.entity_accounts import resume_account, suspend_account
from registers.access.models import Appointment, Mandate, UserAccount
from tests.access_files import (
    ANN,
    BERT,
    TODAY,
    a_declaration,
    a_manager,
    a_right,
    a_technical_user,
    a_user,
    the_user,
)
from tests.counter_bench import NOON, AnswerSeen
from tests.ingest.access.conftest import MANAGER, Firm, codes, results
from tests.ingest.access.test_codes import principal

EMPLOYER = "EMPLOYER"
DAY = timedelta(days=1)
LATER = TODAY + 10 * DAY


def desk(firm: Firm) -> AccessDesk:
    counter = firm.bench.counter
    return AccessDesk(counter.desk.messages["ACCS"], counter.desk.answers)


def settle(firm: Firm, *, after: timedelta = timedelta()) -> list[AnswerSeen]:
    """Let time pass and settle what is due; return the notifications that this made."""
    firm.bench.collect_all()
    firm.bench.clock.advance(after)
    desk(firm).settle(at=firm.bench.clock.now())
    return firm.bench.answers("NOTI")


def references(answer: AnswerSeen) -> list[str]:
    return [reference.findtext("ReferenceNbr") or "" for reference in answer.root.iterfind("Form/Reference")]


def the_appointment(firm: Firm, number: str = ANN) -> Appointment:
    return Appointment.objects.get(person_id=firm.person(number))


def a_proposed_manager(firm: Firm) -> Appointment:
    firm.employ(ANN)
    assert results(firm.declare(a_declaration(a_manager(), seq=3), reference="MGR-1")) == ["2"]
    return the_appointment(firm)


def test_who_is_a_user_by_what_a_manager_declared_is_proposed_as_a_manager(firm: Firm):
    firm.user(ANN)

    assert results(firm.declare(a_declaration(a_manager()))) == ["2"]


def test_a_manager_who_is_confirmed_and_accepts_is_told_of_again(firm: Firm):
    row = a_proposed_manager(firm)
    confirm(row.pk, by=firm.by_chief(), at=NOON)
    assert settle(firm) == []
    accept(row.pk, by=Actor.person(row.person_id, level=400), at=NOON)
    (second,) = settle(firm)

    assert (second.texts("ResultCode"), second.texts("State")) == (["1"], ["CONFIRMED"])
    assert references(second) == ["MGR-1", "3"]
    assert second.root.findtext("Form/TypeForm") == "FA"
    assert settle(firm) == []


def test_a_manager_who_declines_is_told_of_again(firm: Firm):
    row = a_proposed_manager(firm)
    decline(row.pk, by=Actor.person(row.person_id, level=400), at=NOON)
    answers = settle(firm)

    assert (results(answers), codes(answers)) == (["0"], ["070"])


def test_a_manager_who_is_not_confirmed_in_thirty_days_is_told_of_again(firm: Firm):
    a_proposed_manager(firm)
    assert settle(firm, after=30 * DAY) == []
    answers = settle(firm, after=DAY)

    assert (results(answers), codes(answers)) == (["0"], ["071"])
    assert the_appointment(firm).state == "EXPIRED"


def test_the_desk_confirms_for_whoever_may(firm: Firm):
    row = a_proposed_manager(firm)
    (declared,) = firm.declared()
    with pytest.raises(AccessRefusedError):
        desk(firm).confirm(declared.pk, by=Actor.person(row.person_id, level=500), at=NOON)
    assert not desk(firm).confirm(declared.pk, by=firm.by_chief(), at=NOON)

    row.refresh_from_db()
    assert row.confirmed_at == NOON


def test_the_desk_declines_and_tells_at_once(firm: Firm):
    a_proposed_manager(firm)
    (declared,) = firm.declared()
    firm.bench.collect_all()
    desk(firm).decline(declared.pk, by=firm.by_chief(), at=NOON)

    assert codes(firm.bench.answers("NOTI")) == ["070"]
    assert the_appointment(firm).state == "DECLINED"


def test_a_block_of_a_manager_is_taken_away_by_who_may(firm: Firm):
    firm.appoint(Role.MANAGER, MANAGER)
    row = firm.appoint(Role.CO_MANAGER, ANN)
    block_appointment(row.pk, by=firm.by_chief(), at=NOON, sessions=firm.register.stays)
    answers = firm.declare(a_declaration(a_manager(role="CO_MANAGER"), action="UNBLOCK"))
    assert results(answers) == ["2"]
    row.refresh_from_db()
    assert row.state == "BLOCKED"

    firm.bench.collect_all()
    assert desk(firm).confirm(firm.declared()[0].pk, by=firm.by_chief(), at=NOON)
    row.refresh_from_db()
    assert row.state == "ACTIVE"
    assert firm.bench.answers("NOTI")[0].texts("State") == ["CONFIRMED"]


def test_a_co_manager_is_removed_while_the_manager_stays(firm: Firm):
    firm.appoint(Role.MANAGER, MANAGER)
    row = firm.appoint(Role.CO_MANAGER, ANN)

    assert results(firm.declare(a_declaration(a_manager(role="CO_MANAGER"), action="REMOVE"))) == ["1"]
    row.refresh_from_db()
    assert row.state == "ENDED"


def test_the_last_manager_stays_while_another_is_only_proposed(firm: Firm):
    firm.employ(ANN)
    firm.appoint(Role.MANAGER, MANAGER)
    answers = firm.declare(
        a_declaration(a_manager(role="CO_MANAGER"), seq=1), a_declaration(a_manager(MANAGER), action="REMOVE", seq=2)
    )

    assert (results(answers), codes(answers)) == (["2", "0"], ["024"])


def without_technical_user() -> None:
    """Leave the quality without one: that of the sender itself is of another."""
    TechnicalUser.objects.update(quality="SERVICE_PROVIDER")


def test_a_technical_user_is_confirmed_or_declined_by_a_manager(firm: Firm):
    firm.appoint(Role.MANAGER, MANAGER)
    manager = Actor.person(firm.person(MANAGER), level=400)
    made = []
    for number, decide in enumerate((desk(firm).confirm, desk(firm).decline)):
        without_technical_user()
        answers = firm.declare(a_declaration(a_technical_user()), reference=f"TU-{number}")
        assert results(answers) == ["2"]
        made += answers[0].texts("TechnicalUserID")
        firm.bench.collect_all()
        decide(firm.declared()[-1].pk, by=manager, at=NOON)
        assert results(firm.bench.answers("NOTI")) == ["10"[number]]

    assert set(EboxDocument.objects.filter(kind="CONFIRM_DECLARATION").values_list("state", flat=True)) == {"HANDLED"}
    states = dict(TechnicalUser.objects.values_list("user_name", "state"))
    assert states[made[1]] == "REMOVED"
    assert [row.state for row in firm.declared()] == ["CONFIRMED", "DECLINED"]


def test_an_update_of_a_technical_user_changes_address_telephone_and_language(firm: Firm):
    said = {"email": "new@firm.example", "phone": "+3225550000", "language": "DE"}
    update = a_technical_user(account="EXP_123456", name=None, first=None, **said)
    assert results(firm.declare(a_declaration(update, action="UPDATE"))) == ["1"]

    user = TechnicalUser.objects.get(user_name="EXP_123456")
    assert (user.contact_address, user.contact_phone) == ("new@firm.example", "+3225550000")
    assert user.sender.language == "de"


def test_an_update_leaves_what_it_does_not_name(firm: Firm):
    before = TechnicalUser.objects.get(user_name="EXP_123456")
    said = {"email": None, "phone": "+3225550000", "language": None}
    firm.declare(a_declaration(a_technical_user(account="EXP_123456", name=None, first=None, **said), action="UPDATE"))

    user = TechnicalUser.objects.get(user_name="EXP_123456")
    assert (user.contact_address, user.contact_phone) == (before.contact_address, "+3225550000")
    assert (user.contact_name, user.sender.language) == (before.contact_name, before.sender.language)


def test_the_telephone_number_of_a_declared_technical_user_is_kept(firm: Firm):
    without_technical_user()
    firm.declare(a_declaration(a_technical_user(phone="+3225551234")))

    assert TechnicalUser.objects.get(state="DRAFT").contact_phone == "+3225551234"


def test_a_user_who_manages_channels_confirms_no_technical_user(firm: Firm):
    user = firm.user(ANN, (ServiceCode.CHANNELS, Right.MANAGE))
    without_technical_user()
    firm.declare(a_declaration(a_technical_user()))
    with pytest.raises(AccessRefusedError):
        desk(firm).confirm(firm.declared()[-1].pk, by=Actor.person(user.person_id, level=500), at=NOON)


def test_a_technical_user_who_is_not_confirmed_lapses(firm: Firm):
    without_technical_user()
    firm.declare(a_declaration(a_technical_user()))
    answers = settle(firm, after=31 * DAY)

    assert codes(answers) == ["071"]
    assert not TechnicalUser.objects.filter(state="DRAFT").exists()


def test_what_is_declared_for_a_later_day_is_applied_on_it(firm: Firm):
    firm.employ(ANN)
    answers = firm.declare(a_declaration(a_user(), a_right(), on=LATER))
    assert (results(answers), answers[0].texts("State")) == (["1"], ["SCHEDULED"])
    assert not UserAccount.objects.exists()
    assert settle(firm, after=9 * DAY) == []
    (second,) = settle(firm, after=DAY)

    assert (second.texts("ResultCode"), second.texts("State")) == (["1"], ["APPLIED"])
    account = firm.account(ANN)
    assert second.texts("UserName") == [account.user_name]
    assert list(account.grants.values_list("service", flat=True)) == ["DIMONA"]
    assert settle(firm, after=DAY) == []


def test_later_declarations_of_a_file_build_on_each_other(firm: Firm):
    firm.employ(ANN)
    answers = firm.declare(
        a_declaration(a_user(), on=LATER, seq=1),
        a_declaration(the_user(), a_right(), action="GRANT", on=LATER, seq=2),
        a_declaration(the_user(), a_right(), action="GRANT", seq=3),
    )
    assert (results(answers), codes(answers)) == (["1", "1", "0"], ["040"])
    (second,) = settle(firm, after=10 * DAY)

    assert second.texts("State") == ["APPLIED", "APPLIED"]
    assert firm.account(ANN).grants.count() == 1


def test_what_no_longer_holds_on_its_day_fails_then(firm: Firm):
    user = firm.user(ANN)
    assert results(firm.declare(a_declaration(the_user(), a_right(), action="GRANT", on=LATER))) == ["1"]
    UserAccount.objects.filter(pk=user.pk).update(state="REMOVED", valid_until=NOON)
    answers = settle(firm, after=10 * DAY)

    assert (results(answers), codes(answers)) == (["0"], ["041"])
    assert answers[0].texts("State") == ["FAILED_AT_APPLY"]
    assert [row.state for row in firm.declared()] == ["FAILED_AT_APPLY"]


def retire(_: Firm) -> None:
    Sender.objects.filter(number="123456").update(state="RETIRED")


def withdraw_service(_: Firm) -> None:
    SenderService.objects.filter(purpose="ACCS", environment="R").delete()


@pytest.mark.parametrize("lose_power", [retire, withdraw_service], ids=["sender retired", "service withdrawn"])
def test_what_is_scheduled_fails_on_its_day_where_its_sender_may_declare_no_more(firm: Firm, lose_power):
    firm.crowd(7)
    user = firm.user(ANN)
    assert results(firm.declare(a_declaration(the_user(), action="REMOVE", on=LATER))) == ["1"]
    lose_power(firm)
    answers = settle(firm, after=10 * DAY)

    user.refresh_from_db()
    assert codes(answers) == ["072"]
    assert (user.state, [row.state for row in firm.declared()]) == ("ACTIVE", ["FAILED_AT_APPLY"])


def suspend(firm: Firm) -> None:
    suspend_account(firm.entity.pk, by=Actor.operator(), at=NOON, reason="a fraud", sessions=SessionEnder(actor="test"))
    with transaction.atomic():
        shut_out_senders(firm.entity.pk, actor="test", at=NOON)


def test_what_is_scheduled_fails_on_its_day_where_the_account_of_its_company_is_suspended(firm: Firm):
    firm.crowd(7)
    firm.user(ANN)
    assert results(firm.declare(a_declaration(the_user(), action="REMOVE", on=LATER))) == ["1"]
    suspend(firm)
    assert codes(settle(firm, after=10 * DAY)) == ["072"]
    assert (firm.account(ANN).state, [row.state for row in firm.declared()]) == ("ACTIVE", ["FAILED_AT_APPLY"])


def test_what_a_mandatary_scheduled_fails_on_its_day_where_its_own_account_is_suspended(firm: Firm):
    customer = principal(firm, "ACCESS_MANAGEMENT", "DIMONA")
    user = customer.user(ANN, (ServiceCode.DIMONA, Right.CONSULT))
    said = a_declaration(the_user(), action="REPLACE", on=LATER)
    assert results(firm.declare(said, company="0400767772", mandate="M-1")) == ["1"]
    suspend(firm)
    answers = settle(firm, after=10 * DAY)

    assert codes(answers) == ["072"]
    assert user.grants.get().state == "ACTIVE"


def test_what_is_scheduled_is_done_on_its_day_where_the_account_goes_on_before(firm: Firm):
    firm.employ(ANN)
    firm.declare(a_declaration(a_user(), on=LATER))
    suspend(firm)
    resume_account(firm.entity.pk, by=Actor.operator(), at=NOON)
    with transaction.atomic():
        let_in_senders(firm.entity.pk, actor="test", at=NOON)

    assert settle(firm, after=10 * DAY)[0].texts("State") == ["APPLIED"]


def test_what_a_mandatary_scheduled_fails_on_its_day_where_the_mandate_is_over(firm: Firm):
    customer = principal(firm, "ACCESS_MANAGEMENT", "DIMONA")
    user = customer.user(ANN, (ServiceCode.DIMONA, Right.CONSULT))
    said = a_declaration(the_user(), action="REPLACE", on=LATER)
    assert results(firm.declare(said, company="0400767772", mandate="M-1")) == ["1"]
    Mandate.objects.update(state="CLOSED", valid_until=NOON)
    answers = settle(firm, after=10 * DAY)

    assert codes(answers) == ["072"]
    assert user.grants.get().state == "ACTIVE"


def test_a_manager_refuses_what_is_scheduled_before_its_day(firm: Firm):
    firm.crowd(7)
    user = firm.user(ANN)
    firm.declare(a_declaration(the_user(), action="REMOVE", on=LATER))
    (row,) = firm.declared()
    stranger = Actor.person(user.person_id, level=500)
    with pytest.raises(AccessRefusedError):
        desk(firm).decline(row.pk, by=stranger, at=firm.bench.clock.now())
    firm.bench.collect_all()
    desk(firm).decline(row.pk, by=firm.by_chief(), at=firm.bench.clock.now())

    assert codes(firm.bench.answers("NOTI")) == ["070"]
    assert settle(firm, after=10 * DAY) == []
    user.refresh_from_db()
    assert (user.state, [row.state for row in firm.declared()]) == ("ACTIVE", ["DECLINED"])


def test_a_scheduled_manager_is_proposed_on_the_day(firm: Firm):
    firm.employ(ANN)
    assert results(firm.declare(a_declaration(a_manager(), on=LATER))) == ["1"]
    answers = settle(firm, after=10 * DAY)

    assert (results(answers), answers[0].texts("State")) == (["2"], ["PENDING_CONFIRMATION"])
    assert the_appointment(firm).state == "PROPOSED"


def test_what_is_done_is_forgotten_and_what_waits_is_hidden(firm: Firm):
    firm.employ(ANN, BERT)
    firm.declare(a_declaration(a_user(), seq=1), a_declaration(a_user(BERT, email="b@firm.example"), on=LATER, seq=2))
    done, waits = firm.declared()

    assert bytes(done.ciphertext) == b""
    assert bytes(waits.ciphertext)
    assert BERT.encode() not in bytes(waits.ciphertext)


def test_the_person_concerned_and_the_chief_are_told(firm: Firm):
    firm.employ(ANN)
    firm.crowd(6)
    firm.user(BERT)
    firm.declare(a_declaration(a_user(), seq=1), a_declaration(the_user(BERT), action="BLOCK", seq=2))

    letters = {one.recipient: one.subject for one in OutboxMessage.objects.filter(subject__startswith="U")}
    assert letters["ann@firm.example"] == "U bent gebruiker geworden"
    assert OutboxMessage.objects.filter(body__contains=f"{firm.entity.name} (0412345614) heeft").exists()
    assert letters[f"{BERT}@firm.example"] == "Uw toegang is stopgezet"
    notice = EboxDocument.objects.get(kind="SECURITY_NOTICE")
    assert (notice.entity_id, "2" in notice.bodies["en"]) == (firm.entity.pk, True)


def test_a_file_proposes_as_many_co_managers_as_the_setting_allows(firm: Firm):
    firm.appoint(Role.CO_MANAGER, MANAGER)
    firm.employ(ANN, BERT)
    first, second = (a_manager(number, role="CO_MANAGER") for number in (ANN, BERT))
    messages = {**firm.bench.counter.desk.messages}
    messages["ACCS"] = replace(messages["ACCS"], limits=AccountLimits(co_managers=2))
    firm.bench.counter = replace(firm.bench.counter, desk=replace(firm.bench.counter.desk, messages=messages))
    answers = firm.declare(a_declaration(first, seq=1), a_declaration(second, seq=2))

    assert (results(answers), codes(answers)) == (["2", "0"], ["040"])
