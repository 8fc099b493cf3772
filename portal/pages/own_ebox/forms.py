"""What is asked to activate the e-Box."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import CounterForm


class AddressForm(CounterForm):
    """The address to which mails go."""

    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Enter your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(CounterForm):
    """The code that went to the address."""

    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=10,
        error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
