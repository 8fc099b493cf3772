"""Judge the names of a path by the name constraints of its authorities (RFC 5280 §4.2.1.10, §6.1.3 b and c)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.certificate_extensions import find_extension, is_self_issued
from signing.name_subtrees import lies_in
from signing.path_candidates import Chain

_KINDS: dict[type[x509.GeneralName], str] = {
    x509.DirectoryName: "directory name",
    x509.DNSName: "DNS name",
    x509.IPAddress: "network address",
    x509.RFC822Name: "mail address",
    x509.UniformResourceIdentifier: "URI",
}


def find_name_fault(chain: Chain, _at: datetime) -> str | None:
    """Return what is wrong with the names below a constraint, or None; `chain` runs from the signer to the anchor.

    The anchor's own constraints count too. Below one of a kind that cannot be compared no name of that kind may stand.
    """
    for depth, authority in enumerate(chain[1:], start=1):
        constraints = find_extension(authority, x509.NameConstraints)
        if constraints is None:
            continue
        for name in _names_below(chain[:depth]):
            fault = _judge(name, constraints)
            if fault is not None:
                return f"{fault} of {authority.subject.rfc4514_string()}"
    return None


def _names_below(certificates: Sequence[x509.Certificate]) -> Iterator[x509.GeneralName]:
    """Yield every name in the certificates, without those of authorities that issued to themselves."""
    for number, certificate in enumerate(certificates):
        if number == 0 or not is_self_issued(certificate):
            yield from _names_in(certificate)


def _names_in(certificate: x509.Certificate) -> Iterator[x509.GeneralName]:
    """Yield the subject, the mail addresses in it, and the alternative names."""
    if certificate.subject.rdns:
        yield x509.DirectoryName(certificate.subject)
    alternatives = find_extension(certificate, x509.SubjectAlternativeName) or ()
    yield from alternatives
    if not any(isinstance(name, x509.RFC822Name) for name in alternatives):
        for attribute in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
            yield x509.RFC822Name(str(attribute.value))


def _judge(name: x509.GeneralName, constraints: x509.NameConstraints) -> str | None:
    kind = type(name)
    excluded = [subtree for subtree in constraints.excluded_subtrees or () if isinstance(subtree, kind)]
    permitted = [subtree for subtree in constraints.permitted_subtrees or () if isinstance(subtree, kind)]
    try:
        if any(lies_in(name, subtree) for subtree in excluded):
            return f"a {_KINDS[kind]} lies in what is excluded by the name constraints"
        if permitted and not any(lies_in(name, subtree) for subtree in permitted):
            return f"a {_KINDS[kind]} lies outside of what is permitted by the name constraints"
    except ValueError as error:
        return f"{error}, so nobody can tell whether it keeps to the name constraints"
    return None
