"""Public SSH keys by which technical users sign in: which kinds are taken, and how their files are read.

The door and whoever registers a key go by the same lists.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Self

SMALLEST_RSA_KEY = 2048
LARGEST_RSA_KEY = 8192
"""Bits; larger keys cost the door more than they add."""

KEY_KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)
"""Kinds of keys, as they open a public key file; the kind `ssh-rsa` says nothing of how its holder signs."""

_RSA = "ssh-rsa"
_LONGEST_FILE = 16_384
_LENGTH_BYTES = 4
_LONGEST_BLOB = 2048


@dataclass(frozen=True, slots=True)
class SshPublicKey:
    """A key of a kind that may sign in; `blob` is its wire form."""

    kind: str
    blob: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the one key of an OpenSSH public key file; ValueError with a sentence for anything else."""
        if len(text) > _LONGEST_FILE:
            raise ValueError(f"the file has more than {_LONGEST_FILE} characters; one public key is expected")
        if "PRIVATE KEY" in text:
            raise ValueError("the file holds a private key, which must never leave its owner")
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        if len(lines) != 1:
            raise ValueError(f"the file holds {len(lines)} lines; one public key is expected")
        words = lines[0].split()
        if len(words) == 1 or not words[0].isascii():
            raise ValueError("the file is no OpenSSH public key: a kind and the key itself are expected")
        kind = words[0]
        if kind not in KEY_KINDS:
            raise ValueError(f"keys of the kind {kind[:40]!r} are not taken; {', '.join(KEY_KINDS)} are")
        key = cls(kind, _decode(words[1]))
        key.require_sound()
        return key

    def require_sound(self) -> None:
        """Raise ValueError when the wire form is another kind's, cut short, or that of a weak key."""
        fields = _fields(self.blob)
        if not fields or fields[0] != self.kind.encode("ascii"):
            raise ValueError(f"the file says {self.kind}, the key in it is of another kind")
        if self.kind != _RSA:
            return
        bits = int.from_bytes(fields[-1], "big").bit_length()
        if not SMALLEST_RSA_KEY <= bits <= LARGEST_RSA_KEY:
            raise ValueError(f"the RSA key has {bits} bits; {SMALLEST_RSA_KEY} to {LARGEST_RSA_KEY} are expected")


def _decode(text: str) -> bytes:
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("the key is no base64") from None
    if len(blob) > _LONGEST_BLOB:
        raise ValueError(f"the key has {len(blob)} bytes; at most {_LONGEST_BLOB} are taken")
    return blob


def _fields(blob: bytes) -> list[bytes]:
    """Return the fields of a wire form, each preceded by its length (RFC 4251 §5)."""
    fields, place = [], 0
    while place < len(blob):
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(blob[place:start], "big")
        if place > len(blob):
            raise ValueError("the key is cut short")
        fields.append(blob[start:place])
    return fields
