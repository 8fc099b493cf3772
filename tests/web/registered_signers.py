"""Who may sign messages to the SOAP service in tests, and how what they signed is sent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from channels.web.tokens import Caller, caller_by_certificate
from commands.authority import Authority, Identity
from tests.web.check_in_door import NOON, Door
from tests.web.soap_programs import post

AUTHORITY = Authority.create("Authority of messages", at=NOON - timedelta(days=30), lifetime=timedelta(days=300))


@dataclass
class RegisteredSigners:
    """Knows certificates by their bytes."""

    known: dict[bytes, Door] = field(default_factory=dict)

    def find_signer(self, certificate: bytes, *, at: datetime) -> Caller | None:  # noqa: ARG002 - it has no clock
        door = self.known.get(certificate)
        return None if door is None else caller_by_certificate(door.sender, "0" * 64)


def der_of(identity: Identity) -> bytes:
    return identity.certificate.public_bytes(Encoding.DER)


def send(door: Door, message: etree._Element) -> httpx.Response:
    return post(door, etree.tostring(message), token=None)
