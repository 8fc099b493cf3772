"""Read an OCSP response; only one by the certificate's issuer, or by a responder that it appointed, speaks."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.algorithms import SCHEMES, has_signed
from signing.certificate_extensions import UNREADABLE, find_extension
from signing.crls import read_instant
from signing.path_checks import UNDERSTOOD, has_strong_digest, is_issued_by
from signing.public_keys import may_certify
from signing.revocation_statuses import Revocation

_ARCHIVE_CUTOFF = x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.6")


@dataclass(slots=True)
class CachedOcspResponse:
    """A successful response about one certificate; whether an issuer stands behind it is found out once an issuer.

    `keeps_since` is the expiry from which on certificates are still spoken of, None when nothing is said of that.
    """

    sha256: str
    serial: int
    this_update: datetime
    next_update: datetime | None
    obtained_at: datetime
    keeps_since: datetime | None
    _response: ocsp.OCSPResponse
    _genuine: dict[x509.Certificate, bool] = field(default_factory=dict)

    @classmethod
    def read(cls, der: bytes, *, sha256: str, obtained_at: datetime) -> Self:
        """Return the response in `der`; ValueError when it cannot be read, was not successful or is of an odd kind."""
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ValueError(f"the responder answered {response.response_status.name}")
        try:
            _require_understood(response)
            return cls(
                sha256=sha256,
                serial=response.serial_number,
                this_update=response.this_update_utc,
                next_update=response.next_update_utc,
                obtained_at=obtained_at,
                keeps_since=read_instant(response.single_extensions, _ARCHIVE_CUTOFF),
                _response=response,
            )
        except (*UNREADABLE, UnsupportedAlgorithm) as error:
            message = f"the response has a part that cannot be read: {error}"
            raise ValueError(message) from error

    def speaks_of(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Whether the response is genuine, about this certificate, and knows it."""
        if certificate.serial_number != self.serial:
            return False
        if self._response.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            return False
        if issuer not in self._genuine:
            self._genuine[issuer] = _names(self._response, issuer) and _is_signed_for(self._response, issuer)
        return self._genuine[issuer]

    def find_revocation(self, _certificate: x509.Certificate) -> Revocation | None:
        """Return since when the certificate is revoked, or None when it is good."""
        since = self._response.revocation_time_utc
        if since is None:
            return None
        is_hold = self._response.revocation_reason is x509.ReasonFlags.certificate_hold
        return Revocation(since, is_hold=is_hold)

    def vouches_for(self, certificate: x509.Certificate) -> bool:
        """Whether `good` says something: a responder may not know any more what was revoked before it expired."""
        expiry = certificate.not_valid_after_utc
        return self.this_update <= expiry or (self.keeps_since is not None and self.keeps_since <= expiry)


def _require_understood(response: ocsp.OCSPResponse) -> None:
    _ = response.hash_algorithm, response.certificates
    for extension in (*response.extensions, *response.single_extensions):
        if extension.critical:
            raise ValueError(f"the response has a critical extension {extension.oid.dotted_string}")


def _names(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """Whether the response speaks of certificates of this issuer, by the digests of its name and key (RFC 6960 §4.1.1)."""

    def digest(data: bytes) -> bytes:
        running = hashes.Hash(response.hash_algorithm)
        running.update(data)
        return running.finalize()

    info = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = asn1_keys.PublicKeyInfo.load(info)["public_key"].contents[1:]  # without the count of unused bits
    return (digest(issuer.subject.public_bytes()), digest(key)) == (
        response.issuer_name_hash,
        response.issuer_key_hash,
    )


def _is_signed_for(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    appointed = (responder for responder in response.certificates if _is_appointed(responder, issuer, response))
    return any(_has_signed(signer, response) for signer in (issuer, *appointed))


def _is_appointed(responder: x509.Certificate, issuer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    """Whether the issuer let the responder speak for it at that time, and for good (RFC 6960 §4.2.2.2).

    Who is revoked could say of himself that he is not; so only one that is not to be asked about counts.
    """
    try:
        return (
            _is_responder(responder)
            and responder.not_valid_before_utc <= response.produced_at_utc <= responder.not_valid_after_utc
            and may_certify(responder.public_key())
            and has_strong_digest(responder)
            and is_issued_by(responder, issuer)
        )
    except (ValueError, *UNREADABLE, UnsupportedAlgorithm):
        return False


def _is_responder(certificate: x509.Certificate) -> bool:
    purposes = find_extension(certificate, x509.ExtendedKeyUsage)
    usage = find_extension(certificate, x509.KeyUsage)
    return (
        purposes is not None
        and ExtendedKeyUsageOID.OCSP_SIGNING in purposes
        and (usage is None or usage.digital_signature or usage.content_commitment)
        and find_extension(certificate, x509.OCSPNoCheck) is not None
        and all(
            extension.oid in {*UNDERSTOOD, x509.OCSPNoCheck.oid}
            for extension in certificate.extensions
            if extension.critical
        )
    )


def _has_signed(signer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    scheme, algorithm = SCHEMES.get(response.signature_algorithm_oid.dotted_string, (None, None))
    if scheme is None or algorithm is None or not may_certify(signer.public_key()):
        return False
    return has_signed(
        signer.public_key(),
        scheme=scheme,
        digest_algorithm=algorithm,
        digest=algorithm.digest(response.tbs_response_bytes),
        value=response.signature,
    )
