"""Each page that takes a file says how large it may be before it is sent; one that was too large leads back to its page."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django import forms
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from portal.application import TOO_LARGE
from portal.pages.checkins.correction_forms import EvidenceForm
from portal.pages.deliveries.checking import CheckForm
from portal.pages.files import OF_PAGES, SizedFileField
from portal.pages.forms import CounterForm
from portal.pages.sizes import size_told
from portal.pages.structured_reports.channel_forms import LoginCertificateForm, PublicKeyForm
from portal.pages.structured_reports.forms import CertificateForm
from portal.pages.student.forms import PaperForm
from tests.architecture.repository import shown, tracked_files
from tests.architecture.test_pages import routes

FORMS = {
    CheckForm: ("file", "5\xa0MB", 5 * 1024**2),
    EvidenceForm: ("evidence", "10\xa0MB", 10 * 1024**2),
    CertificateForm: ("certificate", "16\xa0KB", 16 * 1024),
    LoginCertificateForm: ("certificate", "16\xa0KB", 16 * 1024),
    PublicKeyForm: ("key", "16\xa0KB", 16 * 1024),
    PaperForm: ("paper", "512\xa0KB", 512 * 1024),
}


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_the_largest_file_is_told_beside_the_field_and_to_the_script(kind: type[CounterForm]) -> None:
    name, told, largest = FORMS[kind]
    with translation.override("en"):
        field = kind()[name]
        hint, control = str(field.help_text), str(field)

    assert told in hint
    assert f'data-largest="{largest}"' in control
    assert f"The file is larger than {told}. Choose a smaller one." in control


def test_the_limit_is_told_in_the_language_of_each_reader() -> None:
    field = CheckForm()["file"]
    for language, told in (
        ("nl", "hoogstens 5\xa0MB"),
        ("fr", "de 5\xa0Mio au plus"),
        ("de", "höchstens 5\xa0MB"),
    ):
        with translation.override(language):
            assert told in str(field.help_text)


@pytest.mark.parametrize(
    ("language", "size", "told"),
    [
        ("en", 1, "1\xa0byte"),
        ("en", 1024, "1\xa0KB"),
        ("en", 1536, "1.5\xa0KB"),
        ("en", 10 * 1024, "10\xa0KB"),
        ("nl", 1024**2, "1\xa0MB"),
        ("de", 3 * 1024**3 // 2, "1,5\xa0GB"),
        ("fr", 1024, "1\xa0Kio"),
    ],
)
def test_a_size_has_no_zero_behind_its_point(language: str, size: int, told: str) -> None:
    with translation.override(language):
        assert size_told(size) == told


def test_no_page_tells_a_size_in_other_words() -> None:
    files = [path for path in tracked_files() if shown(path).startswith("portal/") and path.suffix in {".py", ".html"}]
    telling = [shown(path) for path in files if "filesizeformat" in path.read_text(encoding="utf-8")]
    assert telling == ["portal/pages/sizes.py"]


def kinds_of(form: type[CounterForm]) -> Iterator[type[CounterForm]]:
    for kind in form.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_no_form_takes_a_file_without_telling_its_limit() -> None:
    assert get_resolver().url_patterns, "every form is imported with its page"
    fields = [
        (kind.__name__, name, field) for kind in kinds_of(CounterForm) for name, field in kind.base_fields.items()
    ]
    files = [(kind, name, field) for kind, name, field in fields if isinstance(field, forms.FileField)]
    assert len(files) >= len(FORMS)
    assert [(kind, name) for kind, name, field in files if not isinstance(field, SizedFileField)] == []


def test_every_page_with_a_limit_is_there() -> None:
    assert set(OF_PAGES) <= {str(route.name) for route in routes()}


LED_BACK = {
    "/deliveries/check": ("5\xa0MB", True),
    "/presences/132200000000001/correction": ("10\xa0MB", False),
    "/reports/123456/certificates": ("16\xa0KB", False),
}


@pytest.mark.parametrize("path", LED_BACK)
@pytest.mark.django_db
def test_who_sent_too_much_reads_the_limit_and_is_led_back(client: Client, path: str) -> None:
    size, is_check = LED_BACK[path]
    page = client.get(TOO_LARGE, {"page": path}, headers={"accept-language": "en"}, secure=True)

    assert page.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert f"This page takes a file of {size} at most." in page.text
    assert f'<a class="govuk-link" href="{path}">' in page.text
    assert ("guichet check" in page.text) is is_check


@pytest.mark.parametrize(
    "path", ["", "/home", "https://evil.example/deliveries/check", "//evil.example", "/no-such-page"]
)
@pytest.mark.django_db
def test_nobody_is_led_to_a_page_that_takes_no_file(client: Client, path: str) -> None:
    page = client.get(TOO_LARGE, {"page": path}, headers={"accept-language": "en"}, secure=True).text

    assert '<a class="govuk-link" href="/">Go to the start</a>' in page
    assert "evil" not in page.partition("<main")[2].partition("</main>")[0]
