"""Read and write the body of a signature file: base64 text around a CMS, bounded, nothing else in it.

Knows nothing of what the decoded bytes mean; that is `cms`.
"""

import base64
import binascii
import re

from domain.refusals import Refusal, RefusalCode

MAX_SIGNATURE_FILE = 1024 * 1024
"""Bytes of text; a signature with its whole certificate chain needs about 10,000."""

COLUMNS = 64
"""Width of the lines that we write ourselves."""

_LINE_BREAKS = b"\r\n"
_ARMOUR_LABELS = (b"PKCS7", b"CMS")
_FOREIGN_BYTE = re.compile(rb"[^A-Za-z0-9+/=]")


def read_signature_file(raw: bytes, *, limit: int = MAX_SIGNATURE_FILE) -> bytes:
    """Return the bytes that `raw` carries as base64 (batch protocol §2.1).

    Lines may end in CR, LF or CRLF, have any width or be one; a PKCS7 or CMS armour around them is taken off. `limit`
    counts bytes of `raw`. Raises Refusal SIGNATURE_INVALID for a file that is larger, empty or holds any other byte.
    """
    if len(raw) > limit:
        raise _invalid(f"signature file has {len(raw)} bytes, at most {limit} expected")
    body = _take_off_armour(raw).translate(None, _LINE_BREAKS)
    if not body:
        raise _invalid("signature file is empty, base64 expected")
    foreign = _FOREIGN_BYTE.search(body)
    if foreign is not None:
        raise _invalid(f"signature file holds byte 0x{foreign[0].hex()}, only base64 and line breaks expected")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise _invalid(f"signature file is not whole base64: {error}") from error


def render_signature_file(encoded: bytes) -> bytes:
    """Return `encoded` as base64 lines of 64 columns, each ended by LF."""
    text = base64.b64encode(encoded)
    return b"".join(text[start : start + COLUMNS] + b"\n" for start in range(0, len(text), COLUMNS))


def _take_off_armour(raw: bytes) -> bytes:
    text = raw.strip(_LINE_BREAKS)
    for label in _ARMOUR_LABELS:
        opening, closing = b"-----BEGIN " + label + b"-----", b"-----END " + label + b"-----"
        if text.startswith(opening) and text.endswith(closing) and len(text) >= len(opening) + len(closing):
            return text[len(opening) : -len(closing)]
    return text


def _invalid(sentence: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, sentence)
