"""The commands that a Belgian card understands, and the words it answers with (access and login §5.2)."""

from typing import Final

DONE: Final = 0x9000
BLOCKED: Final = 0x6983
NOT_FOUND: Final = frozenset({0x6A82, 0x6A86})

AUTHENTICATION_FILE: Final = bytes.fromhex("DF005038")
SIGNATURE_FILE: Final = bytes.fromhex("DF005039")
AUTHORITY_FILE: Final = bytes.fromhex("DF00503A")
ROOT_FILE: Final = bytes.fromhex("DF00503B")

AUTHENTICATION_KEY: Final = 0x82
SIGNATURE_KEY: Final = 0x83

SHA256_WITH_ECDSA: Final = 0x01
SHA384_WITH_ECDSA: Final = 0x02
SHA256_WITH_RSA: Final = 0x08

PIN_REFERENCE: Final = 0x01
PIN_BLOCK_BYTES: Final = 8
LOG_OFF: Final = bytes.fromhex("80E60000")
GET_CARD_DATA: Final = bytes.fromhex("80E400001C")
APPLET_BYTE: Final = 21
"""Where the answer to GET CARD DATA has the version of the applet."""
ASK_TRIES: Final = bytes((0x00, 0x20, 0x00, PIN_REFERENCE, 0x00))
"""VERIFY without a PIN: tells how many tries are left and uses none."""


def select_file(path: bytes) -> bytes:
    """Return SELECT FILE by its path from the master file."""
    return bytes((0x00, 0xA4, 0x08, 0x0C, len(path))) + path


def read_binary(offset: int, count: int) -> bytes:
    """Return READ BINARY of 1 to 256 bytes at `offset`."""
    return bytes((0x00, 0xB0, offset >> 8, offset & 0xFF, count & 0xFF))


def get_response(count: int) -> bytes:
    """Return GET RESPONSE for what a card of protocol T=0 holds ready."""
    return bytes((0x00, 0xC0, 0x00, 0x00, count))


def prepare_signature(algorithm: int, key: int) -> bytes:
    """Return MSE SET: which key signs next, and how."""
    return bytes((0x00, 0x22, 0x41, 0xB6, 0x05, 0x04, 0x80, algorithm, 0x84, key))


def sign_digest(digest: bytes) -> bytes:
    """Return PSO COMPUTE DIGITAL SIGNATURE over a digest."""
    return bytes((0x00, 0x2A, 0x9E, 0x9A, len(digest))) + digest + b"\0"


def verify_pin(digits: str) -> bytes:
    """Return VERIFY with the PIN as `2n`, its digits and fill; the caller keeps it out of every log."""
    return bytes((0x00, 0x20, 0x00, PIN_REFERENCE, PIN_BLOCK_BYTES)) + pin_block(digits)


def pin_block(digits: str) -> bytes:
    """Return the eight bytes of a PIN of 4 to 12 digits; ValueError otherwise, without the digits."""
    if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 12):  # noqa: PLR2004 - the card's own limits
        raise ValueError("a PIN has 4 to 12 digits")
    return bytes.fromhex(f"2{len(digits):x}{digits:f<14}")


def expects_answer(command: bytes) -> bool:
    """Whether a short command has both data and an expected length at its end (ISO 7816-3, case 4)."""
    header_and_length = 5
    return len(command) > header_and_length and len(command) == header_and_length + command[4] + 1
