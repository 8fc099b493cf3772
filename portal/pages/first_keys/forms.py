"""The form that asks for the code on paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import CounterForm


class PaperCodeForm(CounterForm):
    """The code that a registration office handed over; an operator has none."""

    code = forms.CharField(
        label=_("Code on paper"),
        max_length=32,
        required=False,
        help_text=_("Ten letters and digits from the registration office. Leave it empty if you got no paper."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
