"""Answers leave the outbox whole when they were kept long enough; a repeated set brings them back."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction

from commands.compose import retire_due_answers
from domain.environments import Environment, Tray
from domain.sender_numbers import SenderNumber
from evidence.answer_files import ANSWERS_CHANNEL, list_offered, offer_again
from evidence.models import Answer, AnswerFile, AuditEvent, Submission
from ingest.retain import Keeping, retire_answers
from tests.counter_bench import DAY, NOON, SENDER, CounterBench
from tests.dimona_files import a_payload, an_in

BY_DEFAULT = Keeping.of_days(downloaded=30, offered=90)
FOR_EVER = Keeping.of_days(downloaded=0, offered=0)
ALL = frozenset({"FO", "FS", "GO"})


def an_answer(
    *,
    offered: int = 0,
    downloaded: int | None = None,
    collected: tuple[str, ...] = (),
    content: str = "FO",
    at: datetime = NOON,
) -> Answer:
    """Make an answer that was offered and perhaps downloaded so many days ago."""
    count = Answer.objects.count() + 1
    offered_at = at - timedelta(days=offered)
    submission = Submission.objects.create(
        environment="R",
        channel="SFTP",
        tray=Tray.IN,
        owner=SENDER,
        technical_user="EXP",
        reception="COMPLETE",
        subject_name=f"GO.DIMN.{SENDER}.{DAY}.{count:05d}.R.1",
        ticket=f"{count:013d}",
        received_at=offered_at,
        received_on=offered_at.date(),
    )
    answer = Answer.objects.create(
        submission=submission,
        kind="ACRF",
        recipient=SENDER,
        environment="R",
        day=offered_at.date(),
        sequence=count,
        created_at=offered_at,
    )
    for prefix in (content, "FS", "GO"):
        was_downloaded = prefix == content and downloaded is not None
        AnswerFile.objects.create(
            answer=answer,
            recipient=SENDER,
            environment="R",
            name=f"{prefix}.ACRF.999999.{DAY}.{count:05d}.R",
            size=0,
            offered_at=offered_at,
            downloaded_at=at - timedelta(days=downloaded) if was_downloaded else None,
            collected_at=offered_at if prefix in collected else None,
        )
    return answer


def left(answer: Answer) -> set[str]:
    return {file.name[:2] for file in answer.files.filter(expired_at=NOON)}


CASES = {
    "fresh": ({}, BY_DEFAULT, set()),
    "offered 90 days ago": ({"offered": 90}, BY_DEFAULT, ALL),
    "offered 89 days ago": ({"offered": 89}, BY_DEFAULT, set()),
    "downloaded 30 days ago": ({"offered": 30, "downloaded": 30}, BY_DEFAULT, ALL),
    "downloaded 29 days ago": ({"offered": 80, "downloaded": 29}, BY_DEFAULT, set()),
    "downloaded 29 days ago, offered 90": ({"offered": 90, "downloaded": 29}, BY_DEFAULT, ALL),
    "zipped": ({"offered": 60, "downloaded": 31, "content": "CO"}, BY_DEFAULT, {"CO", "FS", "GO"}),
    "content collected": ({"offered": 60, "downloaded": 31, "collected": ("FO",)}, BY_DEFAULT, {"FS", "GO"}),
    "all collected": ({"offered": 99, "collected": tuple(ALL)}, BY_DEFAULT, set()),
    "kept for ever": ({"offered": 999, "downloaded": 999}, FOR_EVER, set()),
    "kept until downloaded": ({"offered": 999}, Keeping.of_days(downloaded=30, offered=0), set()),
    "downloads do not count": ({"offered": 89, "downloaded": 80}, Keeping.of_days(downloaded=0, offered=90), set()),
}


@pytest.mark.parametrize(("facts", "keeping", "gone"), CASES.values(), ids=CASES.keys())
def test_an_answer_is_kept_as_long_as_the_settings_say(db: None, facts, keeping: Keeping, gone: set[str]):
    answer = an_answer(**facts)

    assert retire_answers(keeping, now=NOON) == bool(gone)
    assert left(answer) == gone


def test_a_night_retires_whatever_is_due_and_tells_it_once(db: None):
    due = [an_answer(offered=90 + days) for days in range(5)]
    kept = an_answer()

    assert retire_answers(BY_DEFAULT, now=NOON, files_at_once=4) == 5
    assert retire_answers(BY_DEFAULT, now=NOON + timedelta(days=1)) == 0
    assert [left(answer) for answer in due] == [ALL] * 5
    told = AuditEvent.objects.filter(action="answer:expired").order_by("submission")
    assert [event.submission_id for event in told] == [answer.submission_id for answer in due]
    assert told[0].detail["files"] == [file.name for file in due[0].files.order_by("id")]
    shown = list_offered(SenderNumber(SENDER), Environment.PRODUCTION)
    assert [entry.name for entry in shown] == [file.name for file in kept.files.order_by("name")]


def test_what_is_due_is_found_by_age(db: None, django_assert_num_queries):
    for days in range(90, 110):
        an_answer(offered=days)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with django_assert_num_queries(7 + 20) as done:
        assert retire_answers(BY_DEFAULT, now=NOON) == 20
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {done.captured_queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "answer_file_age" in plan


def test_the_settings_rule_what_the_night_retires(db: None):
    long_ago = an_answer(at=datetime(2020, 1, 1, tzinfo=UTC))

    assert retire_due_answers() == 1
    assert not long_ago.files.filter(expired_at__isnull=True).exists()


def test_a_repeated_set_brings_its_answers_back_for_as_long_as_new_ones(bench: CounterBench):
    payload = a_payload(an_in())
    signature, key = bench.sign(payload), f"DIMN.{SENDER}.{DAY}.00001.R"
    bench.deliver(payload, key=key, signature=signature)
    bench.work()
    first = bench.mailbox().list_tray(Tray.OUT)
    bench.mailbox().note_downloaded(Tray.OUT, first[0].name)
    bench.clock.advance(timedelta(days=95))
    assert retire_answers(BY_DEFAULT, now=bench.clock.now()) == 2
    assert bench.mailbox().list_tray(Tray.OUT) == []
    bench.deliver(payload, key=key, signature=signature)
    bench.work()

    again = {entry.name for entry in first}
    assert again < {entry.name for entry in bench.mailbox().list_tray(Tray.OUT)}
    assert retire_answers(BY_DEFAULT, now=bench.clock.now() + timedelta(days=89)) == 0
    bench.mailbox().note_downloaded(Tray.OUT, first[0].name)
    assert retire_answers(BY_DEFAULT, now=bench.clock.now() + timedelta(days=30)) == 1


def test_the_life_of_an_answer_is_told_in_events(bench: CounterBench):
    bench.deliver(a_payload(an_in()))
    bench.work()
    mailbox, content = bench.mailbox(), f"FO.NOTI.999999.{DAY}.00002.R"
    for _ in range(2):
        mailbox.note_downloaded(Tray.OUT, content)
    mailbox.note_downloaded(Tray.OUT, f"GO{content[2:]}")
    bench.put(f"FI.ACRF.{SENDER}.{DAY}.00002.R")
    bench.work()
    mailbox.remove(Tray.OUT, content)
    retire_answers(BY_DEFAULT, now=NOON + timedelta(days=30))

    events = AuditEvent.objects.filter(action__startswith="answer:").order_by("id")
    actions = ["answer:downloaded", "answer:acknowledged", "answer:collected", "answer:expired"]
    assert [event.action for event in events] == ["answer:offered"] * 2 + actions
    answer = Answer.objects.get(kind="NOTI")
    assert {event.submission_id for event in events} == {answer.submission_id}


def test_whoever_waits_for_answers_is_woken_by_those_that_are_offered_again(transactional_db: None):
    answer = an_answer(offered=3, collected=("FO",))
    waiting = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    with waiting:
        waiting.execute(f"LISTEN {ANSWERS_CHANNEL}")
        with transaction.atomic():
            offer_again(answer.submission_id, actor="counter", at=NOON)

        assert [told.payload for told in waiting.notifies(timeout=5, stop_after=1)] == [SENDER]
