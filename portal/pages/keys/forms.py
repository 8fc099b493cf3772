"""Forms of "my digital keys"."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import CounterForm
from portal.pages.sign_in.forms import LONGEST_NAME, NewPasswordForm


class OwnPasswordForm(NewPasswordForm):
    """A user name and a new password, twice."""

    user_name = forms.CharField(
        label=_("User name"),
        max_length=LONGEST_NAME,
        help_text=_("3 to 64 letters without accents, digits, dots, hyphens, underscores or @."),
        error_messages={"required": _("Choose a user name.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("user_name", "password", "repeated")


class AppForm(CounterForm):
    """The first code of an app, and a name for it."""

    code = forms.CharField(
        label=_("Code that the app shows now"),
        max_length=10,
        error_messages={"required": _("Enter the code of the app.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    label = forms.CharField(
        label=_("Name of this phone"), max_length=64, required=False, help_text=_("So that you recognise it later.")
    )
    key = forms.IntegerField(widget=forms.HiddenInput)
