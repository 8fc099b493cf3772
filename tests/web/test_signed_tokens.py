"""Messages to the SOAP service whose signature covers the token that it refers to, as the official policy asks."""

import copy
import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml import etree

from channels.web.presence.contract import ENVELOPE, PROTOCOL
from commands.authority import Identity
from tests.web.check_in_door import COMPANY, INSS, NOON, WORK_PLACE, Door, open_door
from tests.web.java_envelopes import ORDER, sign_as_java
from tests.web.registered_signers import AUTHORITY, RegisteredSigners, der_of, send
from tests.web.signed_envelopes import DS, SECURITY, UTILITY
from tests.web.soap_programs import code_of

ID = f"{{{UTILITY}}}Id"
MESSAGE = (
    f'<soap:Envelope xmlns:soap="{ENVELOPE}"><soap:Body><ns2:RegisterPresencesRequest '
    f'xmlns="http://socialsecurity.be/presenceregistration/schemas/v1" xmlns:ns2="{PROTOCOL}">'
    "<ns2:PresenceRegistrationRequest><RegistrationDate>2026-11-27</RegistrationDate>"
    f"<INSS>{INSS}</INSS><CompanyID>{int(COMPANY)}</CompanyID><WorkPlaceId>{WORK_PLACE}</WorkPlaceId>"
    "</ns2:PresenceRegistrationRequest></ns2:RegisterPresencesRequest></soap:Body></soap:Envelope>"
)
Change = Callable[[etree._Element], None]


@pytest.fixture(scope="module")
def identity() -> Identity:
    return AUTHORITY.issue_signer("Sender", at=NOON - timedelta(days=1), lifetime=timedelta(days=9))


@pytest.fixture(scope="module")
def renewed(identity: Identity) -> Identity:
    """The same key with a later certificate."""
    old = identity.certificate
    builder = x509.CertificateBuilder().subject_name(old.subject).issuer_name(old.issuer).public_key(old.public_key())
    builder = builder.serial_number(7).not_valid_before(NOON - timedelta(hours=1))
    certificate = builder.not_valid_after(NOON + timedelta(days=9)).sign(AUTHORITY.identity.key, hashes.SHA256())
    return Identity(identity.key, certificate)


@pytest.fixture
def door(transactional_db: None, identity: Identity, renewed: Identity) -> Iterator[Door]:
    signers = RegisteredSigners()
    with open_door(signers=signers) as door:
        signers.known |= {der_of(identity): door, der_of(renewed): door}
        yield door


def a_message(identity: Identity, **deviation: object) -> etree._Element:
    given = {"key": identity.key, "certificate": identity.certificate, "at": NOON} | deviation
    return sign_as_java(etree.fromstring(MESSAGE), **given)


def only(message: etree._Element, name: str) -> etree._Element:
    (element,) = message.iter(f"{{*}}{name}")
    return element


def wrap(message: etree._Element, element: etree._Element) -> None:
    """Put the element where nothing is looked for."""
    etree.SubElement(message.find(f"{{{ENVELOPE}}}Header"), "{urn:x}wrapper").append(element)


@pytest.mark.parametrize("order", list(itertools.permutations(ORDER)), ids=" ".join)
def test_a_message_whose_token_is_signed_too_is_taken_in_any_order(
    door: Door, identity: Identity, order: tuple[str, ...]
):
    assert send(door, a_message(identity, order=order)).status_code == 200
    assert len(door.check_ins.brought) == 1


def test_a_message_as_java_writes_it_is_taken_without_its_token_signed(door: Door, identity: Identity):
    assert send(door, a_message(identity, parts=("time", "body"))).status_code == 200


@pytest.mark.parametrize("prefixes", ["", "wsse SOAP-ENV", "nothing", "#default"])
def test_namespaces_to_keep_may_be_listed(
    door: Door, identity: Identity, prefixes: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tests.web.java_envelopes.PREFIXES", dict.fromkeys(("body", "time", "token"), prefixes))

    assert send(door, a_message(identity)).status_code == 200


def test_an_empty_list_of_namespaces_to_keep_means_none(door: Door, identity: Identity):
    """Whatever else the message holds: an element that leaves the default namespace made another list of it."""
    beside = etree.fromstring('<x:header xmlns:x="urn:x" xmlns="urn:y"><plain xmlns=""/></x:header>')

    assert send(door, a_message(identity, beside=beside)).status_code == 200


def test_the_default_namespace_of_the_envelope_may_be_kept(
    door: Door, identity: Identity, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tests.web.java_envelopes.PREFIXES", dict.fromkeys(("body", "time", "token"), "#default"))
    text = MESSAGE.replace("soap:", "").replace("xmlns:soap=", "xmlns=")
    message = sign_as_java(etree.fromstring(text), key=identity.key, certificate=identity.certificate, at=NOON)

    assert send(door, message).status_code == 200


def test_a_message_signed_with_and_without_its_token_is_taken_once(door: Door, identity: Identity):
    assert send(door, a_message(identity)).status_code == 200
    assert "taken before" in send(door, a_message(identity, parts=("time", "body"))).text
    assert len(door.check_ins.brought) == 1


def test_a_message_that_was_taken_is_refused_under_another_certificate_of_its_key(
    door: Door, identity: Identity, renewed: Identity
):
    message = a_message(identity, parts=("time", "body"))
    assert send(door, message).status_code == 200
    only(message, "BinarySecurityToken").text = only(a_message(renewed), "BinarySecurityToken").text
    assert "taken before" in send(door, message).text
    assert len(door.check_ins.brought) == 1


def test_a_signed_token_is_not_changed_for_another_certificate_of_its_key(
    door: Door, identity: Identity, renewed: Identity
):
    message = a_message(identity)
    only(message, "BinarySecurityToken").text = only(a_message(renewed), "BinarySecurityToken").text

    assert code_of(send(door, message)) == "SOA-01001"


def _move_token_away(message: etree._Element, *, named: str) -> None:
    """Leave the signed token elsewhere, and put an equal one in its place that is `named`."""
    token = only(message, "BinarySecurityToken")
    other = copy.deepcopy(token)
    other.set(ID, named)
    security = token.getparent()
    wrap(message, token)
    security.insert(0, other)


def _refer_to_another(message: etree._Element) -> None:
    _move_token_away(message, named="other")
    only(message, "KeyInfo").find(f".//{{{SECURITY}}}Reference").set("URI", "#other")


def _leave_the_place_empty(message: etree._Element) -> None:
    wrap(message, only(message, "BinarySecurityToken"))


def _use_another_header(message: etree._Element) -> None:
    """Leave the token in a second header Security, after that with the signature."""
    token = only(message, "BinarySecurityToken")
    header = message.find(f"{{{ENVELOPE}}}Header")
    etree.SubElement(header, f"{{{SECURITY}}}Security").append(token)


def _put_one_more(message: etree._Element) -> None:
    token = only(message, "BinarySecurityToken")
    other = copy.deepcopy(token)
    other.set(ID, "other")
    token.addnext(other)


def _take_its_id(message: etree._Element) -> None:
    """Let another element have the token's id as well."""
    wrap(message, etree.Element("{urn:x}other", {ID: "token"}))


def _take_its_id_without_a_namespace(message: etree._Element) -> None:
    wrap(message, etree.Element("{urn:x}other", {"Id": "token"}))


def _give_its_id_away(message: etree._Element) -> None:
    only(message, "BinarySecurityToken").attrib.pop(ID)
    wrap(message, etree.Element("{urn:x}other", {ID: "token"}))


def _show_the_certificate_in_key_info(message: etree._Element) -> None:
    """Let the certificate be read from X509Data, and the signed token stand where none is looked for."""
    token = only(message, "BinarySecurityToken")
    wrap(message, token)
    reference = only(message, "SecurityTokenReference")
    reference.clear()
    data = etree.SubElement(etree.SubElement(reference, f"{{{DS}}}X509Data"), f"{{{DS}}}X509Certificate")
    data.text = token.text


def _put_a_comment_into_it(message: etree._Element) -> None:
    """A signature without comments holds all the same, and the text before it is another token."""
    token = only(message, "BinarySecurityToken")
    text = token.text
    token.text = text[:400]
    comment = etree.Comment("here")
    comment.tail = text[400:]
    token.append(comment)


def _refer_to_the_timestamp(message: etree._Element) -> None:
    only(message, "KeyInfo").find(f".//{{{SECURITY}}}Reference").set("URI", "#time")


def _refer_to_nothing(message: etree._Element) -> None:
    only(message, "SecurityTokenReference").clear()


def _refer_twice(message: etree._Element) -> None:
    reference = only(message, "KeyInfo").find(f".//{{{SECURITY}}}Reference")
    reference.addnext(etree.Element(reference.tag, {"URI": "#time"}))


WRAPPED: dict[str, Change] = {
    "the signed token moved away for one of another id": lambda message: _move_token_away(message, named="other"),
    "the signed token moved away for one that is referred to": _refer_to_another,
    "the signed token moved away for one of its id": lambda message: _move_token_away(message, named="token"),
    "the signed token moved away": _leave_the_place_empty,
    "the signed token in another header": _use_another_header,
    "one more token": _put_one_more,
    "another element of its id": _take_its_id,
    "another element of its id without a namespace": _take_its_id_without_a_namespace,
    "its id at another element alone": _give_its_id_away,
    "the certificate in KeyInfo": _show_the_certificate_in_key_info,
    "a comment in the token": _put_a_comment_into_it,
    "a reference to another element": _refer_to_the_timestamp,
    "no reference to the token": _refer_to_nothing,
    "two references of KeyInfo": _refer_twice,
}


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_a_message_is_refused_whose_signed_token_is_not_the_one_that_is_read(
    door: Door, identity: Identity, wrapping: str
):
    message = a_message(identity)
    WRAPPED[wrapping](message)

    assert code_of(send(door, message)) == "SOA-01001"
    assert not door.check_ins.brought


@pytest.mark.parametrize(
    "parts",
    [
        ("token", "body"),
        ("token", "time"),
        ("time", "time", "body"),
        ("time", "body", "body"),
        ("token", "time", "time"),
        ("token", "body", "body"),
        ("token", "token", "time", "body"),
        ("time", "body", "STR-1"),
    ],
    ids=" ".join,
)
def test_nothing_is_signed_twice_or_in_the_place_of_another(door: Door, identity: Identity, parts: tuple[str, ...]):
    assert code_of(send(door, a_message(identity, parts=parts))) == "SOA-01001"


@pytest.mark.parametrize("tag", ["{urn:x}header", f"{{{SECURITY}}}BinarySecurityToken"])
def test_a_signature_over_another_header_in_the_place_of_the_token_is_refused(door: Door, identity: Identity, tag: str):
    """Also where that has the name of a token, and the very certificate."""
    beside = etree.Element(tag, {ID: "other"})
    beside.text = only(a_message(identity), "BinarySecurityToken").text

    answer = send(door, a_message(identity, parts=("time", "body", "other"), beside=beside))

    assert code_of(answer) == "SOA-01001"


def test_a_signature_of_many_references_is_refused_before_it_is_verified(door: Door, identity: Identity):
    answer = send(door, a_message(identity, parts=("token", "time", "body") + ("body",) * 40))

    assert code_of(answer) == "SOA-01001"
    assert "three references at most" in answer.text
