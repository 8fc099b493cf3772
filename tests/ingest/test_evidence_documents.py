"""A document proves something only if people can open it: whole, unlocked, with something on it."""

import time

import pytest

from ingest.evidence_documents import DocumentFault, fault_of, kind_of
from tests.proving_documents import a_jpeg, a_pdf, a_png

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


def test_anything_else_is_of_no_kind():
    assert kind_of(PROGRAM) is None


MANY = 10 * 1024**2
TIRING = {
    "ends without an end": b"%PDF-" + b"startxref 0 " * (MANY // 12),
    "packed objects that are none": b"%PDF-" + b"/Type /ObjStm stream\n" * (MANY // 21) + b"startxref\n0\n%%EOF",
    "locks that are none": b"%PDF-" + b"/Encrypt " * (MANY // 9),
    "chunks of nothing": a_png()[:33] + (b"\x00\x00\x00\x00tEXt" + b"\x81\xd8\x2a\xe4") * (MANY // 12),
    "bytes that fill": b"\xff\xd8" + b"\xff" * MANY + b"\x00",
    "segments of nothing": b"\xff\xd8" + b"\xff\xfe\x00\x02" * (MANY // 4),
}


@pytest.mark.parametrize("content", TIRING.values(), ids=TIRING)
def test_nobody_is_kept_busy_by_what_looks_like_a_document(content: bytes):
    begun = time.process_time()
    assert fault_of(content, kind=kind_of(content) or "") is DAMAGED
    assert time.process_time() - begun < 5
