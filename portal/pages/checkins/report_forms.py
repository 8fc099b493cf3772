"""What a worker tells of an error in a registration, and what his employer answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from domain.checkins.vocabulary import ReportOutcome, ToldMissing
from portal.pages.checkins.day_fields import CalendarDayField
from portal.pages.checkins.forms import read_company, read_work_place
from portal.pages.checkins.words import REPORT_OUTCOMES
from portal.pages.forms import CounterForm
from portal.pages.labelled import labelled
from registers.checkins.error_reports import Answer
from registers.checkins.models import ErrorReport

LONGEST = 900
_COLON = ": "
"""Between what is wrong, in capitals, and the worker's sentence, as both are kept."""
_MISSING_ONE = "MISSING"
TELLS_OF_MISSING = f"{_MISSING_ONE}{_COLON}"
"""With this begins what a worker tells where a check-in or check-out is missing."""
TOO_MANY_REPORTS = _("You told of many errors within an hour. Wait an hour, or tell the company yourself.")
_WRONG = {
    "TIME": _("The time"),
    "PLACE": _("The work place"),
    "EMPLOYER": _("The company I work for"),
    _MISSING_ONE: _("A check-in or check-out is missing"),
    "OTHER": _("Something else"),
}


_MISSING = {
    ToldMissing.IN: _("A check-in is missing"),
    ToldMissing.OUT: _("A check-out is missing"),
    ToldMissing.DAY: _("The whole day is missing"),
}


def told_report(report: ErrorReport) -> str:
    """Return what a worker reported as an employer reads it: what is wrong, in words, and the worker's sentence."""
    what, _colon, said = report.message.partition(_COLON)
    if not said or what not in _WRONG:
        return report.message
    wrong = _MISSING[ToldMissing(report.missing)] if report.missing else _WRONG[what]
    return labelled(wrong, said)


class ReportForm(CounterForm):
    """What is wrong, in the worker's own words."""

    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=list(_WRONG.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    message = forms.CharField(
        label=_("How it was"),
        help_text=_("Times and places as they were. Give no national number."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say how it was.")},
    )

    @property
    def tells_of_missing(self) -> bool:
        """Whether it says that a check-in or check-out is missing; of what is valid."""
        return str(self.cleaned_data["what"]) == _MISSING_ONE

    @property
    def said(self) -> str:
        """The kind of error as a word in capitals, and the worker's sentence."""
        return f"{self.cleaned_data['what']}{_COLON}{self.cleaned_data['message'].strip()}"


class MissingOutReportForm(ReportForm):
    """The same once nothing else than a missing check-out can be told."""

    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(_MISSING_ONE, _WRONG[_MISSING_ONE])],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )


class RegisteredReportForm(ReportForm):
    """The same once it is too late to tell that an event beside it is missing."""

    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(key, word) for key, word in _WRONG.items() if key != _MISSING_ONE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )


class MissingReportForm(CounterForm):
    """What was not registered: which day, where and for whom, in the worker's own words."""

    day = CalendarDayField(label=_("Which day was it?"), missing=_("Give the day."))
    place = forms.CharField(
        label=_("Number of the work place"),
        help_text=_("13 letters and digits, below the QR code."),
        max_length=20,
        error_messages={"required": _("Say where it was.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    company = forms.CharField(
        label=_("Number of the company you work for"),
        max_length=18,
        error_messages={"required": _("Say for whom you worked.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    missing = forms.ChoiceField(
        label=_("What is missing?"),
        choices=[
            (ToldMissing.IN, _("A check-in")),
            (ToldMissing.OUT, _("A check-out")),
            (ToldMissing.DAY, _("The whole day: nothing was registered")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what is missing.")},
    )
    message = forms.CharField(
        label=_("How it was"),
        help_text=_("With its times as they were. Give no national number."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say how it was.")},
    )

    @property
    def what(self) -> ToldMissing:
        """What was not registered."""
        return ToldMissing(self.cleaned_data["missing"])

    def clean_place(self) -> str:
        """Read the number of the work place."""
        return read_work_place(self.cleaned_data["place"])

    def clean_company(self) -> str:
        """Read the number of the company."""
        return read_company(self.cleaned_data["company"])

    @property
    def said(self) -> str:
        """The kind of error as a word in capitals, and the worker's sentence."""
        return f"{TELLS_OF_MISSING}{self.cleaned_data['message'].strip()}"


class ClosingForm(CounterForm):
    """How a report ended, and a sentence for the worker."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=list(REPORT_OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    sentence = forms.CharField(
        label=_("Your answer"),
        help_text=_("Who reported it reads it. Give no national number."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a sentence what you did, or why there is nothing to correct.")},
    )

    @property
    def answer(self) -> Answer:
        """Both as the register keeps them."""
        return Answer(ReportOutcome(self.cleaned_data["outcome"]), self.cleaned_data["sentence"].strip())
