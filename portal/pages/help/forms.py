"""The contact form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.birth_dates import require_birth_date
from portal.pages.forms import CounterForm


class RegisteredForm(CounterForm):
    """Who asks whether he is registered; an officer answers by mail."""

    family_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        error_messages={"required": _("Enter your family name.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name", "spellcheck": "false"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        max_length=100,
        error_messages={"required": _("Enter your first name.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        help_text=_("Day, month and year, for example 31/12/2001"),
        validators=[require_birth_date],
        input_formats=["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"],
        error_messages={
            "required": _("Enter your date of birth."),
            "invalid": _("Enter the date of birth as day, month and year, for example 31/12/2001."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We answer to this address."),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("This is not an e-mail address, like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
