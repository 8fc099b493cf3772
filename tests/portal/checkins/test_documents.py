"""The documents that prove a correction, as its form takes them and its pages show them."""

from http import HTTPStatus

import pytest

from registers.checkins.models import Correction
from tests.portal.checkins.test_corrections import PDF, a_file, ask

pytestmark = pytest.mark.django_db
UNREADABLE = {
    "half a document": (PDF[:40], "The document is damaged, cut off, or has no page: save or scan it again."),
    "a locked one": (PDF.replace(b"/Root", b"/Encrypt<</A"), "The document is protected by a password"),
    "one with more": (PDF + b"PK", "Something lies behind the end of the document"),
}


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_document_that_nobody_can_read_is_refused_with_the_reason(employer, event, content, sentence):
    path = f"/presences/{event.number}/correction"
    answer = ask(employer, path, status=HTTPStatus.UNPROCESSABLE_ENTITY, evidence=a_file(content, "log.pdf"))
    assert sentence in answer.content.decode()
    assert not Correction.objects.exists()
