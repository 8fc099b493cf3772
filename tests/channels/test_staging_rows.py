"""What uploads cost the database, what it may lose, and what two connections of one sender make of each other."""

import threading

import pytest
from django.db import connection

from channels.models import StagedFile
from domain.environments import Tray
from domain.mailbox_refusals import MailboxRefusal
from domain.mailboxes import UploadStart
from domain.refusals import OutageError
from evidence.models import Submission
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import a_payload, an_in

KEY = f"DIMN.123456.{DAY}.00001.R"
PAYLOAD = a_payload(an_in())


def test_an_entry_that_the_database_lost_is_our_outage(bench: CounterBench):
    upload = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)
    upload.write(0, PAYLOAD)
    StagedFile.objects.all().delete()

    with pytest.raises(OutageError, match="send it again"):
        upload.close()
    bench.deliver(PAYLOAD, key=KEY)
    assert Submission.objects.count() == 1


def test_a_part_that_is_closed_while_its_go_ahead_waits_seals_the_set(bench: CounterBench):
    bench.put(f"GO.{KEY}.1")
    bench.put(f"FS.{KEY}.1.1", b"signature")
    assert not Submission.objects.exists()
    bench.put(f"FI.{KEY}.1.1", PAYLOAD)

    assert Submission.objects.get().payload_bytes == len(PAYLOAD)


def test_a_set_of_three_takes_few_statements(bench: CounterBench, django_assert_num_queries):
    mailbox = bench.mailbox()
    with django_assert_num_queries(11):
        for name, content in ((f"FI.{KEY}.1.1", PAYLOAD), (f"FS.{KEY}.1.1", b"x"), (f"GO.{KEY}.1", b"")):
            bench.put(name, content, mailbox=mailbox)


def test_an_upload_that_was_cut_is_resumed_in_place(bench: CounterBench):
    bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY).abandon()
    path = StagedFile.objects.get().path
    bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.RESUME).abandon()

    assert StagedFile.objects.get().path == path


def test_an_upload_that_is_still_open_is_resumed_beside_it(bench: CounterBench):
    open_one = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.EMPTY)
    path = StagedFile.objects.get().path
    resumed = bench.mailbox().begin_upload(Tray.IN, f"FI.{KEY}.1.1", start=UploadStart.RESUME)

    assert StagedFile.objects.get().path != path
    open_one.abandon()
    resumed.abandon()


def test_files_of_two_sets_that_are_renamed_across_wait_for_each_other_in_one_order(bench: CounterBench):
    one, two = f"FI.{KEY}.1.1", f"FI.DIMN.123456.{DAY}.00002.R.1.1"
    for name in (one, two):
        bench.put(f"FS{name[2:]}", b"signature")
    outages: list[OutageError] = []

    def rename_often(old: str, new: str) -> None:
        try:
            for _ in range(25):
                try:
                    bench.put(old, PAYLOAD)
                    bench.mailbox().rename(Tray.IN, old, new)
                except MailboxRefusal:
                    continue
        except OutageError as outage:
            outages.append(outage)
        finally:
            connection.close()

    threads = [threading.Thread(target=rename_often, args=names) for names in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outages == []
