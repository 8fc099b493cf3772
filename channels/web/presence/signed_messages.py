"""Find out who signed a SOAP message (WS-Security, X.509 token profile), and read nothing but what was signed.

Body and Timestamp are signed together by one signature in the header Security; SHA-1 is not taken. The key is that of a
certificate registered for a sender: what the message embeds only says which one.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from channels.web.presence.contract import ENVELOPE
from channels.web.presence.envelopes import Envelope
from channels.web.presence.faults import Fault, FaultCode

FRESH = timedelta(minutes=5)
LARGEST_CERTIFICATE = 16_384
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_NAMES = {"ds": "http://www.w3.org/2000/09/xmldsig#", "wsse": _SECURITY, "wsu": _UTILITY}
_BODY, _TIMESTAMP = f"{{{ENVELOPE}}}Body", f"{{{_UTILITY}}}Timestamp"
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
    (
        "./ds:Signature/ds:SignedInfo/ds:Reference/ds:DigestMethod",
        frozenset({one.value for one in _RULES.digest_algorithms}),
    ),
)
"""What stands where in the header Security."""


@dataclass(frozen=True, slots=True)
class Made:
    """A message that holds: nothing in it but the Body that was signed, by which it is known when it comes again.

    `digest` is the SHA-256 of the certificate and of what was signed, however the signature or the rest was written anew.
    It would be taken until `until`.
    """

    envelope: Envelope
    digest: bytes
    until: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """The certificate that a message names (DER), and the message, whose signature was not looked at yet."""

    certificate: bytes
    envelope: Envelope

    def require_made(self, *, at: datetime, tolerance: timedelta) -> Made:
        """Return the message with the Body that was signed; Fault unless the certificate's key made it a moment ago."""
        try:
            results = XMLVerifier().verify(
                self.envelope.root,
                x509_cert=x509.load_der_x509_certificate(self.certificate),
                id_attribute="Id",
                expect_config=replace(_RULES, verification_time=at),  # else it looks at the clock itself
            )
        except (SignXMLException, ValueError, TypeError, KeyError, etree.LxmlError) as error:
            raise _refused("the signature does not hold") from error
        parts = {} if not isinstance(results, list) else dict(map(_part_of, results))
        if set(parts) != {_BODY, _TIMESTAMP} or not isinstance(results, list) or len(results) != len(parts):
            raise _refused("Body and Timestamp are signed, and nothing else")
        _require_fresh(parts[_TIMESTAMP], at=at, tolerance=tolerance)
        digest = hashlib.sha256(hashlib.sha256(self.certificate).digest())
        for name in (_BODY, _TIMESTAMP):
            digest.update(hashlib.sha256(etree.tostring(parts[name], method="c14n", exclusive=True)).digest())
        return Made(self.envelope.with_body(parts[_BODY]), digest.digest(), at + FRESH + 2 * tolerance)


def read_signed(envelope: Envelope) -> Signed:
    """Return by which certificate the message says that it was signed; Fault SOA-01001 when it says nothing usable."""
    security = envelope.security
    if security is None:
        raise _refused("show a living access token, or sign the message")
    (text,) = _only(security, "./wsse:BinarySecurityToken", "./ds:Signature/ds:KeyInfo//ds:X509Certificate")
    try:
        certificate = base64.b64decode("".join((text.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused("the certificate cannot be read") from error
    if not 0 < len(certificate) <= LARGEST_CERTIFICATE:
        raise _refused("the certificate cannot be read")
    _require_taken_algorithms(security)
    return Signed(certificate, envelope)


def _require_taken_algorithms(security: etree._Element) -> None:
    """Raise Fault with what is taken where the signature names another algorithm; nothing is looked for in its key then."""
    named = [(each.get("Algorithm"), taken) for path, taken in _ALGORITHMS for each in security.iterfind(path, _NAMES)]
    if any(algorithm not in taken for algorithm, taken in named):
        raise _refused(
            "an algorithm of the signature is not taken: sign by RSA with SHA-256, SHA-384 or SHA-512, or by ECDSA with "
            "SHA-256 or SHA-384, and let every digest be SHA-256, SHA-384 or SHA-512"
        )


def _only(security: etree._Element, *paths: str) -> list[etree._Element]:
    """Return the one element that any of the paths leads to; a message that leaves a choice is refused."""
    found = [element for path in paths for element in security.iterfind(path, _NAMES)]
    if len(found) != 1 or len(security.findall("./ds:Signature", _NAMES)) != 1:
        raise _refused("one signature with one certificate is expected")
    return found


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
