"""Read an X.509 certificate into what the signature check asks of it; decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from signing.certificate_extensions import parse_certificate

MAX_REMEMBERED = 4096
"""Certificates kept read, about 5 kB each."""

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """What a certificate says; its validity includes both ends, `usages` is None without a key usage extension."""

    issuer: bytes
    serial: int
    key_identifier: bytes | None
    public_key: object
    not_before: datetime
    not_after: datetime
    usages: frozenset[str] | None


@lru_cache(maxsize=MAX_REMEMBERED)
def read_certificate(der: bytes) -> SigningCertificate:
    """Return what the certificate `der` says, remembered by its very bytes; ValueError when it is not readable.

    `public_key` is None for a kind of key that is not known here.
    """
    certificate = parse_certificate(der)
    return SigningCertificate(
        issuer=certificate.issuer.public_bytes(),
        serial=certificate.serial_number,
        key_identifier=_read_key_identifier(certificate.extensions),
        public_key=_read_public_key(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        usages=_read_usages(certificate.extensions),
    )


def _read_public_key(certificate: x509.Certificate) -> object:
    try:
        return certificate.public_key()
    except UnsupportedAlgorithm:
        return None


def _read_key_identifier(extensions: x509.Extensions) -> bytes | None:
    try:
        return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def _read_usages(extensions: x509.Extensions) -> frozenset[str] | None:
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return frozenset(name for name in _USAGES if getattr(usage, name))
