"""Signed SOAP messages whose canonical form would take long are refused before it is written, whoever sends them."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from channels.web.presence.canonical_costs import (
    MOST_ATTRIBUTES,
    MOST_ELEMENTS,
    MOST_NAMESPACES,
    MOST_PREFIXES,
    MOST_TRANSFORMS,
)
from channels.web.presence.contract import ENVELOPE
from channels.web.presence.envelopes import read_envelope
from channels.web.presence.faults import Fault, FaultCode
from channels.web.presence.signed_messages import Signed, read_signed
from tests.web.check_in_door import NOON, open_door
from tests.web.registered_signers import AUTHORITY, RegisteredSigners
from tests.web.signed_envelopes import C14N, DS, SECURITY
from tests.web.soap_programs import code_of, post

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
FEW_NAMESPACES = MOST_NAMESPACES - 4
"""Envelope, Security and Signature declare one each, a list of prefixes another."""
CERTIFICATE = AUTHORITY.issue_signer("Sender", at=NOON, lifetime=timedelta(days=9)).certificate.public_bytes(
    Encoding.DER
)


def method(algorithm: str = C14N, inside: str = "") -> str:
    return f'<ds:CanonicalizationMethod Algorithm="{algorithm}">{inside}</ds:CanonicalizationMethod>'


def transform(algorithm: str = C14N, inside: str = "") -> str:
    return f'<ds:Transform Algorithm="{algorithm}">{inside}</ds:Transform>'


def listed(count: int) -> str:
    prefixes = " ".join(f"a{number}" for number in range(count))
    return f'<ec:InclusiveNamespaces xmlns:ec="{C14N}" PrefixList="{prefixes}"/>'


def a_signed_info(*, by: str | None = None, transforms: str | None = None, more: str = "") -> str:
    return (
        f'<ds:SignedInfo>{method() if by is None else by}<ds:SignatureMethod Algorithm="{ECDSA}"/>'
        f'<ds:Reference URI="#body"><ds:Transforms>{transform() if transforms is None else transforms}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>{more}</ds:SignedInfo>'
    )


def a_message(
    *, signed_info: str | None = None, namespaces: int = 0, body: str = "<x/>", certificate: bytes = CERTIFICATE
) -> bytes:
    declared = "".join(f' xmlns:a{number}="urn:a"' for number in range(namespaces))
    return (
        f'<s:Envelope xmlns:s="{ENVELOPE}"{declared}><s:Header><w:Security xmlns:w="{SECURITY}"><w:BinarySecurityToken>'
        f'{base64.b64encode(certificate).decode()}</w:BinarySecurityToken><ds:Signature xmlns:ds="{DS}">'
        f"{a_signed_info() if signed_info is None else signed_info}<ds:SignatureValue>AAAA</ds:SignatureValue>"
        f'</ds:Signature></w:Security></s:Header><s:Body Id="body">{body}</s:Body></s:Envelope>'
    ).encode()


def attributes(count: int) -> str:
    return "<x" + "".join(f' a{number}=""' for number in range(count)) + "/>"


TAKEN = {
    "nothing unusual": a_message(),
    "comments that are signed": a_message(signed_info=a_signed_info(by=method(f"{C14N}WithComments"))),
    "so many namespaces": a_message(namespaces=FEW_NAMESPACES),
    "the same namespace at each of many elements": a_message(body="<y>" + '<x xmlns="urn:x"/>' * 500 + "</y>"),
    "so many attributes": a_message(body=attributes(MOST_ATTRIBUTES)),
    "so many prefixes": a_message(signed_info=a_signed_info(by=method(inside=listed(MOST_PREFIXES)))),
    "so many transforms": a_message(signed_info=a_signed_info(transforms=transform() * MOST_TRANSFORMS)),
}
COSTLY = {
    "inclusive canonicalisation": (a_message(signed_info=a_signed_info(by=method(INCLUSIVE))), "exclusive"),
    "a part in the inclusive form": (
        a_message(signed_info=a_signed_info(transforms=transform(INCLUSIVE))),
        "exclusive",
    ),
    "elements of others in a transform": (
        a_message(signed_info=a_signed_info(transforms=transform(inside='<y xmlns="urn:y"/>'))),
        "exclusive",
    ),
    "one namespace more": (a_message(namespaces=MOST_NAMESPACES), f"{MOST_NAMESPACES} namespaces"),
    "namespaces around one another": (
        a_message(body="".join(f'<x xmlns="urn:{n}">' for n in range(70)) + "</x>" * 70),
        f"{MOST_NAMESPACES} namespaces",
    ),
    "one attribute more": (a_message(body=attributes(MOST_ATTRIBUTES + 1)), f"{MOST_ATTRIBUTES} attributes"),
    "one prefix more": (
        a_message(signed_info=a_signed_info(by=method(inside=listed(MOST_PREFIXES + 1)))),
        f"{MOST_PREFIXES} prefixes",
    ),
    "one prefix more for a part": (
        a_message(signed_info=a_signed_info(transforms=transform(inside=listed(MOST_PREFIXES + 1)))),
        f"{MOST_PREFIXES} prefixes",
    ),
    "one transform more": (
        a_message(signed_info=a_signed_info(transforms=transform() * (MOST_TRANSFORMS + 1))),
        f"{MOST_TRANSFORMS} times",
    ),
    "many elements": (
        a_message(signed_info=a_signed_info(more="<ds:Object/>" * MOST_ELEMENTS)),
        f"{MOST_ELEMENTS} elements",
    ),
    "the same in a second SignedInfo": (
        a_message(signed_info=a_signed_info() + a_signed_info(by=method(INCLUSIVE))),
        "exclusive",
    ),
}


@pytest.mark.parametrize("raw", TAKEN.values(), ids=TAKEN)
def test_a_message_as_programs_write_it_may_be_verified(raw: bytes):
    assert isinstance(read_signed(read_envelope(raw)), Signed)


@pytest.mark.parametrize(("raw", "told"), COSTLY.values(), ids=COSTLY)
def test_a_costly_message_is_refused_before_it_is_verified(raw: bytes, told: str):
    with pytest.raises(Fault, match=told) as raised:
        read_signed(read_envelope(raw))

    assert raised.value.code is FaultCode.NOT_AUTHENTICATED


def test_a_certificate_that_no_library_reads_is_a_failure_of_who_sent_it(transactional_db: None):
    version = CERTIFICATE.index(b"\xa0\x03\x02\x01\x02") + 4
    of_another_version = CERTIFICATE[:version] + b"\x05" + CERTIFICATE[version + 1 :]
    with open_door(signers=RegisteredSigners(), failures_per_minute=1) as door:
        raw = a_message(certificate=of_another_version)
        codes = [code_of(post(door, raw, token=None)) for _ in range(2)]

    assert codes == ["SOA-01001", "SOA-02002"]
