"""Judge the name constraints of a path where the library's verifier leaves them out (RFC 5280 §4.2.1.10).

The verifier compares DNS names, addresses and mail addresses among the alternative names. Left to us are mail addresses
that stand in a subject, and constraints of other kinds: those are refused, since nobody compares them.
"""

from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID

_COMPARED = (x509.DNSName, x509.IPAddress, x509.RFC822Name)


def find_name_fault(chain: Sequence[x509.Certificate]) -> str | None:
    """Return what is wrong with the names below a constraint, or None; `chain` runs from the signer to the anchor."""
    for depth, authority in enumerate(chain[1:], start=1):
        try:
            constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
        except x509.ExtensionNotFound:
            continue
        permitted, excluded = constraints.permitted_subtrees or [], constraints.excluded_subtrees or []
        for subtree in (*permitted, *excluded):
            if not isinstance(subtree, _COMPARED):
                return f"an authority constrains names of a kind that is not compared here, {type(subtree).__name__}"
        allowed, forbidden = _mail_subtrees(permitted), _mail_subtrees(excluded)
        for address in _subject_addresses(chain[:depth]):
            if any(_lies_in(address, subtree) for subtree in forbidden):
                return "a mail address in a subject lies in what an authority excludes"
            if allowed and not any(_lies_in(address, subtree) for subtree in allowed):
                return "a mail address in a subject lies outside of what an authority permits"
    return None


def _mail_subtrees(subtrees: Sequence[x509.GeneralName]) -> list[str]:
    return [subtree.value for subtree in subtrees if isinstance(subtree, x509.RFC822Name)]


def _subject_addresses(certificates: Sequence[x509.Certificate]) -> Iterator[str]:
    for certificate in certificates:
        for attribute in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
            yield str(attribute.value)


def _lies_in(address: str, subtree: str) -> bool:
    """Whether a mail address lies in a subtree: one address, all of a host, or all hosts of a domain (`.domain`)."""
    _, _, host = address.rpartition("@")
    if "@" in subtree:
        local, _, subtree_host = subtree.rpartition("@")
        return address.rpartition("@")[0] == local and host.lower() == subtree_host.lower()
    if subtree.startswith("."):
        return host.lower().endswith(subtree.lower())
    return host.lower() == subtree.lower()
