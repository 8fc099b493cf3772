"""What the door refuses, an operator finds in its log with a reason of its own."""

import json

import pytest

from channels.models import Sender, SenderState
from tests.door.conftest import Door
from tests.door.test_hostile_names import session


def reasons(door: Door) -> list[tuple[str, str]]:
    """Return request and reason of every refusal in the log of the door."""
    lines = [json.loads(line) for line in (door.bench.home / "sftp.log").read_text().splitlines() if line[0] == "{"]
    return [(line["request"], line["reason"]) for line in lines if line["event"] == "sftp request refused"]


def test_a_suspended_sender_is_told_apart_from_other_refusals(door: Door):
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")
    with session(door) as client, pytest.raises(PermissionError, match="suspended"):
        client.open("/IN/any.tmp", "wb")

    assert reasons(door) == [("OPEN", "SenderSuspended")]


def test_an_upload_that_another_one_replaced_is_told_apart_from_other_refusals(door: Door):
    with session(door) as client:
        first, second = client.open("/IN/any.tmp", "wb"), client.open("/IN/any.tmp", "wb")
        second.close()
        first.close()

    assert reasons(door) == [("CLOSE", "UploadSuperseded")]
