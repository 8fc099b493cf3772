"""Bad input through the real door, by OpenSSH's own client: each fault gets its code and harms nobody."""

import socket
import subprocess
import threading
from datetime import timedelta

import pytest

from channels.models import StagedFile
from domain.environments import Tray
from evidence.models import Submission
from registers.student_days.models import Declaration
from tests.counter_bench import make_entity, make_sender
from tests.dimona_files import STUDENTS, a_payload, an_in
from tests.door.conftest import Door, make_ssh_key


@pytest.fixture
def door(lasting_door: Door) -> Door:
    return lasting_door


def acknowledged(door: Door) -> list[list[str]]:
    return [answer.codes for answer in door.bench.answers("ACRF")]


def test_a_sound_set_is_filed_and_its_answers_are_collected_by_sftp(door: Door):
    door.deliver(a_payload(an_in(reference="STU-1", start="2030-07-01", end="2030-07-31", created="2026-11-01")))
    listing = door.sftp("ls -1 OUT\n")
    answers = [line.strip().removeprefix("OUT/") for line in listing.stdout.splitlines() if "O" in line]
    fetched = door.sftp(
        "".join(f"get OUT/{name} {name}\nrm OUT/{name}\n" for name in answers if not name.startswith("sftp"))
    )

    assert fetched.returncode == 0, fetched.stderr
    assert sorted(path.name[:7] for path in door.folder.glob("F[OS].*")) >= ["FO.ACRF", "FO.NOTI"]
    assert door.bench.mailbox().list_tray(Tray.OUT) == []


def test_an_unknown_key_is_not_let_in(own_door: Door):
    make_ssh_key(own_door.folder / "stranger")

    answer = own_door.sftp("ls\n", key=own_door.folder / "stranger")
    assert answer.returncode != 0
    assert "Permission denied" in answer.stderr
    (line,) = [line for line in own_door.said() if line["event"] == "sftp key refused"]
    assert line["user"] == own_door.user


def test_an_unknown_user_is_not_let_in(own_door: Door):
    answer = own_door.sftp("ls\n", user="EXP_654321")

    assert "Permission denied" in answer.stderr
    (line,) = [line for line in own_door.said() if line["event"] == "sftp key refused"]
    assert line["reason"] == "no user has that name"
    assert "EXP_654321" not in str(own_door.said())


def test_another_senders_number_in_the_name_is_refused(door: Door):
    door.deliver(a_payload(an_in()), key=door.next_key(sender="654321"))

    assert acknowledged(door) == [["ACRF-108"]]


def test_one_byte_changed_after_signing_is_noticed(door: Door):
    payload = a_payload(an_in(hours=100))
    door.deliver(payload.replace(b">100<", b">101<"), signature=door.bench.sign(payload))

    assert acknowledged(door) == [["ACRF-125"]]
    assert not Declaration.objects.exists()


def test_another_senders_certificate_is_refused(door: Door):
    stranger = door.bench.authority.issue_signer("Other", at=door.bench.clock.now(), lifetime=timedelta(days=9))
    make_sender("654321", entity=make_entity(company="0400767772", nsso="123456749"), identity=stranger)
    payload = a_payload(an_in())
    door.deliver(payload, signature=door.bench.sign(payload, stranger))

    assert acknowledged(door) == [["ACRF-153"]]


EXTERNAL_ENTITY = (
    b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE Dimona [<!ENTITY e SYSTEM "http://127.0.0.1:%d/e">]>'
    b'<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="Dimona_20231.xsd">'
    b"&e;</Dimona>"
)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (a_payload(an_in())[:-12], "ACRF-102"),
        (a_payload(an_in()).replace(b"<DimonaIn>", b"<DimonaIn"), "ACRF-102"),
        (b'<?xml version="1.0"?><!DOCTYPE Dimona [<!ENTITY a "aa">]><Dimona>&a;</Dimona>', "ACRF-102"),
        (a_payload(an_in(), schema="Dimona_19991.xsd"), "ACRF-137"),
        (a_payload(an_in()).replace(b' xsi:noNamespaceSchemaLocation="Dimona_20231.xsd"', b""), "ACRF-136"),
        (a_payload(an_in()).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "ACRF-138"),
        (a_payload(), "ACRF-157"),
        (b"", "ACRF-134"),
    ],
    ids=["truncated", "broken tag", "DTD", "unknown schema", "no schema", "UTF-16", "no form", "empty"],
)
def test_a_payload_that_cannot_be_read_is_refused_whole(door: Door, payload: bytes, code: str):
    door.deliver(payload)

    assert acknowledged(door) == [[code]]
    assert not Declaration.objects.exists()


def test_an_external_entity_is_refused_and_nothing_is_fetched(door: Door):

    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.5)
        door.deliver(EXTERNAL_ENTITY % trap.getsockname()[1])
        with pytest.raises(TimeoutError):
            trap.accept()

    assert acknowledged(door) == [["ACRF-102"]]


def test_the_same_set_again_names_the_first_ticket_and_is_filed_once(door: Door):
    key = door.deliver(a_payload(an_in(start="2030-07-01", end="2030-07-31")))
    assert door.put_set(key).returncode == 0
    door.bench.work()

    first, again = door.bench.answers("ACRF")
    assert (first.codes, again.codes) == ([], ["ACRF-133"])
    assert first.texts("ReferenceNbr") == again.texts("ReferenceNbr")
    assert Declaration.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        (an_in(insz="85011512300"), ["00024-004"]),
        (an_in().replace("<StartingDate>2026-07-02</StartingDate>", ""), ["00910-001"]),
    ],
    ids=["wrong check digit", "missing element"],
)
def test_one_bad_form_of_three_is_refused_alone(door: Door, form: str, codes: list[str]):
    period = {"start": "2030-07-01", "end": "2030-07-31"}
    door.deliver(a_payload(an_in(insz=STUDENTS[0], **period), form, an_in(insz=STUDENTS[1], **period)))

    (notification,) = door.bench.answers("NOTI")
    assert notification.texts("ResultCode") == ["1", "0", "1"]
    assert notification.codes == codes


def test_an_upload_that_is_cut_seals_nothing_and_can_be_sent_again(own_door: Door):
    payload = a_payload(an_in(start="2030-07-01", end="2030-07-31"))
    key = own_door.write_set(payload)
    (own_door.folder / f"FI.{key}.1.1").write_bytes(payload + b" " * 20_000_000)
    assert own_door.sftp(f"put FS.{key}.1.1 IN/\nput GO.{key}.1 IN/\n").returncode == 0
    slow = subprocess.Popen(
        [
            *("sftp", "-b", "-", "-q", "-l", "20000", "-P", str(own_door.port), "-i", str(own_door.key)),
            *("-o", f"UserKnownHostsFile={own_door.folder / 'known_hosts'}", "-o", "IdentitiesOnly=yes"),
            "EXP_123456@127.0.0.1",
        ],
        cwd=own_door.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    slow.stdin.write(f"put FI.{key}.1.1 IN/\n".encode())
    slow.stdin.flush()
    wait_until(
        lambda: any(
            entry.size > 0 for entry in own_door.bench.mailbox().list_tray(Tray.IN) if entry.name.startswith("FI")
        )
    )
    slow.kill()
    slow.communicate()

    assert not Submission.objects.exists()
    (own_door.folder / f"FI.{key}.1.1").write_bytes(payload)
    assert own_door.sftp(f"put FI.{key}.1.1 IN/\n").returncode == 0
    own_door.bench.work()
    assert acknowledged(own_door) == [[]]
    assert not StagedFile.objects.exists()


def wait_until(condition, seconds: float = 20) -> None:
    paused = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        paused.wait(0.05)
    raise TimeoutError("the condition never came true")


def test_a_whole_folder_is_taken_whatever_its_order(door: Door):
    key = door.next_key()
    outgoing = door.folder / "outgoing"
    outgoing.mkdir()
    payload = a_payload(an_in(start="2030-07-01", end="2030-07-31"))
    (outgoing / f"FI.{key}.1.1").write_bytes(payload)
    (outgoing / f"FS.{key}.1.1").write_bytes(door.bench.sign(payload))
    (outgoing / f"GO.{key}.1").touch()
    answer = door.sftp("put -r outgoing/. IN\n")
    door.bench.work()

    assert answer.returncode == 0, answer.stderr
    assert acknowledged(door) == [[]]
