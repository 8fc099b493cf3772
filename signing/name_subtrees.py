"""Compare a name with a subtree of names of the same kind (RFC 5280 §4.2.1.10 and, for directory names, §7.1)."""

import ipaddress
from urllib.parse import urlsplit

from cryptography import x509


def lies_in(name: x509.GeneralName, subtree: x509.GeneralName) -> bool:
    """Whether `name` lies in `subtree`; ValueError with a sentence part for kinds that cannot be compared."""
    match name, subtree:
        case x509.DirectoryName(), x509.DirectoryName():
            return _directory_name_lies_in(name.value, subtree.value)
        case x509.DNSName(), x509.DNSName():
            return _host_lies_in(name.value, subtree.value.removeprefix("."))
        case x509.RFC822Name(), x509.RFC822Name():
            return _address_lies_in(name.value, subtree.value)
        case x509.UniformResourceIdentifier(), x509.UniformResourceIdentifier():
            return _uri_lies_in(name.value, subtree.value)
        case x509.IPAddress(), x509.IPAddress():
            return _ip_address_lies_in(name.value, subtree.value)
        case _:
            message = f"a name is of a kind that is not compared here, {type(name).__name__}"
            raise ValueError(message)


def _directory_name_lies_in(name: x509.Name, subtree: x509.Name) -> bool:
    start = [_comparable(rdn) for rdn in subtree.rdns]
    return [_comparable(rdn) for rdn in name.rdns[: len(start)]] == start


def _comparable(rdn: x509.RelativeDistinguishedName) -> frozenset[tuple[str, object]]:
    """Return the attributes without what does not count: case, and spaces beyond one between words."""
    return frozenset(
        (
            attribute.oid.dotted_string,
            " ".join(attribute.value.casefold().split()) if isinstance(attribute.value, str) else attribute.value,
        )
        for attribute in rdn
    )


def _host_lies_in(host: str, domain: str) -> bool:
    """Whether a host is the domain or stands below it; the empty domain holds every host."""
    host, domain = host.lower(), domain.lower()
    return not domain or host == domain or host.endswith(f".{domain}")


def _constrained_host_lies_in(host: str, subtree: str) -> bool:
    """Whether a host is the one named, or below it when the subtree starts with a dot."""
    if subtree.startswith("."):
        return host.lower().endswith(subtree.lower())
    return host.lower() == subtree.lower()


def _address_lies_in(address: str, subtree: str) -> bool:
    """Whether a mail address is the one named, or at the host or below the domain named."""
    mailbox, _, host = address.rpartition("@")
    named, is_address, named_host = subtree.rpartition("@")
    if is_address:
        return mailbox == named and host.lower() == named_host.lower()
    return _constrained_host_lies_in(host, subtree)


def _uri_lies_in(uri: str, subtree: str) -> bool:
    host = urlsplit(uri).hostname
    if not host:
        message = "a URI has no host"
        raise ValueError(message)
    return _constrained_host_lies_in(host, subtree)


def _ip_address_lies_in(address: object, subtree: object) -> bool:
    networks = (ipaddress.IPv4Network, ipaddress.IPv6Network)
    addresses = (ipaddress.IPv4Address, ipaddress.IPv6Address)
    return isinstance(address, addresses) and isinstance(subtree, networks) and address in subtree
