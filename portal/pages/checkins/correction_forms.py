"""What is asked for a correction: how it was, why, and the file that proves it."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.brussels import BRUSSELS
from portal.pages.checkins.forms import read_work_place
from portal.pages.forms import CounterForm

SHORTEST, LONGEST = 10, 1000


class EvidenceForm(CounterForm):
    """A file that proves how it was."""

    evidence = forms.FileField(
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("A PDF, PNG or JPEG of 10 MB at most, for example a badge log or a signed sheet."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    @property
    def file(self) -> "UploadedFile[bytes]":
        """The file, once the form is valid."""
        return cast("UploadedFile[bytes]", self.cleaned_data["evidence"])


class CorrectionForm(EvidenceForm):
    """The time and the work place as they were; either is enough."""

    day = forms.DateField(
        label=gettext_lazy("Day, as it was"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the day."), "invalid": gettext_lazy("This is no day.")},
    )
    time = forms.TimeField(
        label=gettext_lazy("Time, as it was"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": gettext_lazy("Give the time."), "invalid": gettext_lazy("This is no time.")},
    )
    place = forms.CharField(label=gettext_lazy("Number of the work place, as it was"), required=False, max_length=20)
    justification = forms.CharField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy("In 10 letters at least. Give no national number."),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Say what happened."),
            "min_length": gettext_lazy("Say what happened in 10 letters at least."),
        },
    )
    field_order = ("day", "time", "place", "justification", "evidence")

    def clean_place(self) -> str:
        """Read the work place, if one is given."""
        text = self.cleaned_data["place"].strip()
        return read_work_place(text) if text else ""

    def clean(self) -> dict[str, Any]:
        """Want day and time together, and one thing at least to correct."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, time = cleaned.get("day"), cleaned.get("time")
        if (day is None) != (time is None) and not self.errors:
            self.add_error("time" if time is None else "day", _("Give day and time together."))
        if day is None and time is None and not cleaned.get("place") and not self.errors:
            self.add_error("time", _("Say what is to be corrected: the time, the work place or both."))
        return cleaned

    @property
    def at(self) -> datetime | None:
        """The instant in Brussels, None where the time stays as it is."""
        day, time = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        return datetime.combine(day, time, BRUSSELS) if day and time else None


class MissingEventForm(CorrectionForm):
    """The time of an event that should have been registered; the work place is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        del self.fields["place"]
        self.fields["day"].required = self.fields["time"].required = True
