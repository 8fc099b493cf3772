"""A document proves something only if people can open it: whole, unlocked, with something on it."""

import re
import time
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.evidence_documents import DocumentFault, fault_of, kind_of
from tests.proving_documents import a_jpeg, a_pdf, a_png, an_encrypted_pdf, with_text_strings

DAMAGED, LOCKED, MORE_BEHIND = DocumentFault
PROGRAM = b"PK\x03\x04 setup.exe"
SOUND = {
    "a PDF": a_pdf(),
    "a PDF that was added to": a_pdf() + b"trailer <</Prev 9>>\nstartxref\n99\n%%EOF\r\n\x00",
    "a PDF whose page is packed": a_pdf(packed=True),
    "a PNG": a_png(),
    "a JPEG": a_jpeg(),
    "a JPEG with a second picture, as telephones make them": a_jpeg() + a_jpeg(),
    "a JPEG with bytes that fill": a_jpeg().replace(b"\xff\xda", b"\xff\xff\xda"),
}
FAULTY = {
    "the start of a PDF alone": (b"%PDF-", DAMAGED),
    "a PDF that is cut off": (a_pdf()[:-20], DAMAGED),
    "a PDF without a page": (a_pdf().replace(b"/Type /Page ", b"/Type /Font "), DAMAGED),
    "a PDF whose packed objects name no page": (a_pdf(packed=True).replace(b"x\x9c", b"y\x9c"), DAMAGED),
    "a page that runs scripts": (b"%PDF-1.4 <script>alert(1)</script>", DAMAGED),
    "a PDF with a password": (a_pdf(trailer="/Root 1 0 R /Encrypt 5 0 R"), LOCKED),
    "a PDF with its protection in place": (a_pdf(trailer="/Encrypt<</Filter /Standard>>"), LOCKED),
    "a PDF with a program behind it": (a_pdf() + PROGRAM, MORE_BEHIND),
    "the start of a PNG alone": (a_png()[:8], DAMAGED),
    "a PNG that is cut off": (a_png()[:-1], DAMAGED),
    "a PNG without its picture": (a_png()[:33] + a_png()[-12:], DAMAGED),
    "a PNG that is flat": (a_png(height=0), DAMAGED),
    "a PNG of which a byte is another": (a_png().replace(b"IDAT", b"IDAX"), DAMAGED),
    "a PNG with a program behind it": (a_png() + PROGRAM, MORE_BEHIND),
    "the start of a JPEG alone": (a_jpeg()[:3], DAMAGED),
    "a JPEG that is cut off": (a_jpeg()[:-2], DAMAGED),
    "a JPEG that is flat": (a_jpeg(width=0), DAMAGED),
    "a JPEG without a scan": (a_jpeg()[:15] + b"\xff\xd9", DAMAGED),
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_what_people_can_open_is_sound(content: bytes):
    assert fault_of(content, kind=kind_of(content) or "") is None


@pytest.mark.parametrize(("content", "fault"), FAULTY.values(), ids=FAULTY)
def test_what_nobody_can_read_has_a_fault(content: bytes, fault: DocumentFault):
    assert fault_of(content, kind=kind_of(content) or "") is fault


ALGORITHMS = pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
PACKED = pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])


@ALGORITHMS
@PACKED
@pytest.mark.parametrize("write", [bytes, with_text_strings], ids=["digits", "text"])
def test_a_pdf_that_only_its_owner_may_print_is_sound(algorithm: str, packed: bool, write: Callable[[bytes], bytes]):
    assert fault_of(write(an_encrypted_pdf(algorithm, packed=packed)), kind="pdf") is None


@ALGORITHMS
@PACKED
def test_a_pdf_that_asks_for_a_password_is_locked(algorithm: str, packed: bool):
    assert fault_of(an_encrypted_pdf(algorithm, password="secret", packed=packed), kind="pdf") is LOCKED


@ALGORITHMS
def test_an_encrypted_pdf_without_a_page_is_damaged(algorithm: str):
    content = an_encrypted_pdf(algorithm).replace(b"/Type /Page\n", b"/Type /Font\n")
    assert fault_of(content, kind="pdf") is DAMAGED


def test_an_encrypted_pdf_whose_packed_objects_name_no_page_is_damaged():
    """The number of their object is a part of the key, so that they become noise."""
    content = an_encrypted_pdf(packed=True)
    number = re.search(rb"(\d+) 0 obj\n<<\n/Type /ObjStm", content)
    assert number
    at = number.start()
    assert fault_of(content[:at] + b"9" + content[at + 1 :], kind="pdf") is DAMAGED
    assert fault_of(content[:at] + content[at:].replace(b" 0 obj", b" 0 job", 1), kind="pdf") is DAMAGED


STRANGE = {
    "opened by certificates": (b"/Filter /Standard", b"/Filter /Adobe.PubSec"),
    "of a version to come": (b"/V 4\n", b"/V 6\n"),
    "of a version and a revision that do not go together": (b"/R 4\n", b"/R 3\n"),
    "in a way that nobody knows": (b"/CFM /AESV2", b"/CFM /AESV9"),
    "for no document at all": (b"/U <", b"/W <"),
    "in an object that is not there": (b"/Encrypt ", b"/Encrypt 9"),
    "in an object of a number without end": (b"/Encrypt ", b"/Encrypt " + b"0" * 5000),
    "by something that is no dictionary": (b"<<\n/V 4", b"[[\n/V 4"),
    "without an end": (b"/V 4\n", b"/V 4 (\n"),
    "deeper than anybody looks": (b"/V 4\n", b"/V 4 /Deep" + b"[" * 9 + b"]" * 9),
    "in lists where names belong": (b"/StmF /StdCF", b"/StmF [/StdCF]/R []/V []"),
}


@pytest.mark.parametrize(("said", "instead"), STRANGE.values(), ids=STRANGE)
def test_a_pdf_that_is_encrypted_strangely_is_locked(said: bytes, instead: bytes):
    content = an_encrypted_pdf()
    assert said in content
    assert fault_of(content.replace(said, instead), kind="pdf") is LOCKED


def test_a_pdf_whose_streams_are_not_encrypted_is_read_as_it_is():
    """Of a key that opens the document, what is packed may be plain: the names of its ways say so."""
    content = an_encrypted_pdf(packed=True).replace(b"/StmF /StdCF", b"/StmF /Identity")
    stream = re.search(rb"stream\n(.*?)\nendstream", content, re.DOTALL)
    assert stream
    plain = zlib.compress(b"4 0 <</Type /Page>>")
    assert fault_of(content.replace(stream[1], plain), kind="pdf") is None
    assert fault_of(content, kind="pdf") is DAMAGED


def test_metadata_that_is_not_encrypted_is_a_part_of_the_key():
    content = an_encrypted_pdf().replace(b"/V 4\n", b"/V 4 /EncryptMetadata false\n")
    assert fault_of(content, kind="pdf") is LOCKED
    assert fault_of(content.replace(b"Metadata false", b"Metadata true"), kind="pdf") is None


@given(
    at=st.integers(0, 2_000),
    noise=st.binary(max_size=12)
    | st.sampled_from([b"<<", b">>", b"[", b"(", b"/R []", b"/V 5", b"%", b"<", b" 1 0 R"]),
    algorithm=st.sampled_from(["RC4-40", "AES-128", "AES-256"]),
)
def test_whatever_stands_in_an_encrypted_pdf_is_answered(at: int, noise: bytes, algorithm: str):
    content = _encrypted(algorithm)
    start = content.index(b"/V ") - 100 + at
    assert fault_of(content[:start] + noise + content[start + len(noise) :], kind="pdf") in {None, *DocumentFault}


@cache
def _encrypted(algorithm: str) -> bytes:
    return an_encrypted_pdf(algorithm, packed=True)


def test_anything_else_is_of_no_kind():
    assert kind_of(PROGRAM) is None


MANY = 10 * 1024**2
TIRING = {
    "ends without an end": b"%PDF-" + b"startxref 0 " * (MANY // 12),
    "packed objects that are none": b"%PDF-" + b"/Type /ObjStm stream\n" * (MANY // 21) + b"startxref\n0\n%%EOF",
    "locks that are none": b"%PDF-" + b"/Encrypt " * (MANY // 9),
    "packed objects of an encrypted one that are none": an_encrypted_pdf()
    .replace(b"/Type /Page\n", b"/Type /Font\n")
    .replace(b"xref\n0", b"1 0 obj /Type /ObjStm stream\n" * (MANY // 30) + b"xref\n0", 1),
    "chunks of nothing": a_png()[:33] + (b"\x00\x00\x00\x00tEXt" + b"\x81\xd8\x2a\xe4") * (MANY // 12),
    "bytes that fill": b"\xff\xd8" + b"\xff" * MANY + b"\x00",
    "segments of nothing": b"\xff\xd8" + b"\xff\xfe\x00\x02" * (MANY // 4),
}


@pytest.mark.parametrize("content", TIRING.values(), ids=TIRING)
def test_nobody_is_kept_busy_by_what_looks_like_a_document(content: bytes):
    begun = time.process_time()
    assert fault_of(content, kind=kind_of(content) or "") is DAMAGED
    assert time.process_time() - begun < 5
