"""Answers that come zipped (CO), and answers whose signature carries a time stamp."""

import base64
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing.answers import AnswerSealer
from tests.sender.builders import Identity, a_notification, a_seal, an_acknowledgement
from tests.sender.conftest import Collect
from tests.sender.counter import RehearsalCounter
from tests.sender.test_collect import KEY, here, offer


def a_zip(name: str, content: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def offer_zip(counter: RehearsalCounter, platform: Identity, packed: bytes) -> None:
    counter.offer("OUT", f"CO.{KEY}", packed)
    counter.offer("OUT", f"FS.{KEY}", a_seal(platform, packed))
    counter.offer("OUT", f"GO.{KEY}", b"")


def test_zipped_answer_is_verified_as_it_came_and_shown(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = a_zip(f"FO.{KEY}", a_notification())
    offer_zip(counter, platform, packed)
    assert collect() == 0
    assert (target / f"CO.{KEY}").read_bytes() == packed
    assert "STU-1" in capsys.readouterr().out


def broken(packed: bytes) -> bytes:
    middle = len(packed) // 3
    return packed[:middle] + bytes(byte ^ 0x55 for byte in packed[middle : middle + 20]) + packed[middle + 20 :]


def encrypted(packed: bytes) -> bytes:
    at = packed.index(b"PK\x01\x02") + 8
    return packed[:6] + b"\x01" + packed[7:at] + b"\x01" + packed[at + 1 :]


@pytest.mark.parametrize(
    "packed",
    [
        b"PK no zip",
        a_zip(f"FO.{KEY}x", a_notification()),
        a_zip("../FO", a_notification()),
        broken(a_zip(f"FO.{KEY}", a_notification())),
        encrypted(a_zip(f"FO.{KEY}", a_notification())),
        a_zip(f"FO.{KEY}", a_notification()[:-10]),
    ],
)
def test_zip_that_cannot_be_opened_is_kept_but_not_shown(
    counter: RehearsalCounter,
    platform: Identity,
    collect: Collect,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    packed: bytes,
) -> None:
    offer_zip(counter, platform, packed)
    assert collect() == 0
    assert "cannot be shown" in capsys.readouterr().out
    assert here(target) == {f"CO.{KEY}", f"FS.{KEY}", f"GO.{KEY}"}


class _AnyToken:
    """Gives a CMS as a time-stamp token (RFC 3161, appendix A): no sender looks inside."""

    def __init__(self, token: bytes) -> None:
        self._token = token

    def stamp(self, digest: bytes) -> bytes:
        return self._token if digest else b""


def test_time_stamp_beside_the_signature_changes_nothing(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    content = an_acknowledgement()
    offer(counter, platform, content)
    token = base64.b64decode(a_seal(platform, content))
    sealer = AnswerSealer(platform.key, platform.certificate, time_stamps=_AnyToken(token))
    stamped = sealer.seal(content, at=datetime.now(UTC))
    assert len(stamped) > len(a_seal(platform, content)) + len(token)
    counter.offer("OUT", f"FS.{KEY}", stamped)
    assert collect() == 0
    assert (target / f"FO.{KEY}").read_bytes() == content
