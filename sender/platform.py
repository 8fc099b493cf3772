"""Decide whether an answer was signed by the platform: by one of the certificates that the sender was given."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domain.certificates import CertificateState, RegisteredCertificate
from domain.refusals import Refusal, RefusalCode
from domain.sender_numbers import PLATFORM, SenderNumber
from sender.signatures import require_signed_by
from sender.troubles import SenderError
from signing.certificates import read_certificate

_FOREIGN = "the certificate that signed it is none of those given as the platform's (--platform-certificate)"


class AnswerNotVerifiedError(Exception):
    """An answer does not bear a sound signature of the platform; the message says why, as a sentence part."""


class PlatformTrust:
    """The certificates with which the platform signs; more than one around a renewal."""

    def __init__(self, certificates: tuple[RegisteredCertificate, ...]) -> None:
        self._certificates = certificates

    @classmethod
    def read(cls, path: Path) -> "PlatformTrust":
        """Return the trust in every certificate of a PEM file; SenderError when it holds none."""
        return cls(
            read_certificates(path, owner=PLATFORM, what="The platform's certificate", option="--platform-certificate")
        )

    def verify(self, answer: BinaryIO, signature_file: bytes, *, at: datetime) -> None:
        """Return when the platform signed exactly these bytes and its certificate is valid `at`.

        Raises AnswerNotVerifiedError.
        """
        try:
            require_signed_by(answer, signature_file, owner=PLATFORM, certificates=self._certificates, at=at)
        except Refusal as refusal:
            is_foreign = refusal.code is RefusalCode.CERTIFICATE_NOT_OF_SENDER
            raise AnswerNotVerifiedError(_FOREIGN if is_foreign else refusal.sentence) from refusal


def read_certificates(path: Path, *, owner: SenderNumber, what: str, option: str) -> tuple[RegisteredCertificate, ...]:
    """Return every certificate of a PEM file as one of `owner`; SenderError naming `what` and its `option`."""
    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
        return tuple(_held_by(owner, certificate) for certificate in certificates)
    except OSError as trouble:
        raise SenderError(
            f"{what} {path} cannot be opened: {trouble.strerror}.", next_step=f"Check {option}."
        ) from trouble
    except ValueError as trouble:
        raise SenderError(
            f"{path} holds no certificate in PEM form.",
            next_step="Give the file that starts with -----BEGIN CERTIFICATE-----.",
        ) from trouble


def _held_by(owner: SenderNumber, certificate: x509.Certificate) -> RegisteredCertificate:
    der = certificate.public_bytes(Encoding.DER)
    read_certificate(der)
    return RegisteredCertificate(
        sender=owner,
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        state=CertificateState.ACTIVE,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
