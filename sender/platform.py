"""Decide whether an answer was signed by the platform: by one of the certificates that the sender was given."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domain.certificates import CertificateState, RegisteredCertificate
from domain.refusals import OutageError, Refusal
from domain.sender_numbers import PLATFORM
from sender.troubles import SenderError
from signing.detached import check_signer


class AnswerNotVerifiedError(Exception):
    """An answer does not bear a sound signature of the platform; the message says why, as a sentence part."""


class PlatformTrust:
    """The certificates with which the platform signs; more than one around a renewal."""

    def __init__(self, certificates: tuple[RegisteredCertificate, ...]) -> None:
        self._certificates = certificates

    @classmethod
    def read(cls, path: Path) -> "PlatformTrust":
        """Return the trust in every certificate of a PEM file; SenderError when it holds none."""
        try:
            certificates = x509.load_pem_x509_certificates(path.read_bytes())
        except OSError as trouble:
            raise SenderError(
                f"The platform's certificate {path} cannot be opened: {trouble.strerror}.",
                next_step="Check --platform-certificate.",
            ) from trouble
        except ValueError as trouble:
            raise SenderError(
                f"{path} holds no certificate in PEM form.",
                next_step="Give the certificate with which the platform signs its answers.",
            ) from trouble
        return cls(tuple(_trusted(certificate) for certificate in certificates))

    def verify(self, answer: BinaryIO, signature_file: bytes, *, at: datetime) -> None:
        """Return when the platform signed exactly these bytes and its certificate is valid `at`.

        Raises AnswerNotVerifiedError.
        """
        try:
            check_signer(answer, signature_file, sender=PLATFORM, registered=self._certificates, at=at)
        except Refusal as refusal:
            raise AnswerNotVerifiedError(refusal.sentence) from refusal
        except OutageError as trouble:
            raise AnswerNotVerifiedError(str(trouble)) from trouble


def _trusted(certificate: x509.Certificate) -> RegisteredCertificate:
    der = certificate.public_bytes(Encoding.DER)
    return RegisteredCertificate(
        sender=PLATFORM,
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        state=CertificateState.ACTIVE,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
