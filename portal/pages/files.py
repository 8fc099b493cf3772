"""Files that pages take: the largest one is told beside the field before anything is sent, and again where one was too large."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy

from channels.configuring.public_files import LONGEST_FILE
from portal.checkin_counter import checkin_counter
from portal.pages.paths import is_own_path
from portal.pages.sizes import size_told
from signing.registrations import MAX_CERTIFICATE_BYTES

Largest = Callable[[], int]


def largest_checked() -> int:
    """Bytes of a file that is checked in a page while somebody waits; larger ones are checked by the toolkit."""
    return 5 * 1024 * 1024


def largest_evidence() -> int:
    """Bytes of evidence for a correction, as the settings say."""
    return checkin_counter().evidence.max_bytes


def largest_certificate() -> int:
    """Bytes of a certificate that signs."""
    return MAX_CERTIFICATE_BYTES


def largest_public_file() -> int:
    """Bytes of a public key, or of a certificate that signs in."""
    return LONGEST_FILE


def largest_paper() -> int:
    """Bytes of an attestation's file, which is a tenth of it."""
    return 512 * 1024


OF_PAGES: Mapping[str, Largest] = MappingProxyType(
    {
        "deliveries-check": largest_checked,
        "report-certificates": largest_certificate,
        "report-ftp-certificates": largest_public_file,
        "report-web-new": largest_public_file,
        "report-web-key-new": largest_public_file,
        "student-code": largest_paper,
        "correction-evidence": largest_evidence,
        "correction-missing": largest_evidence,
        "correction-missing-event": largest_evidence,
        "correction-new": largest_evidence,
        "own-correction": largest_evidence,
        "own-correction-evidence": largest_evidence,
        "own-correction-missing": largest_evidence,
    }
)
"""The pages that take a file, by the names of their routes."""


def page_with_file(path: str) -> str:
    """Return the name of the route to a page of ours that takes a file, nothing for any other path."""
    if not is_own_path(path):
        return ""
    try:
        name = resolve(urlsplit(path).path).url_name
    except Resolver404:
        return ""
    return name if name is not None and name in OF_PAGES else ""


class SizedFileField(forms.FileField):
    """A file of at most `largest` bytes; `help_text` says so with %(size)s, and a script looks at it before it is sent.

    The form still judges what was sent: whoever reads the file says in its own words what is wrong with it.
    """

    def __init__(self, *, largest: Largest, help_text: Promise, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        self.largest = largest
        super().__init__(help_text=_sized(help_text, largest), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the control tell the script what it needs, in the reader's language."""
        bytes_told = lazy(lambda: str(self.largest()), str)()
        return super().widget_attrs(widget) | {"data-largest": bytes_told, "data-too-large": sized_fault(self.largest)}


_TOGETHER = gettext_lazy("More than %(size)s was chosen. Choose smaller files, or fewer.")


class SeveralFilesInput(forms.FileInput):
    """A control in which several files are chosen at once."""

    allow_multiple_selected = True


class SizedFilesField(SizedFileField):
    """Files, `most` of them and of `largest` bytes together; what is cleaned is a list.

    `too_many` says so with %(most)s, as `help_text` may.
    """

    widget = SeveralFilesInput

    def __init__(self, *, most: int, too_many: Promise, help_text: Promise, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        self._most, self._too_many = most, too_many
        super().__init__(help_text=help_text, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ANN401 - Django's own
        """Return the files in their order, each judged alone, then all together."""
        if not data:
            return super().clean(None, initial)
        if len(data) > self._most:
            raise ValidationError(str(self._too_many), params={"most": self._most})
        files = [super(SizedFilesField, self).clean(one, initial) for one in data]
        if sum(file.size for file in files) > self.largest():
            raise ValidationError(_sized(_TOGETHER, self.largest))
        return files

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the control tell the script what holds for all together."""
        return super().widget_attrs(widget) | {"data-too-large": _sized(_TOGETHER, self.largest)}


def sized_fault(largest: Largest) -> str:
    """Return the sentence about a file that has more bytes, in the language in which it is shown."""
    return _sized(gettext_lazy("The file is larger than %(size)s. Choose a smaller one."), largest)


def _sized(told: Promise, largest: Largest) -> str:
    return lazy(lambda: str(told) % {"size": size_told(largest())}, str)()
