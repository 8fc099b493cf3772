"""Find out who signed a SOAP message (WS-Security, X.509 token profile), and read nothing but what was signed.

Body and Timestamp are signed together by one signature in the header Security, and with them, where the sender's policy
protects tokens, the BinarySecurityToken from which the certificate is read; SHA-1 is not taken. The key is that of a
certificate registered for a sender: what the message embeds only says which one.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult

from channels.web.presence.canonical_costs import require_affordable
from channels.web.presence.contract import ENVELOPE
from channels.web.presence.envelopes import Envelope
from channels.web.presence.faults import Fault, FaultCode
from channels.web.presence.xml_signatures import SignatureVerifier

FRESH = timedelta(minutes=5)
LARGEST_CERTIFICATE = 16_384
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_NAMES = {"ds": "http://www.w3.org/2000/09/xmldsig#", "wsse": _SECURITY, "wsu": _UTILITY}
_BODY, _TIMESTAMP = f"{{{ENVELOPE}}}Body", f"{{{_UTILITY}}}Timestamp"
_TOKEN, _ID = f"{{{_SECURITY}}}BinarySecurityToken", f"{{{_UTILITY}}}Id"
_SIGNED = (frozenset({_BODY, _TIMESTAMP}), frozenset({_BODY, _TIMESTAMP, _TOKEN}))
_MOST_REFERENCES = 3
_REFERENCES = "./ds:Signature/ds:SignedInfo/ds:Reference"
_RULES = SignatureConfiguration(
    location=f"./{{{ENVELOPE}}}Header/{{{_SECURITY}}}Security/",
    expect_references=True,
    signature_methods=frozenset(
        {
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)
_ALGORITHMS = (
    ("./ds:Signature/ds:SignedInfo/ds:SignatureMethod", frozenset({one.value for one in _RULES.signature_methods})),
    (f"{_REFERENCES}/ds:DigestMethod", frozenset({one.value for one in _RULES.digest_algorithms})),
)
"""What stands where in the header Security."""


_UNREADABLE = (
    SignXMLException,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    NotImplementedError,
    etree.LxmlError,
)
"""What the libraries raise at a certificate or a signature that a stranger wrote as he liked."""


@dataclass(frozen=True, slots=True)
class Made:
    """A message that holds: nothing in it but the Body that was signed, by which it is known when it comes again.

    `digest` is the SHA-256 of the key and of what was signed, however the signature or the rest was written anew: neither
    another certificate of that key nor the token beside Body and Timestamp makes it another message.
    It would be taken until `until`.
    """

    envelope: Envelope
    digest: bytes
    until: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """The certificate that a message names (DER), and the message, whose signature was not looked at yet.

    `token` is the URI of the BinarySecurityToken that it was read from, which KeyInfo refers to; None where it was not.
    """

    certificate: bytes
    envelope: Envelope
    token: str | None = None

    def require_made(self, *, at: datetime, tolerance: timedelta) -> Made:
        """Return the message with the Body that was signed; Fault unless the certificate's key made it a moment ago."""
        try:
            certificate = x509.load_der_x509_certificate(self.certificate)
            key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            results = SignatureVerifier().verify(
                self.envelope.root,
                x509_cert=certificate,
                id_attribute="Id",
                expect_config=replace(_RULES, verification_time=at),  # else it looks at the clock itself
            )
        except _UNREADABLE as error:
            raise _refused("the signature does not hold") from error
        parts = self._require_parts(results if isinstance(results, list) else [results])
        _require_fresh(parts[_TIMESTAMP], at=at, tolerance=tolerance)
        digest = hashlib.sha256(hashlib.sha256(key).digest())
        for name in (_BODY, _TIMESTAMP):
            digest.update(hashlib.sha256(etree.tostring(parts[name], method="c14n", exclusive=True)).digest())
        return Made(self.envelope.with_body(parts[_BODY]), digest.digest(), at + FRESH + 2 * tolerance)

    def _require_parts(self, results: list[VerifyResult]) -> dict[str, etree._Element]:
        """Return what was signed by its name; Fault unless it is what has to be, each once, and the very token."""
        parts = dict(map(_part_of, results))
        if frozenset(parts) not in _SIGNED or len(results) != len(parts):
            raise _refused("Body and Timestamp are signed, with or without the BinarySecurityToken, and nothing else")
        if _TOKEN in parts:
            references = results[0].signature_xml.iterfind("./ds:SignedInfo/ds:Reference", _NAMES)
            signed = [reference.get("URI") for reference in references]
            if self.token not in signed or _certificate_in(parts[_TOKEN]) != self.certificate:
                raise _refused("the BinarySecurityToken that is signed is the one that KeyInfo refers to")
        return parts


def read_signed(envelope: Envelope) -> Signed:
    """Return by which certificate the message says that it was signed; Fault SOA-01001 when it says nothing usable."""
    security = envelope.security
    if security is None:
        raise _refused("show a living access token, or sign the message")
    source = _only(security, "./wsse:BinarySecurityToken", "./ds:Signature/ds:KeyInfo//ds:X509Certificate")
    certificate = _certificate_in(source)
    if len(security.findall(_REFERENCES, _NAMES)) > _MOST_REFERENCES:
        raise _refused("Body, Timestamp and BinarySecurityToken are signed: by three references at most")
    _require_taken_algorithms(security)
    for signed_info in security.iterfind("./ds:Signature/ds:SignedInfo", _NAMES):
        require_affordable(envelope.root, signed_info)
    return Signed(certificate, envelope, _uri_of(source, security))


def _certificate_in(element: etree._Element) -> bytes:
    try:
        certificate = base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused("the certificate cannot be read") from error
    if not 0 < len(certificate) <= LARGEST_CERTIFICATE:
        raise _refused("the certificate cannot be read")
    return certificate


def _uri_of(source: etree._Element, security: etree._Element) -> str | None:
    """Return the URI by which KeyInfo, and nothing else in it, refers to this token; None where it does not."""
    uri = f"#{source.get(_ID)}"
    referred = [one.get("URI") for one in security.iterfind("./ds:Signature/ds:KeyInfo//wsse:Reference", _NAMES)]
    return uri if source.tag == _TOKEN and referred == [uri] else None


def _require_taken_algorithms(security: etree._Element) -> None:
    """Raise Fault with what is taken where the signature names another algorithm; nothing is looked for in its key then."""
    named = [(each.get("Algorithm"), taken) for path, taken in _ALGORITHMS for each in security.iterfind(path, _NAMES)]
    if any(algorithm not in taken for algorithm, taken in named):
        raise _refused(
            "an algorithm of the signature is not taken: sign by RSA with SHA-256, SHA-384 or SHA-512, or by ECDSA with "
            "SHA-256 or SHA-384, and let every digest be SHA-256, SHA-384 or SHA-512"
        )


def _only(security: etree._Element, *paths: str) -> etree._Element:
    """Return the one element that any of the paths leads to; a message that leaves a choice is refused."""
    found = [element for path in paths for element in security.iterfind(path, _NAMES)]
    if len(found) != 1 or len(security.findall("./ds:Signature", _NAMES)) != 1:
        raise _refused("one signature with one certificate is expected")
    return found[0]


def _part_of(result: VerifyResult) -> tuple[str, etree._Element]:
    part = result.signed_xml
    return ("", etree.Element("none")) if part is None else (str(part.tag), part)


def _require_fresh(timestamp: etree._Element, *, at: datetime, tolerance: timedelta) -> None:
    created = _instant(timestamp, "wsu:Created")
    expires = _instant(timestamp, "wsu:Expires")
    if created is None or not at - FRESH - tolerance <= created <= at + tolerance:
        raise _refused("the Timestamp is not of the last minutes")
    if expires is not None and expires + tolerance <= at:
        raise _refused("the Timestamp has expired")


def _instant(timestamp: etree._Element, name: str) -> datetime | None:
    text = timestamp.findtext(name, namespaces=_NAMES)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise _refused("the Timestamp cannot be read") from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _refused(detail: str) -> Fault:
    return Fault(FaultCode.NOT_AUTHENTICATED, detail)
