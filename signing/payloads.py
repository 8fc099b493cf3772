"""Digest a payload in chunks, so that its size never matters."""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from domain.trust import LineEnds
from signing.algorithms import DigestAlgorithm

CHUNK = 256 * 1024
"""Bytes read at a time."""


def digest_payload(payload: BinaryIO | bytes, *, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest of the exact bytes of `payload`, a stream being read from where it stands to its end."""
    stream = BytesIO(payload) if isinstance(payload, bytes) else payload
    running = algorithm.start()
    while chunk := stream.read(CHUNK):
        running.update(chunk)
    return running.digest()


@dataclass(frozen=True, slots=True)
class PayloadDigests:
    """The digest of the exact bytes, and where it was asked for, of the payload with its line ends made CRLF."""

    as_is: bytes
    canonical_text: bytes | None = None

    @property
    def forms(self) -> dict[LineEnds, bytes]:
        """Every form that differs from the ones before, with its digest."""
        forms = {LineEnds.AS_IS: self.as_is}
        if self.canonical_text not in {None, self.as_is}:
            forms[LineEnds.CANONICAL_TEXT] = self.canonical_text
        return forms


def digest_payload_and_text(payload: BinaryIO, *, algorithm: DigestAlgorithm) -> PayloadDigests:
    """Return both digests of `payload`, read once, from where it stands to its end.

    Canonical text is what OpenSSL signs without `-binary`: a LF that no CR precedes gets one (batch protocol §2.3).
    """
    as_is, text = algorithm.start(), algorithm.start()
    ends_in_cr = False
    while chunk := payload.read(CHUNK):
        as_is.update(chunk)
        if ends_in_cr and chunk.startswith(b"\n"):
            text.update(b"\n")
            text.update(_canonical(chunk[1:]))
        else:
            text.update(_canonical(chunk))
        ends_in_cr = chunk.endswith(b"\r")
    return PayloadDigests(as_is.digest(), text.digest())


def _canonical(chunk: bytes) -> bytes:
    return chunk.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
