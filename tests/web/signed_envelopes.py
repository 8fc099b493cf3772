"""Sign a SOAP envelope as the X.509 token profile wants it: Body and Timestamp, by the key of a certificate that goes with it."""

import base64
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.signer import XMLSigner

from channels.web.presence.contract import ENVELOPE

SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"


def sign_envelope(
    envelope: etree._Element,
    *,
    key: object,
    certificate: x509.Certificate,
    at: datetime,
    parts: tuple[str, ...] = ("#body", "#time"),
    method: str = "ecdsa-sha256",
) -> etree._Element:
    """Return the envelope with the header Security; `parts` are what is signed."""
    header = envelope.find(f"{{{ENVELOPE}}}Header")
    if header is None:
        header = etree.Element(f"{{{ENVELOPE}}}Header")
        envelope.insert(0, header)
    security = etree.SubElement(header, f"{{{SECURITY}}}Security", nsmap={"wsse": SECURITY, "wsu": UTILITY})
    security.set(f"{{{ENVELOPE}}}mustUnderstand", "1")
    token = etree.SubElement(security, f"{{{SECURITY}}}BinarySecurityToken", ValueType=X509)
    token.set(f"{{{UTILITY}}}Id", "token")
    token.text = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    timestamp = etree.SubElement(security, f"{{{UTILITY}}}Timestamp")
    timestamp.set(f"{{{UTILITY}}}Id", "time")
    etree.SubElement(timestamp, f"{{{UTILITY}}}Created").text = at.isoformat()
    etree.SubElement(timestamp, f"{{{UTILITY}}}Expires").text = (at + timedelta(minutes=5)).isoformat()
    envelope.find(f"{{{ENVELOPE}}}Body").set(f"{{{UTILITY}}}Id", "body")
    signer = XMLSigner(SignatureConstructionMethod.detached, signature_algorithm=method, c14n_algorithm=C14N)
    signature = signer.sign(envelope, key=key, cert=[certificate], reference_uri=list(parts), id_attribute="Id")
    _name_token(signature)
    security.append(signature)
    return envelope


def _name_token(signature: etree._Element) -> None:
    """Let the signature point to the token in place of holding the certificate, as the profile has it."""
    info = signature.find(f"{{{DS}}}KeyInfo")
    for child in list(info):
        info.remove(child)
    reference = etree.SubElement(info, f"{{{SECURITY}}}SecurityTokenReference")
    etree.SubElement(reference, f"{{{SECURITY}}}Reference", URI="#token", ValueType=X509)
