"""Judge the certificate of a card by itself: for authentication, in its time, with a fit key; and read who holds it.

Whether it leads to a root and was revoked is judged elsewhere. Names and numbers appear in no sentence.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.signatures import require_strong_key
from domain.identifiers import is_insz

AUTHENTICATION = "(Authentication)"
"""How the common name of an authentication certificate ends (§5.1)."""

_UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
_FOR_CLIENTS = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}

Kind = TypeVar("Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class CardHolder:
    """Who a card says that its holder is; shows in no log."""

    national_number: str = field(repr=False)
    family_name: str = field(repr=False)
    given_names: str = field(repr=False)


def load_card_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate with all its parts readable; EidRefusedError TOKEN_MALFORMED otherwise."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key()
    except _UNREADABLE as error:
        raise EidRefusedError(EidCode.TOKEN_MALFORMED, "the certificate cannot be read") from error
    return certificate


def require_authentication_certificate(
    certificate: x509.Certificate, *, policies: frozenset[str], at: datetime
) -> None:
    """Raise the first EidRefusedError that stands against a sign-in with this certificate at `at` (§5.1).

    With `policies` (dotted object identifiers) the certificate states one of them; without, any will do.
    """
    _require_usage(certificate)
    _require_name(certificate)
    _require_policy(certificate, policies)
    require_strong_key(certificate.public_key())
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start <= at <= end:
        window = f"from {start.isoformat()} to {end.isoformat()}"
        raise EidRefusedError(
            EidCode.CERTIFICATE_EXPIRED, f"the certificate is valid {window}, not at {at.isoformat()}"
        )


def read_holder(certificate: x509.Certificate) -> CardHolder:
    """Return the holder; EidRefusedError PERSON_UNKNOWN without a sound national or bis number in serialNumber."""
    numbers = _values(certificate, NameOID.SERIAL_NUMBER)
    if len(numbers) != 1 or not is_insz(numbers[0]):
        raise EidRefusedError(EidCode.PERSON_UNKNOWN, "the subject of the certificate has no sound national number")
    return CardHolder(
        national_number=numbers[0],
        family_name=" ".join(_values(certificate, NameOID.SURNAME)),
        given_names=" ".join(_values(certificate, NameOID.GIVEN_NAME)),
    )


def _require_usage(certificate: x509.Certificate) -> None:
    """The key is for authentication, never the one that signs in its holder's name."""
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None or not usage.digital_signature or usage.content_commitment or usage.key_cert_sign:
        raise _wrong("its key usage is not digitalSignature alone of those that sign")
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        raise _wrong("it is an authority's own")
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    if purposes is not None and _FOR_CLIENTS.isdisjoint(purposes):
        raise _wrong("its extended key usage leaves out clientAuth")


def _require_name(certificate: x509.Certificate) -> None:
    names = _values(certificate, NameOID.COMMON_NAME)
    if len(names) != 1 or not names[0].endswith(AUTHENTICATION):
        raise _wrong(f"its common name does not end in {AUTHENTICATION}")


def _require_policy(certificate: x509.Certificate, policies: frozenset[str]) -> None:
    if not policies:
        return
    stated = _extension(certificate, x509.CertificatePolicies)
    got = sorted(policy.policy_identifier.dotted_string for policy in stated or ())
    if policies.isdisjoint(got):
        raise _wrong(f"its policies are {', '.join(got) or 'none'}, one that is listed for authentication expected")


def _extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _values(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(kind)]


def _wrong(what: str) -> EidRefusedError:
    return EidRefusedError(EidCode.CERTIFICATE_WRONG, f"the certificate is not for signing in: {what}")
