"""What is asked in Student@work."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from domain.languages import Language
from portal.pages.files import SizedFileField, largest_paper
from portal.pages.forms import CounterForm
from registers.student_days.questions.access_codes import AccessCode

MOST_HOURS = 999
_LONGEST_CODE = 40
_NO_CODE = _("An access code has sixteen letters and digits. The number of the attestation is none.")


class WhatIfForm(CounterForm):
    """So many more hours in one of the months to come."""

    hours = forms.IntegerField(
        label=_("Hours"),
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("Whole hours: each started hour counts."),
        error_messages={
            "required": _("Enter a number of hours."),
            "invalid": _("Enter a whole number of hours."),
            "min_value": _("Enter a number from 1 to 999."),
            "max_value": _("Enter a number from 1 to 999."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    month = forms.TypedChoiceField(label=_("Month"), coerce=int)

    def __init__(self, data: QueryDict | None = None, *, months: Sequence[date]) -> None:
        """Offer the months by their first days, no two of which are the same month of a year; the first stands there."""
        super().__init__(data)
        self._months = {month.month: month for month in months}
        self.fields["month"].choices = [(month.month, date_format(month, "YEAR_MONTH_FORMAT")) for month in months]  # type: ignore[attr-defined]

    @property
    def asked(self) -> date | None:
        """The first day of the month that is asked about; None where none was chosen."""
        return self._months.get(self.cleaned_data.get("month", 0)) if self.is_bound and self.is_valid() else None


class AttestationForm(CounterForm):
    """The language of an attestation."""

    language = forms.ChoiceField(
        label=_("Language of the attestation"),
        choices=[
            (Language.NL.value, "Nederlands"),
            (Language.FR.value, "Français"),
            (Language.DE.value, "Deutsch"),
            (Language.EN.value, "English"),
        ],
        widget=forms.RadioSelect,
    )


class CodeForm(CounterForm):
    """The access code that a student gave."""

    code = forms.CharField(
        label=_("Access code"),
        max_length=_LONGEST_CODE,
        help_text=_("Sixteen letters and digits, for example 7Q4M-9ZK2-HX3P-0WNT"),
        error_messages={
            "required": _("Enter the access code."),
            "max_length": _NO_CODE,
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        """Refuse what can be no code: it is no guess, and costs the company none of its tries."""
        typed: str = self.cleaned_data["code"]
        if AccessCode.parse(typed) is None:
            raise forms.ValidationError(_NO_CODE)
        return typed


class PaperForm(CounterForm):
    """The file of an attestation."""

    paper = SizedFileField(
        largest=largest_paper,
        label=_("File of the attestation (PDF)"),
        help_text=_("The file as the student received it, of %(size)s at most."),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty.")},
    )

    def clean_paper(self) -> bytes:
        """Return the bytes of the file, which is not longer than attestations are."""
        file = self.cleaned_data["paper"]
        if file.size > largest_paper():
            raise forms.ValidationError(_("The file is larger than any attestation."))
        content: bytes = file.read()
        return content
