"""Letters that no carrier took are counted, told on the health page, and tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from commands.__main__ import main
from correspondence.models import Carrier, OutboxMessage
from correspondence.outbox import MessageRefusedError, deliver_waiting, post
from correspondence.untold import Untold, count_untold, try_again
from evidence.models import AuditEvent
from portal.health_of_letters import judge_letters, look_at_letters

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK_AGO = NOON - 7 * DAY


class Refusing:
    """A carrier that takes no letter."""

    def carry(self, message: OutboxMessage) -> None:
        raise MessageRefusedError(f"550 {message.carrier}")


class Taking:
    """A carrier that takes every letter."""

    def carry(self, message: OutboxMessage) -> None:
        assert message.body


def a_letter(
    occasion: str, *, at: datetime = NOON, holds_secret: bool = False, recipient: str = "somebody@example.com"
) -> None:
    post(
        carrier=Carrier.MAIL,
        recipient=recipient,
        subject="Guichet",
        body="Something waits in your e-Box.",
        occasion=occasion,
        at=at,
        holds_secret=holds_secret,
    )


def give_up(*, at: datetime = NOON) -> None:
    """Have a carrier refuse what was written more than three days before."""
    deliver_waiting(Refusing(), now=at)


def test_what_waits_is_counted_with_the_oldest():
    a_letter("first", at=NOON - HOUR)
    a_letter("second")
    assert count_untold(since=WEEK_AGO) == [Untold("MAIL", 2, NOON - HOUR, 0, 0)]


def test_what_its_carrier_refuses_is_no_trouble_of_the_carrier():
    a_letter("first", at=NOON - 5 * HOUR)
    deliver_waiting(Refusing(), now=NOON - HOUR)
    (untold,) = count_untold(since=WEEK_AGO)
    assert (untold.waiting, untold.oldest, untold.refused) == (1, None, 1)
    assert look_at_letters(now=NOON).is_ok


def test_a_carrier_is_judged_by_what_it_refused_after_the_last_letter_that_it_took():
    a_letter("an old slip", at=NOON - 48 * HOUR)
    deliver_waiting(Refusing(), now=NOON - 47 * HOUR)
    a_letter("taken", at=NOON - 6 * HOUR)
    deliver_waiting(Taking(), now=NOON - 6 * HOUR)
    OutboxMessage.objects.filter(occasion="an old slip").update(sent_at=None, failures=1, retry_at=NOON + DAY)
    for number in range(3):
        a_letter(f"refused {number}", recipient=f"somebody.{number}@example.com")
    deliver_waiting(Refusing(), now=NOON)
    (untold,) = count_untold(since=WEEK_AGO)
    assert (untold.waiting, untold.refused) == (4, 3)
    assert not look_at_letters(now=NOON).is_ok


def test_what_was_given_up_is_counted_for_a_while():
    a_letter("first", at=NOON - 4 * DAY)
    a_letter("a code", at=NOON - 4 * DAY, holds_secret=True)
    give_up()
    assert count_untold(since=WEEK_AGO) == [Untold("MAIL", 0, None, 2, 1, 1)]
    assert count_untold(since=NOON + HOUR) == []


def test_what_was_taken_is_not_counted():
    a_letter("first")
    assert deliver_waiting(Taking(), now=NOON) == 1
    assert count_untold(since=WEEK_AGO) == []


def test_what_was_given_up_is_tried_again_but_for_what_held_a_secret():
    a_letter("first", at=NOON - 4 * DAY)
    a_letter("a code", at=NOON - 4 * DAY, holds_secret=True)
    give_up()
    assert try_again(since=WEEK_AGO, at=NOON) == 1
    deliver_waiting(Refusing(), now=NOON + DAY)
    assert OutboxMessage.objects.filter(given_up_at__isnull=True).count() == 1
    assert deliver_waiting(Taking(), now=NOON + 2 * DAY) == 1


def test_what_waits_for_its_next_try_is_tried_at_once():
    a_letter("first")
    deliver_waiting(Refusing(), now=NOON)
    assert deliver_waiting(Taking(), now=NOON) == 0
    try_again(since=WEEK_AGO, at=NOON)
    assert deliver_waiting(Taking(), now=NOON) == 1


@pytest.mark.parametrize(
    ("untold", "is_ok", "told"),
    [
        ([], True, "0 waiting for a carrier"),
        ([Untold("MAIL", 2, NOON - HOUR, 0, 0)], True, "2 waiting for a carrier"),
        (
            [Untold("MAIL", 2, NOON - HOUR - timedelta(seconds=1), 0, 0), Untold("SMS", 1, NOON, 0, 0)],
            False,
            "3 waiting for a carrier, one that was not even tried for more than an hour",
        ),
        ([Untold("SMS", 0, None, 51, 1)], True, "0 waiting for a carrier, 51 given up in the last seven days"),
        ([Untold("SMS", 2, None, 0, 0, 2)], True, "2 waiting for a carrier"),
        ([Untold("SMS", 3, None, 0, 0, 3)], False, "3 waiting for a carrier that refuses whatever it is given"),
        ([Untold("SMS", 0, None, 3, 3, 3)], False, "0 waiting for a carrier that refuses whatever it is given"),
    ],
)
def test_the_health_page_tells_of_letters_that_do_not_leave(untold: list[Untold], is_ok: bool, told: str):
    check = judge_letters(untold, now=NOON)
    assert (check.is_ok, check.in_english, bool(check.next_step)) == (is_ok, told, not is_ok)


def test_the_health_page_asks_one_question_and_one_for_each_carrier(django_assert_num_queries):
    a_letter("first")
    with django_assert_num_queries(1 + len(Carrier)):
        assert look_at_letters(now=NOON).is_ok


def test_a_carrier_that_took_nothing_is_looked_for_by_its_index_and_not_through_what_another_took():
    taken = (
        OutboxMessage(carrier=Carrier.MAIL, occasion=f"{number}", written_at=NOON, sent_at=NOON)
        for number in range(2000)
    )
    OutboxMessage.objects.bulk_create(taken)
    plans: list[str] = []

    def explain(execute, sql, params, many, context):
        with context["connection"].connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plans.append(" ".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE correspondence_outboxmessage")
    with connection.execute_wrapper(explain):
        count_untold(since=WEEK_AGO)
    used = {carrier: "outbox_taken" in plan for carrier, plan in zip(Carrier, plans, strict=False)}
    assert [carrier for carrier, is_used in used.items() if not is_used] == [Carrier.MAIL]


def test_an_operator_reads_how_many_wait_and_tries_them_again(capsys: pytest.CaptureFixture[str]):
    assert main(["notices", "letters"]) == 0
    assert capsys.readouterr().out == "every letter was taken by its carrier\n"
    a_letter("first", at=datetime.now(UTC) - 4 * DAY)
    give_up(at=datetime.now(UTC))
    assert main(["notices", "letters"]) == 0
    told = capsys.readouterr().out
    assert [*told.splitlines()[-1].split()] == ["mail", "0", "-", "1", "1"]
    assert "somebody" not in told
    assert main(["notices", "letters", "--retry"]) == 0
    assert capsys.readouterr().out == "1 letter is tried again\n"
    assert AuditEvent.objects.get(action="letters:tried-again").detail == {"letters": 1}
    assert deliver_waiting(Taking(), now=datetime.now(UTC)) == 1
