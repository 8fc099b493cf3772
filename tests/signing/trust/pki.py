"""Builders of authorities, signers, revocation lists and OCSP responses that are sound unless told otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

from asn1crypto import algos, core, crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from domain.trust import RevocationKind, RevocationRecord, TrustMaterial
from signing.trust import CertificateTrust

NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
MAX_AGE = DAY

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Extension: TypeAlias = tuple[x509.ExtensionType, bool]
Changes: TypeAlias = dict[str, Any]
"""Keyword arguments of `issue`, `a_list` or `a_response` that deviate."""

SIGNING = ("digital_signature", "content_commitment")
CERTIFYING = ("key_cert_sign", "crl_sign")
_USAGES = (
    *SIGNING,
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    *CERTIFYING,
    "encipher_only",
    "decipher_only",
)


@cache
def a_key(label: str) -> ec.EllipticCurvePrivateKey:
    """The P-256 key of this label, made when first asked for."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def a_rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def a_key_on(curve: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key({"P-384": ec.SECP384R1, "P-521": ec.SECP521R1, "P-224": ec.SECP224R1}[curve]())


def a_name(text: str, *more: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    attributes = [(NameOID.COUNTRY_NAME, "BE"), (NameOID.ORGANIZATION_NAME, "Demo"), *more, (NameOID.COMMON_NAME, text)]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes])


@dataclass(frozen=True, slots=True)
class Party:
    """One with a key and a certificate for it."""

    name: x509.Name
    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def issue(
    text: str,
    *,
    by: Party | None = None,
    ca: bool | None = True,
    path_length: int | None = None,
    name: x509.Name | None = None,
    issuer_name: x509.Name | None = None,
    key: PrivateKey | None = None,
    signing_key: PrivateKey | None = None,
    serial: int | None = None,
    not_before: datetime = NOON - YEAR,
    not_after: datetime = NOON + YEAR,
    usages: Sequence[str] | None = None,
    has_usage: bool = True,
    extensions: Sequence[Extension] = (),
    digest: hashes.HashAlgorithm | None = None,
    mend: Callable[[bytes, PrivateKey], bytes] | None = None,
) -> Party:
    """Return a party whose certificate `by` issued, or itself; `ca` None leaves the basic constraints out."""
    key, name = key or a_key(text), a_name(text) if name is None else name
    signer = signing_key or (by.key if by else key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer_name or (by.name if by else name))
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    if has_usage:
        named = usages if usages is not None else (CERTIFYING if ca else SIGNING)
        builder = builder.add_extension(x509.KeyUsage(**{usage: usage in named for usage in _USAGES}), critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(signer, digest or hashes.SHA256())
    if mend is not None:
        certificate = x509.load_der_x509_certificate(mend(certificate.public_bytes(Encoding.DER), signer))
    return Party(name, key, certificate)


def a_list(
    by: Party,
    *,
    issuer_name: x509.Name | None = None,
    signing_key: PrivateKey | None = None,
    this_update: datetime = NOON - HOUR,
    next_update: datetime = NOON + DAY,
    revoked: Sequence[x509.RevokedCertificate] = (),
    extensions: Sequence[Extension] = (),
    mend: Callable[[bytes, PrivateKey], bytes] | None = None,
) -> bytes:
    """Return a revocation list by a party, DER."""
    builder = (
        x509.CertificateRevocationListBuilder(revoked_certificates=list(revoked))
        .issuer_name(issuer_name or by.name)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    key = signing_key or by.key
    der = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    return der if mend is None else mend(der, key)


def an_entry(
    serial: int,
    since: datetime = NOON - DAY,
    *,
    reason: x509.ReasonFlags | None = None,
    invalid_since: datetime | None = None,
    extensions: Sequence[Extension] = (),
) -> x509.RevokedCertificate:
    """Return the entry of a list for a serial number."""
    builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    if invalid_since is not None:
        builder = builder.add_extension(x509.InvalidityDate(invalid_since), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.build()


def a_response(
    about: Party,
    issuer: Party,
    *,
    by: Party | None = None,
    certificates: Sequence[Party] = (),
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    this_update: datetime = NOON - HOUR,
    next_update: datetime | None = NOON + DAY,
    since: datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    extensions: Sequence[Extension] = (),
    digest: str = "sha256",
    mend: Callable[[bytes, PrivateKey], bytes] | None = None,
) -> bytes:
    """Return an OCSP response about a party, by its issuer or by a responder, DER."""
    responder = by or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA256(),
        cert_status=status,
        this_update=this_update,
        next_update=next_update,
        revocation_time=since,
        revocation_reason=reason,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    if certificates:
        builder = builder.certificates([party.certificate for party in certificates])
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    der = builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)
    der = _produced(der, responder.key, at=this_update, digest=digest)
    return der if mend is None else mend(der, responder.key)


def a_responder(issuer: Party, *, is_checked: bool = False, is_responder: bool = True, **changes: Any) -> Party:
    """Return whom an authority appoints to answer for it; `is_checked` leaves out that nobody is to ask about it."""
    extensions: list[Extension] = []
    if is_responder:
        extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False))
    if not is_checked:
        extensions.append((x509.OCSPNoCheck(), False))
    return issue("Responder", **{"by": issuer, "ca": False, "extensions": extensions, **changes})


RESPONDER_ADDRESS: Extension = (
    x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example/")
            )
        ]
    ),
    False,
)


def weaken(der: bytes, key: PrivateKey) -> bytes:
    """Return the certificate or list signed anew, with SHA-1."""
    kind = asn1_x509.Certificate if _is_certificate(der) else crl.CertificateList
    signed = kind.load(der)
    body = signed["tbs_certificate" if kind is asn1_x509.Certificate else "tbs_cert_list"]
    body["signature"] = signed["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha1_ecdsa"})
    return _sign_anew(signed, body, key, hashes.SHA1())  # noqa: S303 - weak on purpose


def without_next_update(der: bytes, key: PrivateKey) -> bytes:
    """Return the list without the instant of the next one, signed anew."""
    signed = crl.CertificateList.load(der)
    body = signed["tbs_cert_list"]
    fields = {name: body[name] for name in body if name not in ("next_update", "revoked_certificates")}
    signed["tbs_cert_list"] = body = crl.TbsCertList(fields)
    return _sign_anew(signed, body, key, hashes.SHA256())


_DIGESTS = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}  # noqa: S303 - one weak on purpose


def _produced(der: bytes, key: PrivateKey, *, at: datetime, digest: str) -> bytes:
    """Return the response as if made at an instant with a digest; the library writes its own clock into it."""
    whole = asn1_ocsp.OCSPResponse.load(der)
    basic = whole["response_bytes"]["response"].parsed
    basic["tbs_response_data"]["produced_at"] = at
    kind = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa"
    fields = {
        "tbs_response_data": basic["tbs_response_data"],
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": f"{digest}_{kind}"}),
    }
    if basic["certs"]:
        fields["certs"] = basic["certs"]
    signed = basic["tbs_response_data"].dump(force=True)
    answer = asn1_ocsp.BasicOCSPResponse({**fields, "signature": _signature(key, signed, _DIGESTS[digest])})
    content = {"response_type": "basic_ocsp_response", "response": core.ParsableOctetString(answer.dump())}
    made: bytes = asn1_ocsp.OCSPResponse({"response_status": "successful", "response_bytes": content}).dump()
    return made


def _signature(key: PrivateKey, data: bytes, digest: hashes.HashAlgorithm) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), digest)
    return key.sign(data, ec.ECDSA(digest))


def without_version(der: bytes, key: PrivateKey) -> bytes:
    """Return the certificate as one of version 1, without extensions, signed anew."""
    signed = asn1_x509.Certificate.load(der)
    body = signed["tbs_certificate"]
    fields = {name: body[name] for name in body if name in _FIELDS_OF_VERSION_1}
    signed["tbs_certificate"] = body = asn1_x509.TbsCertificate(fields)
    return _sign_anew(signed, body, key, hashes.SHA256())


_FIELDS_OF_VERSION_1 = (
    "serial_number",
    "signature",
    "issuer",
    "validity",
    "subject",
    "subject_public_key_info",
)


def break_signature(der: bytes, _key: PrivateKey) -> bytes:
    """Return the certificate or list with one bit of its signature changed."""
    return der[:-1] + bytes([der[-1] ^ 1])


def _is_certificate(der: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(der)
    except ValueError:
        return False
    return True


def _sign_anew(signed: Any, body: Any, key: PrivateKey, digest: hashes.HashAlgorithm) -> bytes:
    key_field = "signature_value" if "signature_value" in signed else "signature"
    signed[key_field] = _signature(key, body.dump(force=True), digest)
    der: bytes = signed.dump(force=True)
    return der


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """A signer, who is to be trusted, and what is known of revocation, everything as DER."""

    signer: bytes
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()
    policies: frozenset[str] = frozenset()
    at: datetime = NOON
    obtained_at: datetime = field(default=NOON)

    def trust(self) -> CertificateTrust:
        records = [RevocationRecord(RevocationKind.CRL, der, self.obtained_at) for der in self.lists]
        records += [RevocationRecord(RevocationKind.OCSP, der, self.obtained_at) for der in self.responses]
        material = TrustMaterial(self.anchors, self.intermediates, tuple(records))
        return CertificateTrust(material, max_age=MAX_AGE, policies=self.policies)

    def judge(self) -> tuple[str, ...]:
        """Return the records consulted; Refusal or OutageError as `CertificateTrust` raises them."""
        trust = self.trust()
        return trust.require_not_revoked(trust.require_path(self.signer, at=self.at), at=self.at)


def a_chain(
    *,
    root: Changes | None = None,
    authorities: Sequence[Changes] = ({},),
    signer: Changes | None = None,
    lists: dict[int, Changes | None] | None = None,
    known: Sequence[int] | None = None,
    policies: frozenset[str] = frozenset(),
    at: datetime = NOON,
) -> Chain:
    """Return root, authorities below it and a signer, each with a list of what it revoked.

    `lists` changes the list of the issuer with that number (0 is the root) or leaves it out; `known` are the numbers of
    the authorities (from 1) that are known here.
    """
    parties = [issue("Root", **(root or {}))]
    for number, changes in enumerate(authorities, start=1):
        parties.append(issue(f"Authority {number}", **{"by": parties[-1], "serial": 100 + number, **changes}))
    last = issue("Signer", **{"by": parties[-1], "ca": False, "serial": SIGNER_SERIAL, **(signer or {})})
    changes_of = lists or {}
    numbers = range(1, len(parties)) if known is None else known
    return Chain(
        signer=last.der,
        anchors=(parties[0].der,),
        intermediates=tuple(parties[number].der for number in numbers),
        lists=tuple(
            a_list(party, **(changes_of.get(number) or {}))
            for number, party in enumerate(parties)
            if changes_of.get(number, {}) is not None
        ),
        policies=policies,
        at=at,
    )


SIGNER_SERIAL = 7
