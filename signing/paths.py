"""Find the path from a signing certificate to a trust anchor, and judge what the library's verifier leaves out.

`cryptography` builds the path, and checks signatures, windows, basic constraints, path lengths, name constraints on
alternative names and unknown critical extensions. Key usage, key strength, policies and the names in subjects are ours.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from domain.refusals import Refusal, RefusalCode
from domain.trust import TrustMaterial
from signing.algorithms import CURVES, MIN_RSA_BITS
from signing.name_constraints import find_name_fault
from signing.policies import find_policy_fault

MAX_INTERMEDIATES = 8
"""Certificates between the signer's and the anchor."""

_MAX_REASON = 300


class _UnfitAuthorityError(ValueError):
    """An authority in a path may not be relied on; the message says why."""


@dataclass(frozen=True, slots=True)
class TrustedPath:
    """Certificates from the signer's to the anchor's, and the window (both ends included) in which all are valid."""

    certificates: tuple[x509.Certificate, ...]
    sha256: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime

    @property
    def signer(self) -> bytes:
        """The signer's certificate as DER."""
        return self.certificates[0].public_bytes(Encoding.DER)


def path_of(chain: tuple[x509.Certificate, ...]) -> TrustedPath:
    """Return `chain`, from the signer's certificate to the anchor, as a path with its common window."""
    return TrustedPath(
        certificates=chain,
        sha256=tuple(hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest() for certificate in chain),
        valid_from=max(certificate.not_valid_before_utc for certificate in chain),
        valid_until=min(certificate.not_valid_after_utc for certificate in chain),
    )


class PathFinder:
    """Finds paths through one set of anchors and intermediates; ValueError when one of those is no certificate."""

    def __init__(self, material: TrustMaterial, *, policies: frozenset[str]) -> None:
        anchors = [x509.load_der_x509_certificate(der) for der in material.anchors]
        self._store = Store(anchors) if anchors else None
        self._intermediates = [x509.load_der_x509_certificate(der) for der in material.intermediates]
        self._policies = policies

    def find(self, der: bytes, *, at: datetime) -> TrustedPath:
        """Return the path of the certificate `der`, valid at `at`, the anchor's own validity included.

        Raises Refusal SIGNATURE_INVALID with the reason; ValueError when `der` is no certificate.
        """
        leaf = x509.load_der_x509_certificate(der)
        if self._store is None:
            raise _no_path("no authority is trusted here")
        _require_end_entity(leaf)
        verifier = (
            PolicyBuilder()
            .store(self._store)
            .time(at)
            .max_chain_depth(MAX_INTERMEDIATES)
            .extension_policies(ca_policy=_AUTHORITIES, ee_policy=_SIGNERS)
            .build_client_verifier()
        )
        try:
            chain = tuple(verifier.verify(leaf, self._intermediates).chain)
        except VerificationError as error:
            raise _no_path(" ".join(str(error).split())[:_MAX_REASON]) from error
        fault = find_name_fault(chain) or find_policy_fault(chain, accepted=self._policies)
        if fault is not None:
            raise _no_path(fault)
        return path_of(chain)


def _require_end_entity(leaf: x509.Certificate) -> None:
    try:
        constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return
    if constraints.ca:
        raise _no_path("the certificate is an authority's own, one of a signer expected")


def _require_fit_authority(_policy: Policy, certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    """Refuse an authority that may not issue certificates, or whose key is too weak (RFC 5280 §4.2.1.3, §4.2.1.9)."""
    if not constraints.ca:
        raise _UnfitAuthorityError("its basic constraints say that it is no authority")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is not None and not usage.key_cert_sign:
        raise _UnfitAuthorityError("its key is not for signing certificates")
    match certificate.public_key():
        case rsa.RSAPublicKey(key_size=bits) if bits >= MIN_RSA_BITS:
            return
        case ec.EllipticCurvePublicKey(curve=curve) if curve.name in {*CURVES, "secp521r1"}:
            return
        case _:
            raise _UnfitAuthorityError("its key is too weak or of a kind that is not accepted")


def _with_policies(policy: ExtensionPolicy) -> ExtensionPolicy:
    """Let policy extensions pass the library, which knows no policies; `policies` judges them."""
    for extension in (x509.CertificatePolicies, x509.InhibitAnyPolicy):
        policy = policy.may_be_present(extension, Criticality.AGNOSTIC, None)
    return policy.may_be_present(x509.PolicyConstraints, Criticality.AGNOSTIC, None)


_SIGNERS = _with_policies(ExtensionPolicy.permit_all())
_AUTHORITIES = _with_policies(
    ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _require_fit_authority)
)


def _no_path(reason: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, f"certificate leads to no trusted authority: {reason}")
