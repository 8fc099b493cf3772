"""Process the certificate policies of a path (RFC 5280 §6.1, with the policy sets of RFC 9618 in place of a tree)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from signing.certificate_extensions import find_extension, is_self_issued
from signing.path_checks import POLICY_MAPPINGS

ANY_POLICY = "2.5.29.32.0"


@dataclass(slots=True)
class _Counters:
    """Certificates that may still come before a rule holds; 0 means that it holds now."""

    explicit: int
    mapping: int
    inhibit_any: int

    def step(self) -> None:
        self.explicit = max(0, self.explicit - 1)
        self.mapping = max(0, self.mapping - 1)
        self.inhibit_any = max(0, self.inhibit_any - 1)


def find_policy_fault(chain: Sequence[x509.Certificate], *, accepted: frozenset[str]) -> str | None:
    """Return what is wrong with the policies of the path, or None; `chain` runs from the signer to the anchor.

    With `accepted` the path must be valid for one of these policies; without, policies matter only where an authority
    demands them. What the anchor itself says of policies does not count, for it is not part of the path.
    """
    path = list(reversed(chain[:-1]))
    never = len(path) + 1
    counters = _Counters(explicit=0 if accepted else never, mapping=never, inhibit_any=never)
    origins: Mapping[str, frozenset[str]] = {ANY_POLICY: frozenset({ANY_POLICY})}
    for index, certificate in enumerate(path):
        is_last = index == len(path) - 1
        itself = is_self_issued(certificate)
        takes_any = counters.inhibit_any > 0 or (not is_last and itself)
        origins = _narrow(origins, _policies_of(certificate), takes_any=takes_any)
        if counters.explicit == 0 and not origins:
            return _lacking(accepted)
        if not is_last:
            try:
                origins = _map(origins, certificate, may_map=counters.mapping > 0)
            except ValueError as error:
                return f"a policy mapping cannot be used: {error}"
        if is_last or not itself:
            counters.step()
        _tighten(counters, certificate, is_last=is_last)
    roots: frozenset[str] = frozenset().union(*origins.values())
    is_valid = bool(roots & accepted) or ANY_POLICY in roots if accepted else bool(roots)
    return None if counters.explicit > 0 or is_valid else _lacking(accepted)


def _lacking(accepted: frozenset[str]) -> str:
    if accepted:
        return f"the path carries none of the policies {', '.join(sorted(accepted))}"
    return "an authority demands a policy that the path does not carry"


def _policies_of(certificate: x509.Certificate) -> frozenset[str]:
    stated = find_extension(certificate, x509.CertificatePolicies)
    return frozenset(policy.policy_identifier.dotted_string for policy in stated or ())


def _narrow(
    origins: Mapping[str, frozenset[str]], stated: frozenset[str], *, takes_any: bool
) -> dict[str, frozenset[str]]:
    """Return the policies valid before that this certificate states too, each with where it came from."""
    narrowed: dict[str, frozenset[str]] = {}
    for policy in stated - {ANY_POLICY}:
        if policy in origins:
            narrowed[policy] = origins[policy]
        elif ANY_POLICY in origins:
            narrowed[policy] = frozenset({policy})
    if ANY_POLICY in stated and takes_any:
        narrowed = {**origins, **narrowed}
    return narrowed


def _map(
    origins: Mapping[str, frozenset[str]], certificate: x509.Certificate, *, may_map: bool
) -> dict[str, frozenset[str]]:
    """Return the policies in the words of the next certificate's domain; ValueError for a mapping of any policy."""
    translations: dict[str, set[str]] = {}
    for issuer, subject in _mappings_of(certificate):
        if ANY_POLICY in {issuer, subject}:
            message = "it maps any policy"
            raise ValueError(message)
        translations.setdefault(issuer, set()).add(subject)
    mapped = {policy: roots for policy, roots in origins.items() if policy not in translations}
    if not may_map:
        return mapped
    for issuer, subjects in translations.items():
        roots = origins.get(issuer, frozenset({issuer}) if ANY_POLICY in origins else frozenset())
        for subject in subjects if roots else ():
            mapped[subject] = mapped.get(subject, frozenset()) | roots
    return mapped


def _mappings_of(certificate: x509.Certificate) -> list[tuple[str, str]]:
    """Return the pairs of issuer's and subject's policy; ValueError when the extension is malformed."""
    try:
        extension = certificate.extensions.get_extension_for_oid(POLICY_MAPPINGS).value
    except x509.ExtensionNotFound:
        return []
    encoded = extension.value if isinstance(extension, x509.UnrecognizedExtension) else extension.public_bytes()
    pairs = asn1_x509.PolicyMappings.load(encoded, strict=True)
    return [(pair["issuer_domain_policy"].dotted, pair["subject_domain_policy"].dotted) for pair in pairs]


def _tighten(counters: _Counters, certificate: x509.Certificate, *, is_last: bool) -> None:
    constraints = find_extension(certificate, x509.PolicyConstraints)
    if constraints is not None and constraints.require_explicit_policy is not None:
        if not is_last:
            counters.explicit = min(counters.explicit, constraints.require_explicit_policy)
        elif constraints.require_explicit_policy == 0:
            counters.explicit = 0
    if is_last:
        return
    if constraints is not None and constraints.inhibit_policy_mapping is not None:
        counters.mapping = min(counters.mapping, constraints.inhibit_policy_mapping)
    inhibit = find_extension(certificate, x509.InhibitAnyPolicy)
    if inhibit is not None:
        counters.inhibit_any = min(counters.inhibit_any, inhibit.skip_certs)
