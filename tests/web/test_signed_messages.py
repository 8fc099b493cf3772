"""Messages to the SOAP service that are signed with a sender's certificate, in the place of a token."""

import base64
import copy
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import zeep
from lxml import etree

from channels.models import SenderChannel, UsedMessage
from channels.web.presence.contract import ENVELOPE, SOAP_PATH
from channels.web.presence.signed_messages import FRESH
from channels.web.purging import purge_web_service
from channels.web.tokens import caller_by_certificate
from commands.authority import Identity
from domain.refusals import OutageError
from tests.web.check_in_door import COMPANY, INSS, NOON, WORK_PLACE, Door, open_door
from tests.web.registered_signers import AUTHORITY, RegisteredSigners, der_of, send
from tests.web.signed_envelopes import DS, SECURITY, UTILITY, sign_envelope
from tests.web.soap_programs import GET, InProcess, a_presence, code_of, envelope, post


@pytest.fixture(scope="module")
def identity() -> Identity:
    return AUTHORITY.issue_signer("Sender", at=NOON - timedelta(days=1), lifetime=timedelta(days=9))


@pytest.fixture
def door(transactional_db: None, identity: Identity) -> Iterator[Door]:
    signers = RegisteredSigners()
    with open_door(signers=signers) as door:
        signers.known[der_of(identity)] = door
        yield door


def a_message(identity: Identity, **deviation: object) -> etree._Element:
    message = etree.fromstring(envelope(GET.format(7)))
    given = {"key": identity.key, "certificate": identity.certificate, "at": NOON} | deviation
    return sign_envelope(message, **given)


class Signing:
    """Lets a client made from the WSDL sign what it sends."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def apply(self, message: etree._Element, headers: dict[str, str]) -> tuple[etree._Element, dict[str, str]]:
        key, certificate = self.identity.key, self.identity.certificate
        return sign_envelope(message, key=key, certificate=certificate, at=NOON), headers

    def verify(self, message: etree._Element) -> etree._Element:
        return message


def test_a_signed_message_of_a_registered_certificate_is_taken(door: Door, identity: Identity):
    wsdl = door.ask("GET", f"{SOAP_PATH}?wsdl", token=None).content
    transport = InProcess(door)
    transport.token = None
    client = zeep.Client(io.BytesIO(wsdl), transport=transport, wsse=Signing(identity))
    (answer,) = client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])

    assert answer.PresenceRegistration.PresenceRegistrationId == 100_000_000_000_001


def test_a_certificate_is_looked_at_by_the_clock_of_the_counter(transactional_db: None):
    signers, then = RegisteredSigners(), NOON - timedelta(days=20)
    identity = AUTHORITY.issue_signer("Sender of then", at=then, lifetime=timedelta(days=9))
    with open_door(signers=signers) as door:
        signers.known[der_of(identity)] = door
        door.clock.instant = then
        assert send(door, a_message(identity, at=then)).status_code == 200


@pytest.mark.parametrize("minutes", [-6, 2])
def test_a_message_of_another_time_is_refused(door: Door, identity: Identity, minutes: int):
    assert code_of(send(door, a_message(identity, at=NOON + timedelta(minutes=minutes)))) == "SOA-01001"


def test_too_many_wrong_signatures_from_one_address_wait(transactional_db: None, identity: Identity):
    with open_door(signers=RegisteredSigners(), failures_per_minute=1) as door:
        codes = [code_of(send(door, a_message(identity))) for _ in range(2)]

    assert codes == ["SOA-01001", "SOA-02002"]


@pytest.mark.parametrize("parts", [("#body",), ("#time",), ("#body", "#token")])
def test_neither_body_nor_timestamp_is_signed_alone(door: Door, identity: Identity, parts: tuple[str, ...]):
    assert code_of(send(door, a_message(identity, parts=parts))) == "SOA-01001"


def test_a_body_changed_afterwards_is_refused(door: Door, identity: Identity):
    message = etree.tostring(a_message(identity)).replace(b">7<", b">8<")

    assert code_of(post(door, message, token=None)) == "SOA-01001"


@pytest.mark.parametrize(
    ("taken", "other"),
    [
        (b"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", b"http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        (b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1"),
    ],
)
def test_an_algorithm_that_is_not_taken_is_told_as_that(door: Door, identity: Identity, taken: bytes, other: bytes):
    message = etree.tostring(a_message(identity))
    assert taken in message
    answer = post(door, message.replace(taken, other), token=None)

    assert code_of(answer) == "SOA-01001"
    assert b"an algorithm of the signature is not taken: sign by RSA with SHA-256" in answer.content


def test_a_signed_body_moved_away_for_another_is_not_obeyed(door: Door, identity: Identity):
    message = a_message(identity)
    body = message.find(f"{{{ENVELOPE}}}Body")
    other = copy.deepcopy(body)
    other.attrib.pop(f"{{{UTILITY}}}Id")
    etree.SubElement(message.find(f"{{{ENVELOPE}}}Header"), "{urn:x}wrapper").append(body)
    other[0][0][0].text = "8"
    message.append(other)
    answer = send(door, message)

    assert answer.status_code == 200
    assert b">7<" in answer.content
    assert b">8<" not in answer.content


def test_two_elements_of_one_id_are_refused(door: Door, identity: Identity):
    message = a_message(identity)
    body = message.find(f"{{{ENVELOPE}}}Body")
    etree.SubElement(message.find(f"{{{ENVELOPE}}}Header"), "{urn:x}wrapper").append(copy.deepcopy(body))

    assert code_of(send(door, message)) == "SOA-01001"


def test_a_certificate_of_nobody_is_refused(door: Door):
    stranger = AUTHORITY.issue_signer("Stranger", at=NOON - timedelta(days=1), lifetime=timedelta(days=9))

    assert code_of(send(door, a_message(stranger))) == "SOA-01001"


def test_a_signature_by_another_key_than_the_certificates_is_refused(door: Door, identity: Identity):
    stranger = AUTHORITY.issue_signer("Stranger", at=NOON - timedelta(days=1), lifetime=timedelta(days=9))

    assert code_of(send(door, a_message(identity, key=stranger.key))) == "SOA-01001"


@pytest.mark.parametrize("name", ["BinarySecurityToken", "Timestamp"])
def test_a_message_that_leaves_a_choice_is_refused(door: Door, identity: Identity, name: str):
    message = a_message(identity)
    (part,) = message.iter(f"{{{SECURITY}}}{name}", f"{{{UTILITY}}}{name}")
    part.getparent().append(copy.deepcopy(part))

    assert code_of(send(door, message)) == "SOA-01001"


@pytest.mark.parametrize("name", ["BinarySecurityToken", "Timestamp", "Signature", "Security"])
def test_a_message_without_a_part_of_its_signature_is_refused(door: Door, identity: Identity, name: str):
    message = a_message(identity)
    (part,) = message.iter(f"{{*}}{name}")
    part.getparent().remove(part)

    assert code_of(send(door, message)) == "SOA-01001"


def test_a_certificate_that_cannot_be_read_is_refused(door: Door, identity: Identity):
    message = a_message(identity)
    (token,) = message.iter(f"{{{SECURITY}}}BinarySecurityToken")
    token.text = "AAAA"

    assert code_of(send(door, message)) == "SOA-01001"


def test_a_sender_whose_web_service_is_closed_is_not_authorised(door: Door, identity: Identity):
    SenderChannel.objects.filter(sender=door.sender, channel="WEB_SERVICE").delete()

    assert code_of(send(door, a_message(identity))) == "SOA-01002"


def test_a_retired_sender_signs_for_nobody(door: Door, identity: Identity):
    door.sender.state = "RETIRED"

    assert caller_by_certificate(door.sender, "0" * 64) is None


def test_a_message_that_was_taken_is_refused_when_it_comes_again(door: Door, identity: Identity):
    message = etree.tostring(a_presence_message(identity))
    assert post(door, message, token=None).status_code == 200
    door.clock.instant = NOON + timedelta(minutes=4)
    again = post(door, message, token=None)
    assert code_of(again) == "SOA-01001"
    assert "taken before" in again.text
    assert len(door.check_ins.brought) == 1


def test_what_was_signed_counts_not_how_the_signature_or_the_rest_is_written(door: Door, identity: Identity):
    """ECDSA lets anybody who has one signature write a second one, and no header but the Timestamp is signed."""
    message = a_presence_message(identity)
    assert send(door, message).status_code == 200
    for element in message.iter(f"{{{DS}}}SignatureValue"):
        element.text = another_signature(element.text or "")
    assert "taken before" in send(door, message).text


def test_the_same_request_signed_anew_is_another_message(door: Door, identity: Identity):
    for second in (0, 1):
        assert send(door, a_presence_message(identity, at=NOON + timedelta(seconds=second))).status_code == 200
    assert len(door.check_ins.brought) == 2


def test_a_message_that_an_outage_broke_may_be_sent_again(door: Door, identity: Identity):
    message = a_presence_message(identity)
    door.check_ins.trouble = OutageError("the database is away")
    assert code_of(send(door, message)) == "SOA-02002"
    door.check_ins.trouble = None
    assert send(door, message).status_code == 200


def test_a_message_that_nobody_may_sign_is_not_remembered(door: Door):
    other = AUTHORITY.issue_signer("Nobody", at=NOON - timedelta(days=1), lifetime=timedelta(days=9))
    send(door, a_presence_message(other))
    assert not UsedMessage.objects.exists()


def test_a_message_is_remembered_for_as_long_as_it_would_be_taken(door: Door, identity: Identity):
    send(door, a_presence_message(identity))
    until = UsedMessage.objects.get().expires_at
    assert until >= NOON + FRESH
    assert purge_web_service(now=until - timedelta(seconds=1)) == 0
    assert purge_web_service(now=until) == 1


REGISTER = (
    "<p:RegisterPresencesRequest><p:PresenceRegistrationRequest><t:RegistrationDate>2026-11-27</t:RegistrationDate>"
    f"<t:INSS>{INSS}</t:INSS><t:CompanyID>{int(COMPANY)}</t:CompanyID><t:WorkPlaceId>{WORK_PLACE}</t:WorkPlaceId>"
    "</p:PresenceRegistrationRequest></p:RegisterPresencesRequest>"
)
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def a_presence_message(identity: Identity, **deviation: object) -> etree._Element:
    message = etree.fromstring(envelope(REGISTER))
    given = {"key": identity.key, "certificate": identity.certificate, "at": NOON} | deviation
    return sign_envelope(message, **given)


def another_signature(text: str) -> str:
    """Return the other signature that holds for the same message: (r, n - s) in the place of (r, s)."""
    raw = base64.b64decode(text)
    half = len(raw) // 2
    other = ORDER_OF_P256 - int.from_bytes(raw[half:], "big")
    return base64.b64encode(raw[:half] + other.to_bytes(half, "big")).decode()
