"""Where a certificate's authority publishes what it has revoked, as the certificate itself says."""

from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

_FETCHED = "http://"
"""Lists and responses are signed themselves and published without TLS (RFC 5280 §4.2.1.13)."""


def list_addresses(der: bytes) -> tuple[str, ...]:
    """Return the http addresses of the revocation lists that the certificate `der` names."""
    certificate = x509.load_der_x509_certificate(der)
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    return _http(name for point in points for name in point.full_name or ())


def responder_addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the http addresses of the OCSP responders that the certificate names."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    return _http(one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP)


def render_ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return the DER request about one certificate; SHA-1 only names the issuer here, as responders expect."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - see above
    return builder.build().public_bytes(Encoding.DER)


def _http(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    addresses = (str(name.value) for name in names if isinstance(name, x509.UniformResourceIdentifier))
    return tuple(dict.fromkeys(address for address in addresses if address.startswith(_FETCHED)))
