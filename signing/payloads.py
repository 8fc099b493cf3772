"""Digest a payload in chunks, so that its size never matters."""

from io import BytesIO
from typing import BinaryIO

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
