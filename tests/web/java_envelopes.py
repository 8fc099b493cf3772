"""Sign a SOAP envelope as WSS4J does for a policy with ProtectTokens: Body, Timestamp and the token that KeyInfo refers to.

The signature is made by libxmlsec1, which shares nothing with what verifies it here.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from channels.web.presence.contract import ENVELOPE
from commands.authority import private_pem
from tests.web.signed_envelopes import C14N, DS, SECURITY, UTILITY, X509

ORDER = ("token", "time", "signature")
PREFIXES: Mapping[str, str] = {"body": "", "time": "wsse SOAP-ENV", "token": ""}
"""What WSS4J writes as the namespaces that a part of the message keeps though it does not use them."""

_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
_WSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
_TOKEN = (
    f'<wsse:BinarySecurityToken EncodingType="{_BASE64}" ValueType="{X509}" wsu:Id="token">{{token}}'
    "</wsse:BinarySecurityToken>"
)
_TIME = (
    '<wsu:Timestamp wsu:Id="time"><wsu:Created>{created}</wsu:Created><wsu:Expires>{expires}</wsu:Expires>'
    "</wsu:Timestamp>"
)
_REFERENCE = (
    f'<ds:Reference URI="#{{part}}"><ds:Transforms><ds:Transform Algorithm="{C14N}"><ec:InclusiveNamespaces '
    f'xmlns:ec="{C14N}" PrefixList="{{prefixes}}"/></ds:Transform></ds:Transforms><ds:DigestMethod '
    f'Algorithm="{_SHA256}"/><ds:DigestValue/></ds:Reference>'
)
_SIGNATURE = (
    f'<ds:Signature xmlns:ds="{DS}" Id="SIG-1"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{C14N}">'
    f'<ec:InclusiveNamespaces xmlns:ec="{C14N}" PrefixList="soap"/></ds:CanonicalizationMethod><ds:SignatureMethod '
    f'Algorithm="{_ECDSA_SHA256}"/>{{references}}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo Id="KI-1">'
    f'<wsse:SecurityTokenReference xmlns:wsse11="{_WSSE11}" wsse11:TokenType="{X509}" wsu:Id="STR-1"><wsse:Reference '
    f'URI="#token" ValueType="{X509}"/></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>'
)
_HEADER = (
    f'<SOAP-ENV:Header xmlns:SOAP-ENV="{ENVELOPE}"><wsse:Security xmlns:wsse="{SECURITY}" xmlns:wsu="{UTILITY}" '
    f'xmlns:soap="{ENVELOPE}" soap:mustUnderstand="1">{{parts}}</wsse:Security></SOAP-ENV:Header>'
)


def sign_as_java(
    envelope: etree._Element,
    *,
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    at: datetime,
    parts: Sequence[str] = ("token", "time", "body"),
    order: Sequence[str] = ORDER,
    beside: etree._Element | None = None,
) -> etree._Element:
    """Return the envelope with the header Security, and another `beside` it.

    `parts` are the ids of what is signed, `order` is that of the header.
    """
    references = "".join(_REFERENCE.format(part=part, prefixes=PREFIXES.get(part, "")) for part in parts)
    written = {
        "token": _TOKEN.format(token=base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()),
        "time": _TIME.format(created=_instant(at), expires=_instant(at + timedelta(minutes=5))),
        "signature": _SIGNATURE.format(references=references),
    }
    header = etree.fromstring(_HEADER.format(parts="".join(written[name] for name in order)))
    if beside is not None:
        header.append(beside)
    envelope.insert(0, header)
    envelope.find(f"{{{ENVELOPE}}}Body").set(f"{{{UTILITY}}}Id", "body")
    whole = etree.fromstring(etree.tostring(envelope))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(private_pem(key).encode(), xmlsec.KeyFormat.PEM)
    for element in whole.iterfind(f".//*[@{{{UTILITY}}}Id]"):
        context.register_id(element, "Id", UTILITY)
    context.sign(whole.find(f".//{{{DS}}}Signature"))
    return whole


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
