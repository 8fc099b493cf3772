"""A file is judged in the portal as `guichet check` judges it; nothing is delivered by it."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from domain.brussels import brussels_date
from evidence.models import Submission
from tests.access_files import a_declaration, a_file, a_form, a_user
from tests.checkin_files import a_batch, a_day_item
from tests.dimona_files import a_payload, an_in
from tests.portal.people import settle_manager
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


def checked(visitor: Visitor, content: bytes, *, name: str = "anything.xml", message: str = "DIMN") -> str:
    said = {"file": SimpleUploadedFile(name, content), "message": message}
    answer = visitor.client.post("/deliveries/check", said, secure=True)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


CHECKED = {
    "sound": (lambda: a_payload(an_in()), "1 declaration, and nothing that speaks against it."),
    "one of two refused": (
        lambda: a_payload(an_in(), an_in(insz="85011512300")),
        "1 declaration of 2 would be refused.",
    ),
    "no payload": (lambda: b"hello", "The whole file would be refused."),
    "empty": (lambda: b"", "The file is empty."),
    "too large": (lambda: b" " * (5 * 1024 * 1024 + 1), "The file is larger than 5\xa0MB."),
}


@pytest.mark.parametrize(("content", "sentence"), CHECKED.values(), ids=CHECKED)
def test_a_checked_file_is_told_what_would_become_of_it(visitor: Visitor, content, sentence: str):
    assert sentence in checked(visitor, content())


def an_unsound_access_file() -> bytes:
    return a_file(a_form(a_declaration(a_user("85011512300"), on=brussels_date(datetime.now(UTC)))))


def a_name(purpose: str, *, prefix: str = "FI", tail: str = ".1.1") -> str:
    return f"{prefix}.{purpose}.123456.{brussels_date(datetime.now(UTC)):%Y%m%d}.00001.T{tail}"


OF_ITS_KIND = {
    "check-ins by choice": (a_batch, "in.xml", "CIAO", "ACRF-"),
    "check-ins by name": (a_batch, a_name("CIAO"), "DIMN", "ACRF-"),
    "access by choice": (an_unsound_access_file, "accs.xml", "ACCS", "ACCS-011"),
    "access by name": (an_unsound_access_file, a_name("ACCS"), "DIMN", "ACCS-011"),
    "Dimona that calls itself access": (lambda: a_payload(an_in()), a_name("ACCS"), "DIMN", "ACRF-"),
    "a name of a day to come": (
        lambda: a_payload(an_in()),
        "FI.DIMN.123456.29990101.00001.T.1.1",
        "DIMN",
        "ACRF-",
    ),
    "a lone go-ahead": (lambda: b" ", a_name("DIMN", prefix="GO", tail=""), "DIMN", "ACRF-"),
}


@pytest.mark.parametrize(("content", "name", "message", "sign"), OF_ITS_KIND.values(), ids=OF_ITS_KIND)
def test_a_file_is_judged_as_what_its_name_or_the_choice_says(
    visitor: Visitor, content, name: str, message: str, sign: str
):
    page = checked(visitor, content(), name=name, message=message)

    assert "would be refused" in page
    assert sign in page


SOUND_OF_ITS_KIND = {
    "check-ins": (lambda: a_batch(a_day_item()), a_name("CIAO")),
    "access": (lambda: a_file(a_form(a_declaration(a_user(), on=brussels_date(datetime.now(UTC))))), a_name("ACCS")),
}


@pytest.mark.parametrize(("content", "name"), SOUND_OF_ITS_KIND.values(), ids=SOUND_OF_ITS_KIND)
def test_a_sound_file_of_any_message_is_told_so(visitor: Visitor, content, name: str):
    assert "1 declaration, and nothing that speaks against it." in checked(visitor, content(), name=name)


def test_a_checked_file_is_not_delivered(visitor: Visitor):
    before = Submission.objects.count()
    checked(visitor, a_payload(an_in()))

    assert Submission.objects.count() == before


def test_a_large_file_is_looked_at_in_the_room_of_the_counter_and_stays_nowhere(
    visitor: Visitor, monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert "The whole file would be refused." in checked(visitor, b" " * (4 * 1024 * 1024))
    assert list((settings.GUICHET.home / "spool").iterdir()) == []
