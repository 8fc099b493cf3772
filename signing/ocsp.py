"""Read an OCSP response; only one by the certificate's issuer, or by a responder that it appointed, speaks."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.revocation_statuses import Revocation


@dataclass(slots=True)
class CachedOcspResponse:
    """A successful response about one certificate; which is judged once an issuer."""

    sha256: str
    serial: int
    this_update: datetime
    next_update: datetime | None
    obtained_at: datetime
    _response: ocsp.OCSPResponse
    _genuine: dict[x509.Certificate, bool] = field(default_factory=dict)

    @classmethod
    def read(cls, der: bytes, *, sha256: str, obtained_at: datetime) -> Self:
        """Return the response in `der`; ValueError when it cannot be read or was not successful."""
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ValueError(f"the responder answered {response.response_status.name}")
        return cls(
            sha256=sha256,
            serial=response.serial_number,
            this_update=response.this_update_utc,
            next_update=response.next_update_utc,
            obtained_at=obtained_at,
            _response=response,
        )

    def speaks_of(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Whether the response is genuine and about this certificate, and knows it."""
        if certificate.serial_number != self.serial or self.this_update > certificate.not_valid_after_utc:
            return False
        if self._response.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            return False
        if issuer not in self._genuine:
            self._genuine[issuer] = _names(self._response, issuer) and _is_signed_for(self._response, issuer)
        return self._genuine[issuer]

    def find_revocation(self, _certificate: x509.Certificate) -> Revocation | None:
        """Return since when the certificate is revoked, or None when it is good."""
        since = self._response.revocation_time_utc
        if self._response.certificate_status is not ocsp.OCSPCertStatus.REVOKED or since is None:
            return None
        is_hold = self._response.revocation_reason is x509.ReasonFlags.certificate_hold
        return Revocation(since, is_hold=is_hold)


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
    return any(_has_signed(signer, response) for signer in (issuer, *_appointed(response, issuer)))


def _appointed(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> list[x509.Certificate]:
    """Return the responders inside that the issuer appointed and that were valid then (RFC 6960 §4.2.2.2)."""
    return [
        responder
        for responder in response.certificates
        if _is_responder(responder)
        and responder.not_valid_before_utc <= response.produced_at_utc <= responder.not_valid_after_utc
        and _is_issued_by(responder, issuer)
    ]


def _is_responder(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _has_signed(signer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    algorithm = response.signature_hash_algorithm
    if not isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        return False
    try:
        match signer.public_key():
            case rsa.RSAPublicKey() as key:
                key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey() as key:
                key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
            case _:
                return False
    except InvalidSignature:
        return False
    return True
