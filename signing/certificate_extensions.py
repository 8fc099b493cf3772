"""Read certificates whole, and ask for their extensions by kind."""

from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

UNREADABLE = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""What the library raises, besides ValueError, for a certificate, list or response that it cannot read."""

Kind = TypeVar("Kind", bound=x509.ExtensionType)


def load_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate `der`; ValueError when it, its key or one of its extensions cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
        certificate.extensions  # noqa: B018 - reads them all, once
    except (*UNREADABLE, UnsupportedAlgorithm) as error:
        message = f"certificate has a part that cannot be read: {error}"
        raise ValueError(message) from error
    return certificate


def find_extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    """Return the extension of this kind, None when the certificate has none."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether the basic constraints say that the certificate is an authority's."""
    constraints = find_extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def is_self_issued(certificate: x509.Certificate) -> bool:
    """Whether subject and issuer are the same name (RFC 5280 §3.2)."""
    return certificate.subject == certificate.issuer


def describe_certificate(certificate: x509.Certificate) -> str:
    """Return words for a sentence; of a certificate that may be a person's the serial number stands for the name."""
    if is_authority(certificate):
        return f"the certificate of {certificate.subject.rfc4514_string()}"
    return f"the certificate with serial number {certificate.serial_number:x}"
