"""What a worker tells of an error in a registration."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import CounterForm

LONGEST = 900


class ReportForm(CounterForm):
    """What is wrong, in the worker's own words."""

    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[
            ("TIME", _("The time")),
            ("PLACE", _("The work place")),
            ("EMPLOYER", _("The company I work for")),
            ("MISSING", _("A check-in or check-out is missing")),
            ("OTHER", _("Something else")),
        ],
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
    def said(self) -> str:
        """The kind of error as a word in capitals, and the worker's sentence."""
        return f"{self.cleaned_data['what']}: {self.cleaned_data['message'].strip()}"
