"""Documents that prove something, for tests: whole and sound, the smallest there are."""

import struct
import zlib


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
