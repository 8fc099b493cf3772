"""Decide whether a certificate registered for a sender may sign at an instant; one small check a reason.

A further reason (path, policy, revocation) is one more function in `CHECKS`.
"""

from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from domain.certificates import CertificateState, RegisteredCertificate
from domain.refusals import Refusal, RefusalCode
from signing.algorithms import CURVES, MIN_RSA_BITS
from signing.certificates import SigningCertificate

SIGNING_USAGES = frozenset({"digital_signature", "content_commitment"})

CertificateCheck = Callable[[RegisteredCertificate, SigningCertificate, datetime], None]


def require_active(registered: RegisteredCertificate, _certificate: SigningCertificate, _at: datetime) -> None:
    """The registration is not withdrawn (batch protocol §2.4, renewal)."""
    if registered.state is not CertificateState.ACTIVE:
        raise _unfit(registered, f"is {registered.state}, {CertificateState.ACTIVE} expected")


def require_registration_window(
    registered: RegisteredCertificate, _certificate: SigningCertificate, at: datetime
) -> None:
    """The instant lies in the window of the registration, which excludes its end (batch protocol §2.4, renewal)."""
    start, end = registered.valid_from, registered.valid_until
    if not start <= at < end:
        raise _unfit(registered, f"is registered from {start.isoformat()} until {end.isoformat()}, {_named(at)}")


def require_certificate_window(
    registered: RegisteredCertificate, certificate: SigningCertificate, at: datetime
) -> None:
    """The instant lies in the certificate's own validity, which includes both ends (RFC 5280 §4.1.2.5)."""
    start, end = certificate.not_before, certificate.not_after
    if not start <= at <= end:
        raise _unfit(registered, f"is valid from {start.isoformat()} to {end.isoformat()}, {_named(at)}")


def require_signing_usage(registered: RegisteredCertificate, certificate: SigningCertificate, _at: datetime) -> None:
    """A key usage extension, when present, names one of the two usages that sign (batch protocol §2.3)."""
    if certificate.usages is not None and not certificate.usages & SIGNING_USAGES:
        got = ", ".join(sorted(certificate.usages)) or "nothing"
        raise _unfit(registered, f"has a key for {got}, digital_signature or content_commitment expected")


def require_strong_key(registered: RegisteredCertificate, certificate: SigningCertificate, _at: datetime) -> None:
    """The key is RSA of 2048 bits or more, or ECDSA on P-256 or P-384 (batch protocol §2.1)."""
    match certificate.public_key:
        case rsa.RSAPublicKey(key_size=bits) if bits >= MIN_RSA_BITS:
            return
        case ec.EllipticCurvePublicKey(curve=curve) if curve.name in CURVES:
            return
        case rsa.RSAPublicKey(key_size=bits):
            got = f"RSA of {bits} bits"
        case ec.EllipticCurvePublicKey(curve=curve):
            got = f"ECDSA on {curve.name}"
        case _:
            got = "neither RSA nor ECDSA"
    raise _unfit(registered, f"has a key that is {got}, RSA of {MIN_RSA_BITS} bits or more, P-256 or P-384 expected")


CHECKS: tuple[CertificateCheck, ...] = (
    require_active,
    require_registration_window,
    require_certificate_window,
    require_signing_usage,
    require_strong_key,
)
"""In the order in which the first reason is told."""


def require_fit(registered: RegisteredCertificate, certificate: SigningCertificate, *, at: datetime) -> None:
    """Raise the first Refusal SIGNATURE_INVALID of `CHECKS`, or return (batch protocol §5, signature codes)."""
    for check in CHECKS:
        check(registered, certificate, at)


def _named(at: datetime) -> str:
    return f"not at {at.isoformat()}"


def _unfit(registered: RegisteredCertificate, sentence: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, f"certificate {registered.sha256[:16]} {sentence}")
