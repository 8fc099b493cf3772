"""Sign audit heads as answers are signed, and judge such signatures: by the platform's certificate, or its authority's."""

import hashlib
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from domain.certificates import CertificateState, RegisteredCertificate
from domain.refusals import OutageError, Refusal
from domain.sender_numbers import PLATFORM
from domain.trust import TrustMaterial
from signing.answers import AnswerSealer
from signing.detached import check_signer
from signing.signature_files import read_signature_file, render_signature_file
from signing.trust import CertificateTrust, PinnedCertificates

ANSWERS, AUTHORITY = "answers.cert.pem", "authority.cert.pem"


class HeadSigner:
    """Fulfils `evidence.heads.SignsHeads` with the key that signs answers."""

    def __init__(self, sealer: AnswerSealer) -> None:
        self._sealer = sealer

    def sign(self, text: bytes, *, at: datetime) -> bytes:
        """Return a detached CMS, DER, over the text."""
        return read_signature_file(self._sealer.seal(text, at=at))


class PlatformSignatures:
    """Fulfils `evidence.heads.ChecksHeads`: the certificate of answers signed, or one that the authority issued."""

    def __init__(self, own: x509.Certificate, authority: x509.Certificate | None) -> None:
        self._own = own
        anchors = () if authority is None else (authority.public_bytes(Encoding.DER),)
        self._trust = CertificateTrust(TrustMaterial(anchors, (), ()), max_age=timedelta(0))
        self.anchor = own if authority is None else authority

    @classmethod
    def read(cls, keys: Path) -> Self:
        """Return the platform's certificates from the folder of keys; OutageError when there are none."""
        try:
            own = x509.load_pem_x509_certificate((keys / ANSWERS).read_bytes())
            authority = keys / AUTHORITY
            issuer = x509.load_pem_x509_certificate(authority.read_bytes()) if authority.exists() else None
        except (OSError, ValueError) as trouble:
            raise OutageError(f"the platform's certificate cannot be read: {trouble}") from trouble
        return cls(own, issuer)

    def find_fault(self, text: bytes, signature: bytes, *, at: datetime) -> str | None:
        """Return why the platform did not sign this text at that instant, None when it did."""
        try:
            check_signer(
                io.BytesIO(text),
                render_signature_file(signature),
                sender=PLATFORM,
                registered=[_registered(one) for one in self._believed(signature, at=at)],
                at=at,
                trust=PinnedCertificates(),
            )
        except (Refusal, OutageError) as fault:
            return str(fault)
        return None

    def _believed(self, signature: bytes, *, at: datetime) -> list[x509.Certificate]:
        """Return the platform's certificate, and those in the signature that its authority issued: earlier ones."""
        believed = [self._own]
        for certificate in embedded_certificates(signature):
            try:
                self._trust.require_path(certificate.public_bytes(Encoding.DER), at=at)
            except Refusal:
                continue
            believed.append(certificate)
        return believed


def embedded_certificates(signature: bytes) -> list[x509.Certificate]:
    """Return the certificates that a CMS (DER) carries; none when it is no CMS."""
    try:
        return pkcs7.load_der_pkcs7_certificates(signature)
    except ValueError:
        return []


def _registered(certificate: x509.Certificate) -> RegisteredCertificate:
    der = certificate.public_bytes(Encoding.DER)
    return RegisteredCertificate(
        sender=PLATFORM,
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        state=CertificateState.ACTIVE,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
