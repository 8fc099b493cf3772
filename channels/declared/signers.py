"""Who signed a file and who owns its sender: nobody declares by file what concerns himself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from channels.models import Sender, SenderCertificate
from channels.signing_certificates import was_registered_at
from domain.identifiers import is_insz

_PERSON_PREFIX = "PNOBE-"


@dataclass(frozen=True, slots=True)
class Own:
    """National numbers of who signed or could have, and mail addresses of who owns the sender, in small letters."""

    numbers: frozenset[str]
    addresses: frozenset[str]


def own_of_sender(number: str, *, certificates: Collection[str], received_at: datetime) -> Own:
    """Return the persons of the sender; `certificates` are the SHA-256 (hexadecimal) of those that signed the file.

    Where nobody signed, whoever could have counts: each whose certificate was registered for the sender at the reception.
    """
    known = SenderCertificate.objects.filter(sender_id=number)
    of_them = known.filter(sha256__in=certificates) if certificates else known.filter(was_registered_at(received_at))
    ders = of_them.values_list("der", flat=True)
    numbers = {found for der in ders for found in _numbers_in(bytes(der))}
    contact = Sender.objects.filter(number=number).values_list("technical_user__contact_address", flat=True).first()
    return Own(frozenset(numbers), frozenset({contact.lower()} if contact else ()))


def _numbers_in(der: bytes) -> Iterator[str]:
    """Yield the national number in the subject of a certificate, as eID cards and qualified certificates have it."""
    for attribute in x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER):
        text = str(attribute.value).removeprefix(_PERSON_PREFIX)
        if is_insz(text):
            yield text
