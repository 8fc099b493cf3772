"""Answers appear whole and at once, in parts of a named number of forms, under tickets and names of their own."""

import re
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from django.db import connection

from domain.environments import Tray
from evidence.models import Answer, AuditEvent
from tests.counter_bench import CounterBench, open_bench
from tests.dimona_files import STUDENTS, a_payload, an_in


def names(bench: CounterBench) -> list[str]:
    return [entry.name for entry in bench.mailbox().list_tray(Tray.OUT)]


def keys(listed: list[str], prefix: str) -> set[str]:
    return {name[3:] for name in listed if name.startswith(f"{prefix}.")}


def split_at(bench: CounterBench, forms: int) -> None:
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, notification_forms=forms))


@pytest.mark.parametrize(("forms", "parts"), [(1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2])])
def test_a_notification_is_split_above_its_limit(bench: CounterBench, forms: int, parts: list[int]):
    split_at(bench, 2)
    _, notifications = bench.answers_to(a_payload(*(an_in(insz=student) for student in STUDENTS[:forms])))
    rows = Answer.objects.filter(kind="NOTI").order_by("number")
    numbers = [int(answer.name.split(".")[4]) for answer in notifications]

    assert [len(answer.root) for answer in notifications] == parts
    assert [row.number for row in rows] == list(range(1, len(parts) + 1))
    assert numbers == [row.sequence for row in rows] == list(range(2, len(parts) + 2))
    assert len({answer.signature for answer in notifications}) == len(parts)
    assert [student for answer in notifications for student in answer.texts("INSS")] == list(STUDENTS[:forms])
    assert len({answer.texts("FileName")[0] for answer in notifications}) == 1


def test_tickets_have_thirteen_characters_and_are_never_the_same(bench: CounterBench):
    tickets = []
    for environment, tray in (("R", Tray.IN), ("T", Tray.IN_TEST), ("S", Tray.IN_SIMULATION)):
        bench.deliver(
            a_payload(*(an_in(insz=student) for student in STUDENTS[:3]), an_in()),
            key=bench.next_key(environment=environment),
            tray=tray,
        )
    bench.work()
    for tray in (Tray.OUT, Tray.OUT_TEST, Tray.OUT_SIMULATION):
        (acknowledgement,), (notification,) = bench.answers("ACRF", tray=tray), bench.answers("NOTI", tray=tray)
        (of_file,) = acknowledgement.texts("ReferenceNbr")
        assert {form.findtext("FileReference/ReferenceNbr") for form in notification.root} == {of_file}
        tickets += [of_file, *(form.findtext("HandledReference/ReferenceNbr") for form in notification.root)]

    assert len(tickets) == len(set(tickets)) == 15
    assert [ticket for ticket in tickets if not re.fullmatch("[0-9A-Z]{13}", ticket)] == []


def test_answers_outlive_the_process_and_leave_only_when_deleted(bench: CounterBench, tmp_path, keys_home):
    bench.answers_to(a_payload(an_in()))
    before = names(bench)
    contents = {name: bench.read(Tray.OUT, name) for name in before}
    connection.close()
    (bench.home / "keys").unlink()
    restarted = open_bench(bench.home, keys_home)

    assert names(restarted) == before
    assert {name: restarted.read(Tray.OUT, name) for name in before} == contents
    for left in range(len(before) - 1, -1, -1):
        restarted.mailbox().remove(Tray.OUT, names(restarted)[0])
        assert len(names(restarted)) == left
    assert AuditEvent.objects.filter(action="answer:collected").count() == len(before)


def test_a_reader_never_sees_a_part_of_an_answer(bench: CounterBench):
    split_at(bench, 1)
    listings: list[list[str]] = []
    done = threading.Event()

    def read() -> None:
        with closing(connection):
            while not done.is_set():
                listings.append(names(bench))
            listings.append(names(bench))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for student in STUDENTS:
            bench.deliver(a_payload(an_in(insz=student), an_in(insz=student)))
            bench.work()
    finally:
        done.set()
        reader.join(timeout=60)

    assert [listed for listed in listings if not keys(listed, "FO") == keys(listed, "FS") == keys(listed, "GO")] == []
    assert {sum(".NOTI." in name for name in listed) % 6 for listed in listings} == {0}
    assert len(listings[-1]) == 4 * 9
