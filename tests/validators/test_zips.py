"""A payload that comes zipped: what real tools make is opened, every deviation has its code, nothing is believed."""

import io
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Refusal
from tests.validators.payloads import a_form, a_payload, refusal_of
from validators.zips import open_payload

PAYLOAD = a_payload(*[a_form()] * 40)
NAME = "FI.DIMN.123456.20260415.00001.R.1.1"
LIMIT = 1_000_000
LOCAL, CENTRAL, END = 30 + len(NAME), 46 + len(NAME), 22


def a_zip(
    *contents: bytes, name: str = NAME, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"", sized: bool = True
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made if sized else Unseekable(made), "w", method) as archive:
        for number, content in enumerate(contents or (PAYLOAD,)):
            archive.writestr(name + "x" * number, content)
        archive.comment = comment
    return made.getvalue()


class Unseekable(io.RawIOBase):
    """A target that a writer cannot go back in, as a pipe is."""

    def __init__(self, target: io.BytesIO) -> None:
        self.target = target

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        return self.target.write(data)


def patched(content: bytes, at: int, layout: str, value: int) -> bytes:
    """Return `content` with one number changed; a negative place counts from the end."""
    at += len(content) if at < 0 else 0
    return content[:at] + struct.pack(layout, value) + content[at + struct.calcsize(layout) :]


def opened(content: bytes, *, limit: int = LIMIT) -> str | bytes:
    """Return what is read, or the number of the refusal."""
    try:
        with open_payload(io.BytesIO(content), limit=limit) as payload:
            return payload.read()
    except Refusal as refusal:
        return refusal.code.removeprefix("ACRF-")


SOUND = a_zip()
STORED = a_zip(method=zipfile.ZIP_STORED)
AT_CENTRAL, AT_END = -(CENTRAL + END), -END
BOMB = a_zip(bytes(50 * LIMIT))

DEVIATIONS = {
    "the beginning of a zip alone": (b"PK\x03\x04", "280"),
    "a zip cut before its last byte": (SOUND[:-1], "280"),
    "a zip cut in its data": (SOUND[:200], "280"),
    "something behind the zip": (SOUND + b"x", "280"),
    "a zip behind a zip": (SOUND + SOUND, "280"),
    "a comment": (a_zip(comment=b"x"), "280"),
    "the marks of a spanned archive": (b"PK\x07\x08" + SOUND, "280"),
    "a second disk": (patched(SOUND, AT_END + 4, "<H", 1), "280"),
    "a directory that begins elsewhere": (patched(SOUND, AT_END + 16, "<I", 7), "280"),
    "a directory without its mark": (patched(SOUND, AT_CENTRAL, "<I", 7), "280"),
    "a local header that does not begin the file": (patched(SOUND, AT_CENTRAL + 42, "<I", 8), "280"),
    "data larger than what lies between the headers": (patched(SOUND, AT_CENTRAL + 20, "<I", 10**6), "280"),
    "data smaller than what lies between the headers": (patched(SOUND, AT_CENTRAL + 20, "<I", 10), "280"),
    "names that differ": (SOUND[:30] + b"X" + SOUND[31:], "280"),
    "methods that differ": (patched(SOUND, 8, "<H", 0), "280"),
    "an entry that is larger than it says": (patched(SOUND, AT_CENTRAL + 24, "<I", len(PAYLOAD) - 1), "280"),
    "an entry that is smaller than it says": (patched(SOUND, AT_CENTRAL + 24, "<I", len(PAYLOAD) + 1), "280"),
    "a wrong checksum": (patched(SOUND, AT_CENTRAL + 16, "<I", 1), "280"),
    "a stored entry with a byte changed": (STORED[:LOCAL] + b"?" + STORED[LOCAL + 1 :], "280"),
    "data that cannot be inflated": (SOUND[:LOCAL] + b"\xff" * 8 + SOUND[LOCAL + 8 :], "280"),
    "a size that stands nowhere": (patched(SOUND, AT_CENTRAL + 24, "<I", 0xFFFFFFFF), "280"),
    "a path as name": (a_zip(name="a/b"), "280"),
    "a path of another system as name": (a_zip(name="a\\b"), "280"),
    "the folder above as name": (a_zip(name=".."), "280"),
    "no entry": (b"PK\x05\x06" + bytes(18), "281"),
    "two entries": (a_zip(PAYLOAD, PAYLOAD), "281"),
    "two entries of which the end tells one": (
        patched(patched(a_zip(PAYLOAD, b"x"), AT_END + 8, "<H", 1), AT_END + 10, "<H", 1),
        "281",
    ),
    "a folder": (a_zip(b"", name="folder/"), "281"),
    "an encrypted entry": (patched(patched(SOUND, 6, "<H", 1), AT_CENTRAL + 8, "<H", 1), "229"),
    "a patch": (patched(patched(SOUND, 6, "<H", 32), AT_CENTRAL + 8, "<H", 32), "229"),
    "bzip2": (a_zip(method=zipfile.ZIP_BZIP2), "229"),
    "LZMA": (a_zip(method=zipfile.ZIP_LZMA), "229"),
    "more bytes than allowed": (a_zip(bytes(LIMIT + 1)), "184"),
    "a bomb that tells its size": (BOMB, "184"),
    "a bomb that says it is small": (patched(BOMB, AT_CENTRAL + 24, "<I", 100), "280"),
    "a bomb that says it is just small enough": (patched(BOMB, AT_CENTRAL + 24, "<I", LIMIT), "184"),
}


@pytest.mark.parametrize(("content", "number"), DEVIATIONS.values(), ids=DEVIATIONS.keys())
def test_one_deviation_of_a_zip_has_its_code(content: bytes, number: str) -> None:
    assert opened(content) == number


@pytest.mark.parametrize(
    "content",
    [SOUND, STORED, a_zip(sized=False), a_zip(name="july.xml"), a_zip(name="août.xml"), PAYLOAD],
    ids=["deflated", "stored", "streamed", "another name", "a name in other letters", "not zipped"],
)
def test_the_only_entry_is_the_payload(content: bytes) -> None:
    assert opened(content) == PAYLOAD


def test_an_empty_entry_is_an_empty_payload() -> None:
    assert opened(a_zip(b"")) == b""
    assert opened(b"") == b""


def test_a_payload_may_have_exactly_the_largest_size() -> None:
    assert opened(a_zip(PAYLOAD), limit=len(PAYLOAD)) == PAYLOAD
    assert opened(a_zip(PAYLOAD), limit=len(PAYLOAD) - 1) == "184"


def test_what_zip_itself_makes_is_opened(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(PAYLOAD)
    subprocess.run(["zip", "-q", "made.zip", NAME], cwd=tmp_path, check=True)
    piped = subprocess.run(["zip", "-q", "-", "-"], input=PAYLOAD, cwd=tmp_path, capture_output=True, check=True)

    assert opened((tmp_path / "made.zip").read_bytes()) == PAYLOAD
    assert opened(piped.stdout) == PAYLOAD


def test_a_zipped_payload_is_read_twice_from_its_beginning() -> None:
    with open_payload(io.BytesIO(SOUND), limit=LIMIT) as payload:
        first = payload.read(100)
        payload.seek(0)
        assert payload.read() == PAYLOAD
        payload.seek(0)
        assert payload.read(100) == first == PAYLOAD[:100]
        with pytest.raises(io.UnsupportedOperation):
            payload.seek(50_000)


def test_closing_the_payload_closes_what_it_came_in() -> None:
    content = io.BytesIO(SOUND)
    open_payload(content, limit=LIMIT).close()

    assert content.closed


def test_a_refused_zip_is_closed() -> None:
    content = io.BytesIO(a_zip(PAYLOAD, PAYLOAD))
    with pytest.raises(Refusal):
        open_payload(content, limit=LIMIT)

    assert content.closed


def test_a_bomb_is_left_where_the_limit_is_passed() -> None:
    payload = open_payload(io.BytesIO(patched(BOMB, AT_CENTRAL + 24, "<I", LIMIT)), limit=LIMIT)
    with pytest.raises(Refusal, match="ACRF-184"):
        payload.read()
    assert payload.tell() <= LIMIT + 65_536


def test_a_zip_where_none_is_allowed_is_no_xml() -> None:
    assert refusal_of(SOUND) == "ACRF-102"


@given(cut=st.integers(0, len(SOUND)), length=st.integers(0, 8), piece=st.binary(max_size=8))
def test_any_change_of_a_sound_zip_is_refused_or_read(cut: int, length: int, piece: bytes) -> None:
    changed = SOUND[:cut] + piece + SOUND[cut + length :]

    assert opened(changed) in {PAYLOAD, changed, "184", "229", "280", "281"}
