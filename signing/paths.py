"""Find the path from a signing certificate to a trust anchor.

Every check is ours, so that each gives its reason; the verifier of `cryptography` then has to agree. It is not asked
where it departs from RFC 5280: it reads no constraint of directory names, and counts authorities that issued to themselves.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from domain.refusals import OutageError, Refusal, RefusalCode
from domain.trust import TrustMaterial
from signing.certificate_extensions import find_extension, is_authority, is_self_issued, load_certificate
from signing.name_constraints import find_name_fault
from signing.path_candidates import MAX_INTERMEDIATES, Authorities, Chain
from signing.path_checks import CHECKS, POLICY_MAPPINGS
from signing.policies import find_policy_fault


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


def path_of(chain: Chain) -> TrustedPath:
    """Return `chain`, from the signer's certificate to the anchor, as a path with its common window."""
    return TrustedPath(
        certificates=chain,
        sha256=tuple(hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest() for certificate in chain),
        valid_from=max(certificate.not_valid_before_utc for certificate in chain),
        valid_until=min(certificate.not_valid_after_utc for certificate in chain),
    )


class PathFinder:
    """Finds paths through one set of anchors and intermediates; OutageError when one of those cannot be read."""

    def __init__(self, material: TrustMaterial, *, policies: frozenset[str]) -> None:
        self._has_anchors = bool(material.anchors)
        self._authorities = Authorities(_load_all(material.anchors), _load_all(material.intermediates))
        self._policies = policies

    def find(self, der: bytes, *, at: datetime) -> TrustedPath:
        """Return the first path of the certificate `der` that is valid at `at`, the anchor's own validity included.

        Raises Refusal SIGNATURE_INVALID with what is wrong with the path that comes nearest; OutageError when no authority is
        trusted at all, which no sender can mend; ValueError when `der` cannot be read.
        """
        leaf = load_certificate(der)
        if not self._has_anchors:
            message = "no authority is trusted here: put one into anchors/ and run guichet trust refresh"
            raise OutageError(message)
        if is_authority(leaf):
            raise _no_path("the certificate is an authority's own, one of a signer expected")
        faults: list[tuple[int, str]] = []
        for chain in self._authorities.propose(leaf):
            fault = self._find_fault(chain, at)
            if fault is None:
                return path_of(chain)
            faults.append(fault)
        _, reason = max(faults, key=itemgetter(0), default=(0, _unknown_issuer(leaf)))
        raise _no_path(reason)

    def _find_fault(self, chain: Chain, at: datetime) -> tuple[int, str] | None:
        """Return the first fault of a chain and how many checks it passed before."""
        checks = (*CHECKS, find_name_fault, self._find_policy_fault, _find_fault_of_library)
        for number, check in enumerate(checks):
            fault = check(chain, at)
            if fault is not None:
                return number, fault
        return None

    def _find_policy_fault(self, chain: Chain, _at: datetime) -> str | None:
        return find_policy_fault(chain, accepted=self._policies)


def _unknown_issuer(leaf: x509.Certificate) -> str:
    if is_self_issued(leaf):
        return "it is issued by itself"
    issuer = leaf.issuer.rfc4514_string()
    return f"no chain of at most {MAX_INTERMEDIATES} known authorities starts with its issuer, {issuer}"


def _load_all(certificates: tuple[bytes, ...]) -> list[x509.Certificate]:
    return [_load_authority(der) for der in certificates]


def _load_authority(der: bytes) -> x509.Certificate:
    try:
        return load_certificate(der)
    except ValueError as error:
        message = f"trusted certificate {hashlib.sha256(der).hexdigest()} cannot be read: {error}"
        raise OutageError(message) from error


def _find_fault_of_library(chain: Chain, at: datetime) -> str | None:
    if any(_constrains_directory_names(authority) for authority in chain) or any(map(is_self_issued, chain[1:-1])):
        return None
    verifier = (
        PolicyBuilder()
        .store(Store([chain[-1]]))
        .time(at)
        .max_chain_depth(MAX_INTERMEDIATES)
        .extension_policies(ca_policy=_AUTHORITIES, ee_policy=_SIGNERS)
        .build_client_verifier()
    )
    try:
        verifier.verify(chain[0], list(chain[1:-1]))
    except VerificationError as error:
        return str(error).partition(" (encountered")[0]  # what follows shows the names in a certificate
    return None


def _constrains_directory_names(certificate: x509.Certificate) -> bool:
    constraints = find_extension(certificate, x509.NameConstraints)
    if constraints is None:
        return False
    subtrees = (*(constraints.permitted_subtrees or ()), *(constraints.excluded_subtrees or ()))
    return any(isinstance(subtree, x509.DirectoryName) for subtree in subtrees)


class _PolicyMappings(x509.ExtensionType):
    """Only names the extension, which the library does not know."""

    oid = POLICY_MAPPINGS


def _with_ours(policy: ExtensionPolicy) -> ExtensionPolicy:
    """Let pass, critical or not, the extensions that are judged here and not by the library."""
    for extension in (x509.CertificatePolicies, x509.InhibitAnyPolicy, x509.PolicyConstraints, _PolicyMappings):
        policy = policy.may_be_present(extension, Criticality.AGNOSTIC, None)
    return policy.may_be_present(x509.CRLDistributionPoints, Criticality.AGNOSTIC, None)


_SIGNERS = _with_ours(ExtensionPolicy.permit_all())
_AUTHORITIES = _with_ours(
    ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
)


def _no_path(reason: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, f"certificate leads to no trusted authority: {reason}")
