"""The citizen's e-Box: activated with an address, told by mail, opened with a strong key, attachments downloaded."""

import asyncio
import io
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from correspondence.ebox import Attachment, Posting, publish
from correspondence.models import EboxAlert, EboxDocument, EboxKind, EboxReceipt, OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.environments import Environment
from domain.written_values import Hours
from evidence.blobs import LocalBlobStore
from evidence.models import AuditEvent
from portal.pages.sending_once import FIELD, new_form_token
from tests.portal.conftest import carry, the_mailed_code
from tests.portal.people import Student, a_stay, settle_manager, settle_student
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db
ADDRESS = "noor@example.be"
VALUES = {"employer": "Bakery", "hours": Hours(80), "first": "05.01.2026", "last": "25.01.2026"}


@pytest.fixture
def student(desk: object) -> Student:
    return settle_student([])


@pytest.fixture
def own(student: Student) -> Client:
    return signed_in_with(student, Means.TOKEN_CARD, AssuranceLevel.TOKEN_CARD)


def signed_in_with(student: Student, means: Means, level: AssuranceLevel) -> Client:
    return carry(Client(headers={"accept-language": "en"}), a_stay(student.login, level=level, means=means))


def text_of(browser: Client, path: str, status: int = HTTPStatus.OK) -> str:
    answer = browser.get(path, secure=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def send(browser: Client, path: str, *, shown: str | None = None, **said: object):
    token = new_form_token(browser.get(shown or path, secure=True).context["request"])
    return browser.post(path, {**said, FIELD: token}, secure=True)


def activate(own: Client, address: str = ADDRESS) -> None:
    assert send(own, "/my-ebox/address", address=address).headers["Location"] == "/my-ebox/address/code"
    assert send(own, "/my-ebox/address/code", code=the_mailed_code()).headers["Location"] == "/my-ebox"


def a_document(student: Student, **deviation: object) -> EboxDocument:
    posting = Posting(
        kind=EboxKind.STUDENT_EMPLOYER,
        environment=Environment.PRODUCTION,
        values=VALUES,
        publisher="test",
        occasion=f"test {EboxDocument.objects.count()}",
        person_id=student.person_id,
        **deviation,
    )
    return publish(posting, at=datetime.now(UTC))


def test_an_ebox_is_activated_by_address_told_by_mail_and_opened_with_a_strong_key(student: Student, own: Client):
    activate(own)
    assert ADDRESS in text_of(own, "/my-ebox")
    document = a_document(student)
    mail = OutboxMessage.objects.get(occasion__startswith=f"ebox {document.pk}")
    assert (mail.recipient, mail.subject) == (ADDRESS, "Something is waiting in your e-Box at Guichet")
    assert "Bakery" not in mail.subject + mail.body

    by_password = carry(Client(), a_stay(student.login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD))
    for path in ("/my-ebox", f"/my-ebox/{document.pk}"):
        assert urlsplit(by_password.get(path, secure=True).headers["Location"]).path == "/step-up"
    for means, level in ((Means.EID, 500), (Means.TOKEN_CARD, 300), (Means.ITSME, 450)):
        browser = signed_in_with(student, means, AssuranceLevel(level))
        assert "New employer: Bakery" in text_of(browser, "/my-ebox")
        assert "80 hours, from 05.01.2026" in text_of(browser, f"/my-ebox/{document.pk}")
    assert EboxReceipt.objects.get().person_id == student.person_id
    assert AuditEvent.objects.filter(action="ebox:opened").count() == 1


def test_a_wrong_code_activates_nothing(own: Client):
    send(own, "/my-ebox/address", address=ADDRESS)
    wrong = "000000" if the_mailed_code() != "000000" else "000001"
    assert "The code is not correct" in send(own, "/my-ebox/address/code", code=wrong).content.decode()
    assert not EboxAlert.objects.exists()


def test_five_wrong_codes_end_the_confirmation(own: Client):
    send(own, "/my-ebox/address", address=ADDRESS)
    right = the_mailed_code()
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        send(own, "/my-ebox/address/code", code=wrong)
    assert send(own, "/my-ebox/address/code", code=right).headers["Location"] == "/my-ebox/address"
    assert not EboxAlert.objects.exists()


@pytest.mark.parametrize(
    "text", ["", "noor", "noor@", "noor@example.be\nbcc: all@example.be", f"{'n' * 250}@example.be"]
)
def test_what_is_no_address_is_told_so(own: Client, text: str):
    answer = send(own, "/my-ebox/address", address=text)
    assert answer.status_code == HTTPStatus.OK
    assert answer.context["form"].errors
    assert not OutboxMessage.objects.exists()


def test_a_letter_leads_to_the_page_of_which_it_tells(student: Student, own: Client):
    activate(own)
    shown = text_of(own, f"/my-ebox/{a_document(student).pk}")
    assert '<a class="govuk-link" href="/student/calendar">Calendar and agreements</a>' in shown


def test_an_address_is_changed_and_the_ebox_stopped(student: Student, own: Client):
    activate(own)
    activate(own, "other@example.be")
    assert EboxAlert.objects.get().address == "other@example.be"
    assert send(own, "/my-ebox/stop").status_code == HTTPStatus.SEE_OTHER
    assert "Your e-Box is not active" in text_of(own, "/my-ebox")
    actions = ["ebox:activated", "ebox:address:change", "ebox:deactivated"]
    assert (
        list(AuditEvent.objects.filter(action__in=actions).order_by("pk").values_list("action", flat=True)) == actions
    )
    sent = OutboxMessage.objects.count()
    a_document(student)
    assert OutboxMessage.objects.count() == sent


def test_an_ebox_that_is_not_active_is_not_stopped(own: Client):
    assert "Your e-Box is not active." in text_of(own, "/my-ebox/stop", HTTPStatus.CONFLICT)


def test_the_code_comes_in_the_language_of_the_page_that_asks_for_it(own: Client):
    own.get("/my-ebox?language=fr", secure=True)
    send(own, "/my-ebox/address", address=ADDRESS)
    assert OutboxMessage.objects.get().subject == "Confirmez votre adresse e-mail"


def test_the_address_that_is_told_already_is_sent_no_code(own: Client):
    activate(own)
    sent = OutboxMessage.objects.count()
    assert send(own, "/my-ebox/address", address=f" {ADDRESS.upper()}").headers["Location"] == "/my-ebox"
    assert "Mails go to this address already." in text_of(own, "/my-ebox")
    assert OutboxMessage.objects.count() == sent


def test_the_same_address_is_confirmed_for_mails_in_another_language(own: Client):
    activate(own)
    own.get("/my-ebox?language=nl", secure=True)
    activate(own)
    assert EboxAlert.objects.get().language == "nl"


def test_whoever_waits_for_hours_is_told_hours(own: Client):
    for _ in range(3):
        send(own, "/my-ebox/address", address=ADDRESS)
    refused = send(own, "/my-ebox/address", address=ADDRESS)
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Wait 6 hours, then try again." in refused.content.decode()


def test_an_ebox_that_was_stopped_is_activated_anew(own: Client):
    activate(own)
    send(own, "/my-ebox/stop")
    activate(own)
    actions = AuditEvent.objects.filter(action__startswith="ebox:").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["ebox:activated", "ebox:deactivated", "ebox:activated"]


def test_a_hidden_document_is_found_among_the_hidden_and_shown_again(student: Student, own: Client):
    document = a_document(student)
    path = f"/my-ebox/{document.pk}"
    send(own, f"{path}/hide", shown=path)
    assert path not in text_of(own, "/my-ebox")
    assert path in text_of(own, "/my-ebox/hidden")
    send(own, f"{path}/show", shown=path)
    assert path in text_of(own, "/my-ebox")


def test_somebody_elses_document_looks_like_none(student: Student, own: Client):
    document = a_document(settle_student([], user_name="somebody.else"))
    text_of(own, f"/my-ebox/{document.pk}", HTTPStatus.NOT_FOUND)
    text_of(own, f"/my-ebox/{document.pk}/attachments/1", HTTPStatus.NOT_FOUND)
    text_of(own, "/my-ebox/0", HTTPStatus.NOT_FOUND)


def test_a_document_that_is_over_is_gone(student: Student, own: Client):
    document = a_document(student, validity=timedelta(days=1))
    EboxDocument.objects.filter(pk=document.pk).update(state="EXPIRED")
    text_of(own, f"/my-ebox/{document.pk}", HTTPStatus.NOT_FOUND)


def stored(content: bytes) -> Attachment:
    blob = LocalBlobStore(settings.GUICHET.home / "blobs").store(io.BytesIO(content))
    return Attachment('Été "2026".pdf', blob.sha256, blob.size)


def downloaded(answer) -> bytes:
    async def read() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return asyncio.run(read())


def test_an_attachment_is_a_download(student: Student, own: Client):
    document = a_document(student, attachments=[stored(b"%PDF-1.7 report")])
    page = text_of(own, f"/my-ebox/{document.pk}")
    path = f"/my-ebox/{document.pk}/attachments/{document.attachments.get().pk}"
    assert path in page
    answer = own.get(path, secure=True)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert downloaded(answer) == b"%PDF-1.7 report"

    other = a_document(student)
    text_of(own, f"/my-ebox/{other.pk}/attachments/{document.attachments.get().pk}", HTTPStatus.NOT_FOUND)


def test_an_attachment_of_the_companys_ebox_is_a_download(client: Client, desk: object):
    visitor: Visitor = a_visitor(client, settle_manager())
    posting = Posting(
        kind=EboxKind.REPORT,
        environment=Environment.PRODUCTION,
        values={"title": "Q3"},
        publisher="test",
        occasion="report",
        entity_id=visitor.manager.entity_id,
        quality="EMPLOYER",
        attachments=[stored(b"a report")],
    )
    document = publish(posting, at=datetime.now(UTC))
    path = f"/ebox/{document.pk}/attachments/{document.attachments.get().pk}"
    assert path in visitor.get(f"/ebox/{document.pk}").content.decode()
    assert downloaded(visitor.get(path)) == b"a report"
    assert AuditEvent.objects.filter(action="ebox:attachment").count() == 1
    stranger = a_visitor(Client(), settle_manager(company="0400767772", user_name="an.other"))
    stranger.get(path, status=HTTPStatus.NOT_FOUND)
