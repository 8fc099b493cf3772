"""Certificates that sign for a sender: taken or refused, told with the days on which they sign, and withdrawn."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from channels.models import SenderCertificate
from commands.authority import Authority
from domain.certificates import CertificateState
from tests.portal.test_structured_reports import Visitor, a_certificate, a_file, authority, main_of, now, visitor

__all__ = ["authority", "visitor"]
pytestmark = pytest.mark.django_db


WRONG_CERTIFICATES = {
    "nothing of the kind": (b"hello", "The file holds no certificate"),
    "a private key": (b"-----BEGIN PRIVATE KEY-----\nMIG=\n-----END PRIVATE KEY-----\n", "never send a private key"),
    "too much": (b"x" * 20_000, "The file holds no certificate"),
    "an empty file": (b"", "The file is empty."),
}


@pytest.mark.parametrize(("content", "sentence"), WRONG_CERTIFICATES.values(), ids=WRONG_CERTIFICATES)
def test_a_wrong_certificate_is_told_what_is_wrong(
    visitor: Visitor, authority: Authority, content: bytes, sentence: str
):
    number = visitor.add_sender().number
    answer = visitor.send(f"/reports/{number}/certificates", status=HTTPStatus.OK, certificate=a_file(content))

    assert sentence in answer.content.decode()
    assert not SenderCertificate.objects.exists()


def test_a_certificate_of_an_unknown_authority_is_refused(visitor: Visitor, authority: Authority):
    stranger = Authority.create("Stranger", at=now() - timedelta(days=9), lifetime=timedelta(days=99))
    number = visitor.add_sender().number
    raw = a_file(a_certificate(stranger))
    answer = visitor.send(f"/reports/{number}/certificates", status=HTTPStatus.OK, certificate=raw)

    assert "No authority that is trusted here" in answer.content.decode()


def test_a_certificate_of_another_sender_is_refused(visitor: Visitor, authority: Authority):
    raw = a_certificate(authority)
    first, second = visitor.add_sender().number, visitor.add_sender().number
    visitor.send(f"/reports/{first}/certificates", certificate=a_file(raw))
    answer = visitor.send(f"/reports/{second}/certificates", status=HTTPStatus.CONFLICT, certificate=a_file(raw))

    assert "signs for one sender only" in answer.content.decode()
    assert SenderCertificate.objects.count() == 1


def test_a_withdrawn_certificate_signs_no_more(visitor: Visitor, authority: Authority):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/certificates", certificate=a_file(a_certificate(authority)))
    certificate = SenderCertificate.objects.get()
    visitor.send(f"/reports/{number}/certificates/{certificate.pk}/withdraw")

    certificate.refresh_from_db()
    assert certificate.state == CertificateState.WITHDRAWN


def test_a_certificate_that_its_authority_revoked_is_told_as_such(visitor: Visitor, authority: Authority):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/certificates", certificate=a_file(a_certificate(authority)))
    before = visitor.get(f"/reports/{number}/certificates").content.decode()
    SenderCertificate.objects.update(revoked_at=F("registered_at"))

    after = visitor.get(f"/reports/{number}/certificates").content.decode()
    assert ("Signs until" in before, "Signs until" in after) == (True, False)
    assert "Revoked by its authority, known since" in after


def test_the_overview_names_no_day_for_a_certificate_that_its_authority_revoked(visitor: Visitor, authority: Authority):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/certificates", certificate=a_file(a_certificate(authority)))
    before = main_of(visitor.get("/reports"))
    SenderCertificate.objects.update(revoked_at=F("registered_at"))
    after = main_of(visitor.get("/reports"))

    assert ("<time" in before, "<time" in after) == (True, False)


def test_a_certificate_of_later_is_told_with_the_day_from_which_it_signs(visitor: Visitor, authority: Authority):
    number = visitor.add_sender().number
    signer = authority.issue_signer("Later", at=now() + timedelta(days=2), lifetime=timedelta(days=365))
    raw = signer.certificate.public_bytes(Encoding.PEM)
    saved = visitor.send(f"/reports/{number}/certificates", certificate=a_file(raw))
    begin, end = SenderCertificate.objects.values_list("valid_from", "valid_until").get()
    first, last = (date_format(timezone.localtime(each), "DATE_FORMAT") for each in (begin, end))
    page = main_of(visitor.get(saved["Location"]))

    assert f"The certificate signs for the sender from {first}." in page
    assert f"signs from {first}" in page
    assert "Not valid yet" in page
    assert f"Signs from {first} until {last}." in main_of(visitor.get(f"/reports/{number}/certificates"))
    assert "<time" not in main_of(visitor.get("/reports"))
