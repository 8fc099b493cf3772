"""Read certificates whole, and ask for their extensions by kind."""

from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

UNREADABLE = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, TypeError)
"""What the library raises, besides ValueError, for a certificate, list or response that it cannot read.

TypeError is what it makes of a name with a bit string in an unlikely place.
"""

Kind = TypeVar("Kind", bound=x509.ExtensionType)


def parse_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate `der`; ValueError when its form, a name or an extension cannot be read.

    The library reads names and extensions when they are first asked for, so they are asked for here.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.issuer, certificate.extensions
    except UNREADABLE as error:
        message = f"certificate has a part that cannot be read: {error}"
        raise ValueError(message) from error
    if certificate.serial_number <= 0:
        message = f"certificate has the serial number {certificate.serial_number}, a positive one expected"
        raise ValueError(message)
    return certificate


def load_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate `der`; ValueError when it or its key cannot be read."""
    certificate = parse_certificate(der)
    try:
        certificate.public_key()
    except UnsupportedAlgorithm as error:
        message = f"certificate has a key that cannot be read: {error}"
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
