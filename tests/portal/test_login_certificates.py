"""Certificates by which a sender signs in over FTP: uploaded, shown with their end, revoked, and refused with a reason."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from django.test import Client

from channels.models import LoginCertificate, Sender
from commands.authority import Authority
from tests.portal.people import settle_manager
from tests.portal.test_senders_doors import private_key, text, upload
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db
NOW, DAY = datetime.now(UTC), timedelta(days=1)


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def sender(visitor: Visitor) -> Sender:
    sender = visitor.add_sender()
    visitor.send(f"/reports/{sender.number}/channels", channels=["FTP"])
    return sender


AUTHORITY = Authority.create("Authority of clients", at=NOW - 99 * DAY, lifetime=999 * DAY)


def a_client(**deviation: object) -> bytes:
    said = {"at": NOW - DAY, "lifetime": 90 * DAY, **deviation}
    return AUTHORITY.issue_signer("FTP client", **said).certificate.public_bytes(Encoding.PEM)


def take_certificate(visitor: Visitor, sender: Sender, raw: bytes, status: int = HTTPStatus.SEE_OTHER):
    path = f"/reports/{sender.number}/ftp/certificates"
    return visitor.send(path, status=status, certificate=upload(raw))


def test_a_certificate_signs_in_until_its_end_instead_of_a_password(visitor: Visitor, sender: Sender):
    assert "To do" in text(visitor.get(f"/reports/{sender.number}")).split("Make a password for FTP")[1][:400]
    take_certificate(visitor, sender, a_client())
    shown = text(visitor.get(f"/reports/{sender.number}/ftp/certificates"))
    overview = text(visitor.get(f"/reports/{sender.number}"))

    assert LoginCertificate.objects.get().sha256[:16] in shown
    assert "Signs in until" in shown
    assert "1 certificate" in overview
    assert "Optional" in overview.split("Make a password for FTP")[1][:400]


def test_a_revoked_certificate_signs_in_no_more_and_is_gone_from_the_page(visitor: Visitor, sender: Sender):
    take_certificate(visitor, sender, a_client())
    row = LoginCertificate.objects.get()
    path = f"/reports/{sender.number}/ftp/certificates"
    visitor.send(f"{path}/{row.pk}/revoke")
    row.refresh_from_db()

    assert row.state == "REVOKED"
    assert "No certificate yet" in text(visitor.get(path))
    visitor.get(f"{path}/{row.pk}/revoke", status=HTTPStatus.NOT_FOUND)


def test_a_certificate_that_has_expired_meanwhile_says_so(visitor: Visitor, sender: Sender):
    certificate = load_pem_x509_certificate(a_client(at=NOW - 9 * DAY, lifetime=8 * DAY))
    LoginCertificate.objects.create(
        technical_user=sender.technical_user,
        der=certificate.public_bytes(Encoding.DER),
        sha256="5f" * 32,
        added_at=NOW - 9 * DAY,
    )
    assert "Expired on" in text(visitor.get(f"/reports/{sender.number}/ftp/certificates"))


WRONG_CERTIFICATES = {
    "nothing of the kind": (lambda: b"hello", "no certificate, or more than one"),
    "two": (lambda: a_client() + a_client(), "no certificate, or more than one"),
    "a private key": (private_key, "It must never leave its owner"),
    "far too much": (lambda: b"x" * 20_000, "The file is too large."),
    "an expired one": (lambda: a_client(at=NOW - 9 * DAY, lifetime=8 * DAY), "has expired"),
    "an authority's": (lambda: AUTHORITY.identity.certificate.public_bytes(Encoding.PEM), "of an authority"),
    "an empty file": (lambda: b"", "The file is empty."),
}


@pytest.mark.parametrize(("raw", "sentence"), WRONG_CERTIFICATES.values(), ids=WRONG_CERTIFICATES)
def test_a_certificate_that_is_refused_is_told_why(
    visitor: Visitor, sender: Sender, raw: Callable[[], bytes], sentence: str
):
    answer = take_certificate(visitor, sender, raw(), status=HTTPStatus.OK)

    assert sentence in text(answer)
    assert not LoginCertificate.objects.exists()


def test_a_certificate_opens_the_door_for_one_technical_user_alone(visitor: Visitor, sender: Sender):
    raw, other = a_client(), visitor.add_sender()
    take_certificate(visitor, sender, raw)
    answer = take_certificate(visitor, other, raw, status=HTTPStatus.OK)

    assert "opens the door for one alone" in text(answer).replace("&#x27;", "'")
    assert LoginCertificate.objects.count() == 1
