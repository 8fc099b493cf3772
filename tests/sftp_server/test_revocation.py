"""A key that is revoked ends the sessions it opened; one question for all of them, again and again."""

import time

import paramiko
import pytest

from domain.refusals import OutageError

FI = "FI.DIMN.123456.20260302.00001.R.1.1"


def test_a_revoked_key_ends_its_sessions_and_abandons_their_uploads(doorkeeper):
    door = doorkeeper.open(revocation_check=0.1)
    with door.client() as client, door.client(door.keys.user_rsa) as other:
        upload = client.open(f"IN/{FI}", "wb")
        upload.write(b"half")
        door.directory.registered = {
            opener for opener in door.directory.registered if opener[1] == door.keys.blob_of(door.keys.user_rsa)
        }
        door.trays.wait_for(f"abandon {FI}")
        client.get_channel().get_transport().join(10)
        with pytest.raises((OSError, EOFError, paramiko.SSHException)):
            client.listdir("IN")
        assert other.listdir("IN") == [FI]
    assert f"close {FI}" not in door.trays.journal


def test_one_question_is_asked_for_all_open_logins(doorkeeper):
    door = doorkeeper.open(revocation_check=0.1)
    with door.client(), door.client(door.keys.user_rsa), door.client():
        before = len(door.directory.questions)
        _wait_until(lambda: len(door.directory.questions) >= before + 2)
        assert door.directory.questions[-1] == 2


def test_nobody_is_asked_about_when_nobody_is_there(doorkeeper):
    door = doorkeeper.open(revocation_check=0.01)
    time.sleep(0.1)
    assert door.directory.questions == []


def test_sessions_go_on_while_nobody_can_tell_whether_their_keys_live(doorkeeper):
    door = doorkeeper.open(revocation_check=0.05)
    with door.client() as client:
        door.directory.trouble = OutageError("the database is away")
        _wait_until(lambda: len(door.directory.questions) > 3)
        assert client.listdir("IN") == []
        door.directory.trouble = None


def _wait_until(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
