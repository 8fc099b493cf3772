"""Digest a payload in chunks, so that its size never matters."""

from io import BytesIO
from typing import BinaryIO

from domain.trust import LineEnds
from signing.algorithms import DigestAlgorithm
from signing.canonical_text import CanonicalText

CHUNK = 256 * 1024
"""Bytes read at a time."""


def digest_payload(payload: BinaryIO | bytes, *, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest of the exact bytes of `payload`, a stream being read from where it stands to its end."""
    stream = BytesIO(payload) if isinstance(payload, bytes) else payload
    running = algorithm.start()
    while chunk := stream.read(CHUNK):
        running.update(chunk)
    return running.digest()


def digest_payload_and_text(payload: BinaryIO, *, algorithm: DigestAlgorithm) -> dict[LineEnds, bytes]:
    """Return the digest of the exact bytes and that of their canonical text, in this order (batch protocol §2.3).

    The payload is read once, from where it stands to its end. A canonical text that is no other than the payload is
    left out.
    """
    as_is, as_text = algorithm.start(), algorithm.start()
    text = CanonicalText()
    while chunk := payload.read(CHUNK):
        as_is.update(chunk)
        for piece in text.convert(chunk):
            as_text.update(piece)
    digests = {LineEnds.AS_IS: as_is.digest()}
    if as_text.digest() != digests[LineEnds.AS_IS]:
        digests[LineEnds.CANONICAL_TEXT] = as_text.digest()
    return digests
