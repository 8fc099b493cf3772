"""An answer counts as downloaded when its client has read all of it and closed it."""

import paramiko
import pytest

from domain.environments import Tray
from domain.refusals import OutageError

FO, GO = "FO.NOTI.999999.20260302.00001.R", "GO.NOTI.999999.20260302.00001.R"
CONTENT = b"a notification" * 30_000


@pytest.fixture
def offering(door):
    door.trays.trays[Tray.OUT].update({FO: bytearray(CONTENT), GO: bytearray()})
    return door


def downloads(door) -> list[str]:
    return [line for line in door.trays.journal if line.startswith("downloaded")]


def test_openssh_and_lftp_download_whole_answers(offering):
    """Lftp does not wait for the answer to its close; that to the listing comes after it."""
    by_openssh = offering.sftp(f"get OUT/{FO} here", f"get OUT/{GO} go")
    by_lftp = offering.lftp(f"get -O . OUT/{FO}", "cls OUT")
    assert (by_openssh.code, by_lftp.code) == (0, 0), (by_openssh.complaints, by_lftp.complaints)

    assert downloads(offering) == [f"downloaded OUT/{FO}", f"downloaded OUT/{GO}", f"downloaded OUT/{FO}"]


@pytest.mark.parametrize(
    ("blocks", "is_whole"),
    [
        ([(0, 200), (200, 220)], True),
        ([(200, 220), (0, 200)], True),
        ([(0, 200), (0, 200), (200, 220)], True),
        ([(200, 220)], False),
        ([(0, 419), (0, 419)], False),
        ([], False),
    ],
    ids=["in order", "out of order", "twice", "the end alone", "all but the last byte", "not read"],
)
def test_what_was_read_tells_a_download_from_a_glance(offering, blocks: list[tuple[int, int]], is_whole: bool):
    offering.trays.trays[Tray.OUT][FO] = bytearray(CONTENT[:420])
    with offering.client() as client, client.open(f"OUT/{FO}", "rb") as answer:
        for offset, length in blocks:
            answer.seek(offset)
            assert answer.read(length) == CONTENT[offset : offset + length]

    assert downloads(offering) == [f"downloaded OUT/{FO}"] * is_whole


def test_an_answer_whose_client_was_lost_does_not_count(offering):
    with offering.client() as client:
        answer = client.open(f"OUT/{FO}", "rb")
        assert len(answer.read()) == len(CONTENT)
    offering.stop()

    assert downloads(offering) == []


def test_an_outage_while_it_is_noted_does_not_break_the_download(offering):
    offering.trays.trouble_at_noting = OutageError("the database does not answer")
    with offering.client() as client:
        assert client.open(f"OUT/{FO}", "rb").read() == CONTENT
        answer = client.open(f"OUT/{FO}", "rb")
        answer.read()
        kind, message = client._request(paramiko.sftp.CMD_CLOSE, answer.handle)

    assert (kind, message.get_int()) == (paramiko.sftp.CMD_STATUS, 0)


def test_it_is_noted_within_an_operation(offering):
    with offering.client() as client:
        client.open(f"OUT/{FO}", "rb").close()
        before = len(offering.operations)
        with client.open(f"OUT/{FO}", "rb") as answer:
            answer.read()

    assert offering.operations[before:] == ["in", "out"] * 2
