"""Documents that prove something, for tests: whole and sound, the smallest there are."""

import re
import struct
import zlib
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import NameObject, NumberObject, StreamObject


def a_pdf(said: str = "badge log", *, trailer: str = "/Root 1 0 R", packed: bool = False) -> bytes:
    """Return a document of one page; `packed` has its page among packed objects, as newer writers do."""
    page = b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj\n"
    if packed:
        objects = zlib.compress(b"3 0 <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>")
        page = (
            b"4 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode>> stream\r\n"
            + objects
            + b"\nendstream endobj\n"
        )
    return b"".join(
        (
            f"%PDF-1.7\n% {said}\n".encode(),
            b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n",
            page,
            f"trailer <<{trailer}>>\nstartxref\n0\n%%EOF\n".encode(),
        )
    )


def an_encrypted_pdf(algorithm: str = "AES-128", *, password: str = "", packed: bool = False) -> bytes:
    """Return a document of one page that another program encrypted, whose owner alone may print it."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if packed:
        objects = StreamObject()
        objects.set_data(zlib.compress(b"4 0 <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>"))
        for name, value in (
            ("/Type", NameObject("/ObjStm")),
            ("/N", NumberObject(1)),
            ("/First", NumberObject(4)),
            ("/Filter", NameObject("/FlateDecode")),
        ):
            objects[NameObject(name)] = value
        writer.root_object[NameObject("/Packed")] = writer._add_object(objects)
    writer.encrypt(password, "of the owner", permissions_flag=0, algorithm=algorithm)
    written = BytesIO()
    writer.write(written)
    content = written.getvalue()
    return content.replace(b"/Type /Page\n", b"/Type /None\n") if packed else content


def with_text_strings(content: bytes) -> bytes:
    """Return the document with its strings written as text with escapes, as most programs do, and not as digits."""
    return re.sub(rb"<([0-9a-f]{16,})>", lambda found: _as_text(bytes.fromhex(found[1].decode())), content)


def _as_text(value: bytes) -> bytes:
    names = {ord("\n"): b"\\n", ord("\r"): b"\\r", ord("("): b"\\(", ord(")"): b"\\051", ord("\\"): b"\\\\"}
    return b"(" + b"".join(names.get(byte, bytes([byte])) for byte in value) + b")"


def a_png(*, width: int = 1, height: int = 1) -> bytes:
    """Return a picture of one colour."""
    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    drawn = zlib.compress((b"\x00" + b"\x7f" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", drawn) + _chunk(b"IEND", b"")


def a_jpeg(*, width: int = 1, height: int = 1) -> bytes:
    """Return the frame of a picture, what a scan drew, and the end."""
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    scan = b"\x01\x01\x00\x00\x3f\x00"
    return b"\xff\xd8" + _segment(0xC0, frame) + _segment(0xDA, scan) + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9"


def _chunk(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))


def _segment(marker: int, said: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(said) + 2) + said
