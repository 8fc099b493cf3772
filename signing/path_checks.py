"""Judge a chain of certificates link by link; one small check a reason, in the words of the one who has to mend it.

Names and policies, which hang together over a whole chain, are judged by `name_constraints` and `policies`.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from signing.certificate_extensions import describe_certificate, find_extension, is_authority, is_self_issued
from signing.path_candidates import Chain
from signing.public_keys import describe_key, may_certify

PathCheck = Callable[[Chain, datetime], str | None]
"""Returns what is wrong with a chain, from the signer's certificate to the anchor's, or None."""

POLICY_MAPPINGS = x509.ObjectIdentifier("2.5.29.33")

UNDERSTOOD = frozenset(
    {
        x509.AuthorityInformationAccess.oid,
        x509.AuthorityKeyIdentifier.oid,
        x509.BasicConstraints.oid,
        x509.CertificatePolicies.oid,
        x509.CRLDistributionPoints.oid,
        x509.ExtendedKeyUsage.oid,
        x509.InhibitAnyPolicy.oid,
        x509.KeyUsage.oid,
        x509.NameConstraints.oid,
        x509.PolicyConstraints.oid,
        x509.SubjectAlternativeName.oid,
        x509.SubjectKeyIdentifier.oid,
        POLICY_MAPPINGS,
    }
)
"""Extensions that may be critical; for what a signer's key is extended to is nobody's business here."""


def find_window_fault(chain: Chain, at: datetime) -> str | None:
    """Every certificate is valid at the instant, both ends included, the anchor's too (RFC 5280 §4.1.2.5)."""
    for certificate in chain:
        start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if not start <= at <= end:
            window = f"from {start.isoformat()} to {end.isoformat()}"
            return f"{describe_certificate(certificate)} is valid {window}, not {at.isoformat()}"
    return None


def find_extension_fault(chain: Chain, _at: datetime) -> str | None:
    """No certificate, the anchor's included, has a critical extension that nobody reads here (RFC 5280 §4.2)."""
    for certificate in chain:
        for extension in certificate.extensions:
            if extension.critical and extension.oid not in UNDERSTOOD:
                kind = extension.oid.dotted_string
                return f"{describe_certificate(certificate)} has a critical extension {kind}, not known here"
    return None


def find_authority_fault(chain: Chain, _at: datetime) -> str | None:
    """Every certificate but the signer's is an authority's with a strong key for it (RFC 5280 §4.2.1.3, §4.2.1.9)."""
    for certificate in chain[1:]:
        if not is_authority(certificate):
            return f"{describe_certificate(certificate)} is no authority by its basic constraints"
        usage = find_extension(certificate, x509.KeyUsage)
        if usage is not None and not usage.key_cert_sign:
            return f"{describe_certificate(certificate)} has a key that is not for signing certificates"
        if not may_certify(certificate.public_key()):
            got = describe_key(certificate.public_key())
            expected = "RSA of 2048 bits, P-256 or stronger expected"
            return f"{describe_certificate(certificate)} has a key that is {got}, {expected}"
    return None


def find_length_fault(chain: Chain, _at: datetime) -> str | None:
    """No authority has more authorities below it than it allows, self-issued ones not counted (RFC 5280 §4.2.1.9)."""
    below = 0
    for certificate in chain[1:]:
        constraints = find_extension(certificate, x509.BasicConstraints)
        if constraints is not None and constraints.path_length is not None and below > constraints.path_length:
            allowed = constraints.path_length
            return f"{describe_certificate(certificate)} allows {allowed} authorities below it, got {below}"
        below += not is_self_issued(certificate)
    return None


def find_signature_fault(chain: Chain, _at: datetime) -> str | None:
    """Every certificate below the anchor is signed by the next one, with SHA-2 (RFC 5280 §6.1.3)."""
    for certificate, issuer in pairwise(chain):
        if not has_strong_digest(certificate):
            return f"{describe_certificate(certificate)} is not signed with SHA-256, SHA-384 or SHA-512"
        if not is_issued_by(certificate, issuer):
            return f"{describe_certificate(certificate)} is not signed with the key of {describe_certificate(issuer)}"
    return None


CHECKS: tuple[PathCheck, ...] = (
    find_signature_fault,
    find_authority_fault,
    find_window_fault,
    find_length_fault,
    find_extension_fault,
)
"""In the order in which the first reason is told."""


def has_strong_digest(signed: x509.Certificate | x509.CertificateRevocationList) -> bool:
    """Whether the signature on it is over SHA-256, SHA-384 or SHA-512."""
    try:
        return isinstance(signed.signature_hash_algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512)
    except UnsupportedAlgorithm:
        return False


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's name stands in the certificate and its key has signed it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
