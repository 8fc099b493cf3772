"""A sender is judged as it stood at the reception: what is configured while its set waits changes nothing for it."""

from collections.abc import Callable

import pytest

from channels.models import Sender, SenderChannel, SenderService, SenderState
from domain.channels import Channel
from domain.environments import Environment, Tray
from domain.mailboxes import UploadStart
from evidence.models import AuditEvent, Submission
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in

PAYLOAD = a_payload(an_in())
Change = Callable[[], object]


def close_channels() -> None:
    SenderChannel.objects.all().delete()


def open_channel() -> None:
    SenderChannel.objects.create(sender=Sender.objects.get(), channel=Channel.SFTP)


def remove_services() -> None:
    SenderService.objects.all().delete()


def add_service() -> None:
    SenderService.objects.create(sender=Sender.objects.get(), purpose="DIMN", environment=Environment.PRODUCTION)


def suspend() -> None:
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")


def resume() -> None:
    Sender.objects.update(state=SenderState.ACTIVE, suspended_by="")


def forget_standing() -> None:
    """Leave the submission as it was sealed before the standing of its sender was kept."""
    Submission.objects.update(sender_state="", open_channels=None, has_service=None)


def codes_of(bench: CounterBench) -> list[list[str]]:
    bench.work()
    return [answer.codes for answer in bench.answers("ACRF")]


@pytest.mark.parametrize("change", [close_channels, remove_services, suspend])
def test_what_is_taken_away_after_the_reception_refuses_nothing(bench: CounterBench, change: Change):
    bench.deliver(PAYLOAD)
    change()

    assert codes_of(bench) == [[]]
    assert len(bench.answers("NOTI")) == 1


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(close_channels, open_channel, "ACRF-249"), (remove_services, add_service, "ACRF-154")],
)
def test_what_is_given_after_the_reception_heals_nothing(bench: CounterBench, before: Change, after: Change, code: str):
    before()
    bench.deliver(PAYLOAD)
    after()

    assert codes_of(bench) == [[code]]


def test_a_set_whose_last_file_is_closed_while_its_sender_is_suspended_is_refused(bench: CounterBench):
    key = bench.next_key()
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    bench.put(f"FS.{key}.1.1", bench.sign(PAYLOAD))
    upload = bench.mailbox().begin_upload(Tray.IN, f"GO.{key}.1", start=UploadStart.EMPTY)
    suspend()
    upload.close()
    resume()

    assert codes_of(bench) == [["ACRF-103"]]


@pytest.mark.parametrize(
    ("change", "code"), [(close_channels, "ACRF-249"), (remove_services, "ACRF-154"), (suspend, "ACRF-103")]
)
def test_what_was_sealed_before_standings_were_kept_is_judged_as_its_sender_stands(
    bench: CounterBench, change: Change, code: str
):
    bench.deliver(PAYLOAD)
    forget_standing()
    change()

    assert codes_of(bench) == [[code]]


def test_the_sealing_event_tells_how_the_sender_stood(bench: CounterBench):
    bench.deliver(PAYLOAD)
    detail = AuditEvent.objects.get(action="submission:sealed").detail

    assert (detail["sender_state"], detail["open_channels"], detail["has_service"]) == ("ACTIVE", ["SFTP"], 1)
