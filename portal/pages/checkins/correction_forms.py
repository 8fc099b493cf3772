"""What is asked for a correction: how it was, why, and the file that proves it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.brussels import instants_at
from domain.checkins.codes import RefusalCode
from domain.checkins.vocabulary import EventType
from ingest.evidence_files import FILES_OF_A_REQUEST
from portal.pages.checkins.day_fields import CalendarDayField
from portal.pages.checkins.forms import read_company, read_work_place
from portal.pages.checkins.words import REFUSALS
from portal.pages.files import SizedFileField, SizedFilesField, largest_evidence
from portal.pages.forms import CounterForm
from portal.pages.national_numbers import read_national_number

SHORTEST, LONGEST = 10, 1000
_BEFORE, _AFTER = "BEFORE", "AFTER"


class EvidenceForm(CounterForm):
    """A file that proves how it was."""

    evidence = SizedFileField(
        largest=largest_evidence,
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("A PDF, PNG or JPEG of %(size)s at most, for example a badge log or a signed sheet."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    @property
    def file(self) -> "UploadedFile[bytes]":
        """The file, once the form is valid."""
        return cast("UploadedFile[bytes]", self.cleaned_data["evidence"])


class CorrectionForm(CounterForm):
    """The time and the work place as they were, either is enough; and the documents that prove it.

    `registered_at` is the instant as it stands: a form names minutes, and whoever names the minute of it changes nothing.
    """

    day = CalendarDayField(label=gettext_lazy("Day, as it was"), required=False, missing=gettext_lazy("Give the day."))
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
    evidence = SizedFilesField(
        largest=largest_evidence,
        most=FILES_OF_A_REQUEST,
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy(
            "Up to five documents, PDF, PNG or JPEG, of %(size)s together at most, for example a badge log and a signed sheet."
        ),
        too_many=gettext_lazy("Choose %(most)s documents at most."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )
    field_order: Sequence[str] = ("day", "time", "change", "place", "justification", "evidence")
    refused_at: Mapping[RefusalCode, str] = MappingProxyType(
        {
            RefusalCode.IN_THE_FUTURE: "time",
            RefusalCode.TOO_OLD: "day",
            RefusalCode.WORK_PLACE_INVALID: "place",
            RefusalCode.KIND_NOT_OF_SECTOR: "place",
            RefusalCode.EVIDENCE_MISSING: "evidence",
        }
    )
    """The fields at which the register's refusals are told."""
    refusals: Mapping[RefusalCode, Promise] = REFUSALS

    def __init__(self, *args: Any, registered_at: datetime | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self._registered_at = registered_at
        if self.is_bound and len(self._instants_sent()) > 1:
            self.fields["change"] = forms.ChoiceField(
                label=_("The clocks were put back that night. Which of the two hours was it?"),
                choices=[(_BEFORE, _("the first, in summer time")), (_AFTER, _("the second, in winter time"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Say which of the two hours it was.")},
            )
            self.order_fields(self.field_order)

    @property
    def documents(self) -> "list[UploadedFile[bytes]]":
        """The documents, once the form is valid."""
        return cast("list[UploadedFile[bytes]]", self.cleaned_data["evidence"])

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
        if day is not None and time is not None and not instants_at(day, time):
            self.add_error("time", _("There was no such time: the clocks were put forward that night."))
        return cleaned

    @property
    def at(self) -> datetime | None:
        """The instant in Brussels, None where the time stays as it is."""
        day, time = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        if day is None or time is None:
            return None
        named = instants_at(day, time)[-1 if self.cleaned_data.get("change") == _AFTER else 0]
        return None if self._registered_at is not None and _is_its_minute(named, self._registered_at) else named

    def _instants_sent(self) -> tuple[datetime, ...]:
        """Return the instants that day and time, as they were sent, can mean; none for what is no day or no time."""
        try:
            day, time = (self.fields[name].clean(self.data.get(name)) for name in ("day", "time"))
        except ValidationError:
            return ()
        return instants_at(day, time) if day is not None and time is not None else ()


def _is_its_minute(named: datetime, registered: datetime) -> bool:
    """Whether it is the minute of the registered instant, as a page shows it."""
    return named.astimezone(UTC) == registered.astimezone(UTC).replace(second=0, microsecond=0)


class MissingEventForm(CorrectionForm):
    """The time of an event that should have been registered; the work place is known.

    `misfit` tells why it was not then, empty where it may have been.
    """

    def __init__(self, *args: Any, misfit: Callable[[datetime], str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self._misfit = misfit
        del self.fields["place"]
        self.fields["day"].required = self.fields["time"].required = True

    def clean(self) -> dict[str, Any]:
        """Want an instant at which the event may have been missing."""
        cleaned = super().clean()
        if not self.errors and self.at is not None and (told := self._misfit(self.at)):
            self.add_error("time", told)
        return cleaned


class UnknownEventForm(CorrectionForm):
    """An event of which nothing is registered: what it was, where and when."""

    type = forms.ChoiceField(
        label=gettext_lazy("What is missing"),
        choices=[(str(EventType.IN), gettext_lazy("a check-in")), (str(EventType.OUT), gettext_lazy("a check-out"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what is missing.")},
    )
    field_order: Sequence[str] = ("type", "day", "time", "change", "place", "justification", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self.fields["place"].label = _("Number of the work place")
        self.fields["place"].error_messages["required"] = _("Say where it was.")
        for name in ("day", "time", "place"):
            self.fields[name].required = True

    @property
    def event_type(self) -> EventType:
        """What is missing, once the form is valid."""
        return EventType(self.cleaned_data["type"])

    @property
    def work_place(self) -> str:
        """Where it was."""
        return str(self.cleaned_data["place"])


class OwnUnknownEventForm(UnknownEventForm):
    """The same, of a self-employed person, for a company that is known as his, or for one that he says is."""

    company = forms.ChoiceField(label=gettext_lazy("Your company"), required=False, widget=forms.RadioSelect)
    other_company = forms.CharField(
        label=gettext_lazy("Number of another company of yours"),
        help_text=gettext_lazy("Nothing here says that it is yours: the evidence must show it."),
        required=False,
        max_length=18,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    self_employed = forms.BooleanField(label=gettext_lazy("I am self-employed: this is my own company"), required=False)
    field_order: Sequence[str] = (
        *("type", "company", "other_company", "self_employed"),
        *("day", "time", "change", "place", "justification", "evidence"),
    )
    refused_at = MappingProxyType(
        {
            **CorrectionForm.refused_at,
            RefusalCode.CORRECTION_TARGET_UNKNOWN: "other_company",
            RefusalCode.EMPLOYER_INVALID: "other_company",
        }
    )
    refusals = MappingProxyType(
        {
            **REFUSALS,
            RefusalCode.CORRECTION_TARGET_UNKNOWN: gettext_lazy(
                "You are known here as staff of this company: tell your employer."
            ),
        }
    )

    def __init__(self, *args: Any, companies: Sequence[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        if companies:
            company = cast("forms.ChoiceField", self.fields["company"])
            company.choices, company.initial = companies, companies[0][0]
        else:
            del self.fields["company"]
            self.fields["other_company"].label = _("Number of your company")

    @property
    def employer(self) -> str:
        """The company, once the form is valid: what was typed counts before what was chosen."""
        return str(self.cleaned_data["other_company"] or self.cleaned_data["company"])

    def clean_other_company(self) -> str:
        """Read the number of a company, if one is given."""
        text = str(self.cleaned_data["other_company"]).strip()
        return read_company(text) if text else ""

    def clean(self) -> dict[str, Any]:
        """Want a company, and that somebody says himself that one is his which is not known as his."""
        cleaned = super().clean()
        if cleaned.get("other_company") and not cleaned.get("self_employed"):
            self.add_error("self_employed", _("Say that it is your own company. If it is not, tell your employer."))
        if not cleaned.get("other_company") and not cleaned.get("company") and "other_company" not in self.errors:
            self.add_error("other_company", _("Give the number of your company."))
        return cleaned


class StaffUnknownEventForm(UnknownEventForm):
    """The same, of somebody of the company's staff."""

    number = forms.CharField(
        label=gettext_lazy("National number of the worker"),
        max_length=15,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Give the national number of the worker.")},
    )
    field_order = ("number", "type", "day", "time", "change", "place", "justification", "evidence")

    def clean_number(self) -> str:
        """Read the national or bis number."""
        return read_national_number(self.cleaned_data["number"])
