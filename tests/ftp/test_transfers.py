"""What a mailbox means in FTP: resume, rename, collect, and whose trouble is told by which reply."""

import ftplib
import io

import pytest
import structlog

from channels.inboxes import StagingQuota
from domain.environments import Tray
from domain.refusals import OutageError
from evidence.models import AnswerFile
from tests.ftp.conftest import PAYLOAD, FtpDoor, put, submissions


def append(client: ftplib.FTP, name: str, content: bytes) -> str:
    return client.storbinary(f"APPE /IN/{name}", io.BytesIO(content))


def test_an_upload_goes_on_by_appe_and_by_rest(door: FtpDoor):
    fi, fs, go = door.write_set()
    with door.plain() as client:
        put(client, f"{fi}.part", PAYLOAD[:100])
        append(client, f"{fi}.part", PAYLOAD[100:200])
        assert client.size(f"/IN/{fi}.part") == 200
        client.storbinary(f"STOR /IN/{fi}.part", io.BytesIO(PAYLOAD[150:]), rest=150)
        with pytest.raises(ftplib.error_perm, match=r"^554"):
            client.storbinary(f"STOR /IN/{fi}.part", io.BytesIO(b"x"), rest=len(PAYLOAD) + 1)
        client.rename(f"/IN/{fi}.part", f"/IN/{fi}")
        append(client, fs, (door.folder / fs).read_bytes())
        put(client, f"{go}.part", b"")
        assert submissions() == 0
        client.rename(f"/IN/{go}.part", f"/IN/{go}")
        assert submissions() == 1
    assert door.acknowledged() == [[]]


def test_an_answer_that_was_read_to_its_end_counts_as_downloaded_and_dele_collects_it(door: FtpDoor):
    door.bench.deliver(PAYLOAD)
    door.bench.work()
    (name,) = (entry.name for entry in door.bench.mailbox().list_tray(Tray.OUT) if entry.name.startswith("FO.ACRF"))
    content = door.bench.answers("ACRF")[0].content
    with door.tls() as client:
        read = io.BytesIO()
        client.retrbinary(f"RETR /OUT/{name}", read.write, rest=10)
        assert read.getvalue() == content[10:]
        assert AnswerFile.objects.get(name=name).downloaded_at is not None
        with pytest.raises(ftplib.error_perm, match=r"^554"):
            client.retrbinary(f"RETR /OUT/{name}", read.write, rest=len(content) + 1)
        assert client.nlst("/OUT/FO.AC*") == [name]
        assert client.nlst("/OUT/ZZ*") == []
        client.delete(f"/OUT/{name}")
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            client.delete(f"/OUT/{name}")
    assert AnswerFile.objects.get(name=name).collected_at is not None


def test_own_files_are_removed_and_never_read_back(door: FtpDoor):
    name = door.name
    with door.plain() as client:
        put(client, name, PAYLOAD)
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            client.retrbinary(f"RETR /IN/{name}", print)
        client.delete(f"/IN/{name}")
        assert client.nlst("IN") == []


def test_a_full_staging_area_is_told_and_the_session_goes_on(door: FtpDoor):
    door.bench.mailboxes._quota = StagingQuota(max_bytes=1000, max_files=200)
    name = door.name
    with door.plain() as client:
        with pytest.raises(ftplib.error_perm, match=r"^552"):
            put(client, name, b"x" * 5000)
        assert client.voidcmd("NOOP").startswith("200")
    assert door.staged() == {name: False}


class SealInTrouble:
    """Fails as a disk does."""

    def seal_delivery(self, *_: object, **__: object) -> None:
        raise OutageError("the storage failed")

    seal_receipt = seal_notice = seal_delivery


def test_our_own_trouble_is_temporary_logged_with_its_traceback_and_shown_to_no_client(door: FtpDoor):
    names = door.write_set()
    door.bench.mailboxes._seal = SealInTrouble()
    with door.plain() as client, structlog.testing.capture_logs() as logs:
        for name in names[:-1]:
            put(client, name, (door.folder / name).read_bytes())
        with pytest.raises(ftplib.error_temp) as told:
            put(client, names[-1], b"")
    assert str(told.value) == "451 Temporary trouble on our side; try again later."
    (entry,) = (entry for entry in logs if entry["log_level"] == "error")
    assert entry["source"] == "127.0.0.1"
    assert isinstance(entry["exc_info"], OutageError)
    assert submissions() == 0
