"""Process the certificate policies of a path (RFC 5280 §6.1, with the policy sets of RFC 9618 in place of a tree)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from asn1crypto import x509 as asn1_x509
from cryptography import x509

ANY_POLICY = "2.5.29.32.0"
_POLICY_MAPPINGS = x509.ObjectIdentifier("2.5.29.33")


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


@dataclass(slots=True)
class _Policies:
    """Policies that are valid so far; each stands for the policies of the anchor's domain that it came from."""

    origins: dict[str, frozenset[str]] = field(default_factory=lambda: {ANY_POLICY: frozenset({ANY_POLICY})})


def find_policy_fault(chain: Sequence[x509.Certificate], *, accepted: frozenset[str]) -> str | None:
    """Return what is wrong with the policies of the path, or None; `chain` runs from the signer to the anchor.

    With `accepted` the path must be valid for one of these policies; without, policies matter only where an authority
    demands them.
    """
    path = list(reversed(chain[:-1]))
    never = len(path) + 1
    counters = _Counters(explicit=0 if accepted else never, mapping=never, inhibit_any=never)
    valid = _Policies()
    for index, certificate in enumerate(path):
        is_last = index == len(path) - 1
        is_self_issued = certificate.subject == certificate.issuer
        takes_any = counters.inhibit_any > 0 or (not is_last and is_self_issued)
        valid.origins = _narrow(valid.origins, _policies_of(certificate), takes_any=takes_any)
        if counters.explicit == 0 and not valid.origins:
            return "an authority demands a policy that the path does not carry"
        if not is_last:
            try:
                valid.origins = _map(valid.origins, certificate, may_map=counters.mapping > 0)
            except ValueError as error:
                return f"a policy mapping cannot be used: {error}"
        if is_last or not is_self_issued:
            counters.step()
        _tighten(counters, certificate, is_last=is_last)
    return _judge_outcome(valid.origins, counters, accepted)


def _judge_outcome(origins: Mapping[str, frozenset[str]], counters: _Counters, accepted: frozenset[str]) -> str | None:
    roots = frozenset().union(*origins.values()) if origins else frozenset()
    is_valid = bool(roots) if not accepted else bool(roots & accepted) or ANY_POLICY in roots
    if counters.explicit > 0 or is_valid:
        return None
    if accepted:
        return f"the path carries none of the policies {', '.join(sorted(accepted))}"
    return "an authority demands a policy that the path does not carry"


def _policies_of(certificate: x509.Certificate) -> frozenset[str]:
    try:
        value = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(policy.policy_identifier.dotted_string for policy in value)


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
    mapped = dict(origins)
    translations: dict[str, set[str]] = {}
    for issuer, subject in _mappings_of(certificate):
        if ANY_POLICY in {issuer, subject}:
            message = "it maps any policy"
            raise ValueError(message)
        translations.setdefault(issuer, set()).add(subject)
    for issuer, subjects in translations.items():
        roots = origins.get(issuer, frozenset({issuer}) if ANY_POLICY in origins else None)
        mapped.pop(issuer, None)
        if roots is None or not may_map:
            continue
        for subject in subjects:
            mapped[subject] = mapped.get(subject, frozenset()) | roots
    return mapped


def _mappings_of(certificate: x509.Certificate) -> list[tuple[str, str]]:
    """Return the pairs of issuer's and subject's policy; ValueError when the extension is malformed."""
    try:
        extension = certificate.extensions.get_extension_for_oid(_POLICY_MAPPINGS).value
    except x509.ExtensionNotFound:
        return []
    encoded = extension.value if isinstance(extension, x509.UnrecognizedExtension) else extension.public_bytes()
    pairs = asn1_x509.PolicyMappings.load(encoded, strict=True)
    return [(pair["issuer_domain_policy"].dotted, pair["subject_domain_policy"].dotted) for pair in pairs]


def _tighten(counters: _Counters, certificate: x509.Certificate, *, is_last: bool) -> None:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.PolicyConstraints).value
    except x509.ExtensionNotFound:
        constraints = None
    if constraints is not None and constraints.require_explicit_policy is not None:
        if not is_last:
            counters.explicit = min(counters.explicit, constraints.require_explicit_policy)
        elif constraints.require_explicit_policy == 0:
            counters.explicit = 0
    if is_last:
        return
    if constraints is not None and constraints.inhibit_policy_mapping is not None:
        counters.mapping = min(counters.mapping, constraints.inhibit_policy_mapping)
    try:
        inhibit = certificate.extensions.get_extension_for_class(x509.InhibitAnyPolicy).value
    except x509.ExtensionNotFound:
        return
    counters.inhibit_any = min(counters.inhibit_any, inhibit.skip_certs)
