"""Check a file: what the counter would say of it, as `guichet check` does; nothing is sent, nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.filenames import is_taken_at_the_door
from evidence.clock import SystemClock
from portal.pages.deliveries.own_deliveries import require_reader
from portal.pages.deliveries.words import Anomaly, anomalies
from portal.pages.files import SizedFileField, largest_checked
from portal.pages.forms import CounterForm
from portal.pages.routing import Context, page
from portal.pages.sizes import size_told
from portal.pages.structured_reports.words import MESSAGES
from portal.spool import counter_spool
from sender.check_reports import CheckedFinding, SetReport
from sender.check_sets import SetChecker
from sender.checking import CHECKED_MESSAGE, PayloadChecker

SHOWN = 100


class CheckForm(CounterForm):
    """The file to look at."""

    file = SizedFileField(
        largest=largest_checked,
        label=gettext_lazy("File with declarations"),
        help_text=gettext_lazy("An XML file of %(size)s at most. Under the name of an FI file its name is judged too."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    message = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        help_text=gettext_lazy("An FI file holds what its name says, whatever is chosen here."),
        choices=MESSAGES.items(),
        widget=forms.RadioSelect,
        initial=CHECKED_MESSAGE,
        error_messages={"required": gettext_lazy("Choose what the file holds.")},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Return the file, unless it is too large to be judged while somebody waits."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > largest_checked():
            told = _("The file is larger than %(size)s. Check it with the command guichet check, which takes any size.")
            raise forms.ValidationError(told, params={"size": size_told(largest_checked())})
        return file


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One line of the report."""

    form: int | None
    place: str
    anomaly: Anomaly
    is_blocking: bool


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def check_file(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take a file and show what the counter would find in it."""
    now = SystemClock().now()
    require_reader(stay, at=now)
    form = CheckForm(request.POST or None, request.FILES or None)
    values: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        checker = PayloadChecker(at=now, schemas=settings.GUICHET.schemas, shown=SHOWN)
        file = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        values |= _told(_judge(file, checker, message=form.cleaned_data["message"])) | {"name": file.name}
    return render(request, "deliveries/check.html", values)


def _judge(file: "UploadedFile[bytes]", checker: PayloadChecker, *, message: str) -> SetReport:
    """Return the report of the toolkit about the one file, which has its own name where a door would take that."""
    name = file.name or ""
    with counter_spool().named(name if is_taken_at_the_door(name) else "payload", file.chunks()) as path:
        report = SetChecker(checker, sender=None, purpose=message, certificates=None).check([path])
    (only,) = report.sets
    return only


def _told(report: SetReport) -> dict[str, object]:
    """Return what the page tells: whether all is refused, how many declarations there are, and the findings."""
    found = [*report.findings, *(finding for file in report.files for finding in file.findings)]
    counted = [file.forms for file in report.files if file.forms is not None]
    return {
        "report": {
            "is_refused": bool(report.acknowledgement),
            "forms": sum(counted) if counted else None,
            "refused_forms": sum(file.refused_forms for file in report.files),
            "more": sum(file.more for file in report.files),
        },
        "findings": _shown(found),
    }


def _shown(findings: Sequence[CheckedFinding]) -> list[ShownFinding]:
    return [
        ShownFinding(finding.form, finding.place, anomalies([finding.code])[0], finding.is_blocking)
        for finding in findings
    ]
