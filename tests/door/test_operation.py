"""The running door while operators act: keys revoked, users blocked, quotas full, a stop in the middle of uploads."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import paramiko

from channels.logins import SshKeyDirectory, key_fingerprint
from channels.models import (
    KeyState,
    Sender,
    SenderChannel,
    SenderState,
    SshKey,
    StagedFile,
    TechnicalUser,
    TechnicalUserState,
)
from evidence.models import Submission
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import Door, put_plainly
from tests.door.test_bad_input import wait_until
from tests.door.test_hostile_names import session

PAYLOAD = a_payload(an_in(start="2030-07-01", end="2030-07-31"))
WITHDRAWALS = {
    "the key is revoked": lambda: SshKey.objects.update(state=KeyState.REVOKED, revoked_at=datetime.now(UTC)),
    "SFTP is closed for the sender": lambda: SenderChannel.objects.all().delete(),
    "the technical user is blocked": lambda: TechnicalUser.objects.update(state=TechnicalUserState.BLOCKED),
    "the sender is retired": lambda: Sender.objects.update(state=SenderState.RETIRED),
}


def give_back() -> None:
    SshKey.objects.update(state=KeyState.ACTIVE, revoked_at=None)
    TechnicalUser.objects.update(state=TechnicalUserState.ACTIVE)
    Sender.objects.update(state=SenderState.ACTIVE, suspended_by="")
    SenderChannel.objects.get_or_create(sender=Sender.objects.get(), channel="SFTP")


def test_whatever_lets_nobody_in_any_more_ends_open_sessions_within_five_seconds(door: Door):
    for reason, withdraw in WITHDRAWALS.items():
        give_back()
        with session(door) as client:
            upload = client.open(f"/IN/FI.{door.next_key()}.1.1", "wb")
            upload.write(PAYLOAD)
            upload.flush()
            withdraw()
            began = time.monotonic()
            client.get_channel().get_transport().join(10)
            assert time.monotonic() - began < 5, reason
    closed = [line for line in door.said() if line["event"] == "sftp connection closed"]
    assert [(line["reason"], line["peer"], line["user"]) for line in closed] == [
        ("revoked", "127.0.0.1", door.user)
    ] * 4
    assert not StagedFile.objects.filter(closed_at__isnull=False).exists()


def test_a_suspended_sender_stays_and_may_collect(door: Door, django_assert_num_queries):
    key = SshKey.objects.get()
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by="COMPANY")
    opener, stranger = (door.user, bytes(key.blob)), ("EXP_654321", bytes(key.blob))
    with django_assert_num_queries(1):
        assert SshKeyDirectory().still_open([opener, stranger]) == {opener}
    assert key.fingerprint == key_fingerprint(bytes(key.blob))


def put(door: Door, name: str, content: bytes) -> str:
    """Put one file in a session of its own; return the reason it was refused for."""
    try:
        with session(door) as client:
            put_plainly(client, f"/IN/{name}", content)
    except OSError as refused:
        return str(refused)
    return ""


def test_a_file_beyond_the_quota_is_a_failure_with_its_reason(door: Door):
    door.restart(GUICHET_STAGING_MAX_BYTES="1000000", GUICHET_STAGING_MAX_FILES="3")
    assert put(door, "FI.A.tmp", bytes(900_000)) == ""
    assert "does not fit in what may be staged" in put(door, "FI.B.tmp", bytes(200_000))
    assert put(door, "FI.C.tmp", b"little") == ""
    assert "3 files wait already" in put(door, "FI.D.tmp", b"")
    refused = [line for line in door.said() if line.get("reason") == "QuotaExceeded"]
    assert {line["status"] for line in refused} == {"FAILURE"}
    assert all(line["peer"] == "127.0.0.1" for line in refused)


def test_every_close_answered_during_a_stop_is_sealed_and_every_other_set_is_whole_or_not_there(door: Door):
    """Several senders' threads deliver while the door is told to stop: its word counts, and nothing is half."""
    signature, answered, stopped = door.bench.sign(PAYLOAD), [], threading.Event()
    keys = [[door.next_key() for _ in range(200)] for _ in range(4)]

    def deliver(own: list[str]) -> None:
        try:
            with session(door) as client:
                for key in own:
                    put_plainly(client, f"/IN/FI.{key}.1.1", PAYLOAD)
                    put_plainly(client, f"/IN/FS.{key}.1.1", signature)
                    put_plainly(client, f"/IN/GO.{key}.1", b"")
                    answered.append(key)
        except (OSError, EOFError, paramiko.SSHException):
            stopped.set()

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(deliver, own) for own in keys]
        wait_until(lambda: len(answered) > 8)
        door.process.send_signal(signal.SIGTERM)
        for one in running:
            one.result()
    assert stopped.is_set()
    assert door.process.wait(30) == 0
    sealed = set(Submission.objects.values_list("subject_name", flat=True))
    assert {f"FI.{key}.1.1" for key in answered} <= {
        name for name in Submission.objects.values_list("parts__name", flat=True) if name.startswith("FI")
    }
    assert len(sealed) - len(answered) <= 4
    for submission in Submission.objects.all():
        assert sorted(submission.parts.values_list("prefix", "blob__size")) == [
            ("FI", len(PAYLOAD)),
            ("FS", len(signature)),
        ]
    assert [line for line in door.said() if line["level"] in {"error", "critical"}] == []
    door.restart()
    door.bench.work()
    assert [answer.codes for answer in door.bench.answers("ACRF") if answer.codes] == []
