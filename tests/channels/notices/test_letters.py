"""Mail that answers are ready: gathered, in the sender's language, not too often, each answer told of once."""

from datetime import timedelta

import pytest
from django.db import transaction

from channels.models import AnswerNotice, AnswerSubscription, Sender
from channels.notices.claiming import NoticeRules
from channels.notices.letters import render_gone_letter, render_ready_letter
from channels.notices.mailing import write_due_letters
from channels.notices.subscribing import end_subscription, subscribe_mail
from correspondence.models import OutboxMessage
from domain.environments import Tray
from domain.languages import Language
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in

MINUTE = timedelta(minutes=1)
RULES = NoticeRules(timedelta(hours=48), timedelta(minutes=60), "operator@guichet.example", jitter=lambda: 1.0)


@transaction.atomic
def subscribe(bench: CounterBench) -> AnswerSubscription:
    made, _ = subscribe_mail(Sender.objects.get(number=bench.number), actor="test", at=bench.clock.now())
    return made


def deliver(bench: CounterBench, student: int = 0, *, environment: str = "R", tray: Tray = Tray.IN) -> None:
    bench.deliver(a_payload(an_in(insz=STUDENTS[student])), key=bench.next_key(environment=environment), tray=tray)
    bench.work()


def write(bench: CounterBench, *, after: timedelta) -> int:
    bench.clock.advance(after)
    return write_due_letters(rules=RULES, now=bench.clock.now())


def test_one_letter_tells_of_all_that_came_within_a_minute(bench: CounterBench):
    Sender.objects.update(language="nl")
    subscribe(bench)
    deliver(bench)
    deliver(bench, 1, environment="T", tray=Tray.IN_TEST)
    assert (write(bench, after=timedelta(0)), write(bench, after=MINUTE), write(bench, after=MINUTE)) == (0, 1, 0)
    letter = OutboxMessage.objects.get()
    assert letter.recipient == "it@sender.example"
    assert letter.subject == f"Antwoorden liggen klaar voor verzender {bench.number}"
    assert "OUT, OUTTEST" in letter.body
    assert "bericht: 4." in letter.body
    assert set(AnswerNotice.objects.values_list("state", flat=True)) == {"TOLD"}


def test_the_next_letter_comes_after_the_named_interval_and_tells_of_what_is_new(bench: CounterBench):
    subscribe(bench)
    deliver(bench)
    written = [write(bench, after=MINUTE)]
    deliver(bench, 1)
    written += [write(bench, after=59 * MINUTE), write(bench, after=MINUTE), write(bench, after=99 * MINUTE)]
    assert written == [1, 0, 1, 0]
    assert "message: 2." in OutboxMessage.objects.latest("pk").body


def test_asking_anew_is_no_way_to_be_written_to_more_often(bench: CounterBench):
    first = subscribe(bench)
    deliver(bench)
    write(bench, after=MINUTE)
    first.refresh_from_db()
    with transaction.atomic():
        end_subscription(first, actor="test", at=bench.clock.now(), reason="test")
    second = subscribe(bench)
    deliver(bench, 1)
    assert (write(bench, after=30 * MINUTE), write(bench, after=30 * MINUTE)) == (0, 1)
    assert second.pk != first.pk


@pytest.mark.parametrize("language", list(Language))
def test_letters_are_whole_in_every_language(language: Language):
    subject, body = render_ready_letter("123456", count=3, trays=["OUT"], minutes=60, language=language)
    gone, reason = render_gone_letter("123456", "https://receiver.example/", language)
    assert "123456" in subject
    assert "123456" in gone
    assert "OUT" in body
    assert "https://receiver.example/" in reason
    assert "{" not in subject + body + gone + reason
