"""Verify a signature file against certificates at hand: who signed these bytes; trust lists are the counter's alone."""

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import BinaryIO

from domain.certificates import RegisteredCertificate
from domain.refusals import OutageError, Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from signing.cms import read_cms
from signing.detached import TextMode, check_signer
from signing.signature_files import MAX_SIGNATURE_FILE, read_signature_file
from signing.trust import PinnedCertificates

MAX_READ = MAX_SIGNATURE_FILE + 1
"""Bytes of a signature file to read: one above the limit is enough for the reader to refuse it."""


class Signatures(Enum):
    """Whether a set needs its FS files: everywhere but in simulation, unless the operator said otherwise of its sender.

    Over a channel that carries a signature of its own they are forbidden, and stay where they are.
    """

    NEEDED = "needed"
    WAIVED = "waived"
    FORBIDDEN = "forbidden"


def require_readable_signature(signature_file: bytes) -> None:
    """Return when the file carries a detached signature; Refusal SIGNATURE_INVALID when its form is wrong."""
    read_cms(read_signature_file(signature_file))


def require_signed_by(
    payload: BinaryIO,
    signature_file: bytes,
    *,
    owner: SenderNumber,
    certificates: Collection[RegisteredCertificate],
    at: datetime,
) -> None:
    """Return when one of the owner's `certificates` signed the exact bytes of `payload`, and may sign `at`.

    Path and revocation are not judged: whoever holds a certificate here trusts it itself. Raises Refusal in the order
    of batch protocol §5, signature codes.
    """
    try:
        check_signer(
            payload,
            signature_file,
            sender=owner,
            registered=certificates,
            at=at,
            trust=PinnedCertificates(),
            text_mode=TextMode.REFUSED,
        )
    except OutageError as trouble:
        raise Refusal(RefusalCode.SIGNATURE_INVALID, str(trouble)) from trouble
