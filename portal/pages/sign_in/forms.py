"""Forms of signing in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from auth.password_policy import LONGEST
from domain.assurance import Means
from portal.pages.forms import CounterForm

LONGEST_NAME = 64


class PasswordForm(CounterForm):
    """User name and password."""

    user_name = forms.CharField(
        label=_("User name"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Enter your user name.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST * 4,
        error_messages={"required": _("Enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(CounterForm):
    """A security code; which one is said by its label."""

    code = forms.CharField(max_length=64, error_messages={"required": _("Enter the code.")})

    def __init__(self, *args: Any, label: str, hint: str, means: Means, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = label, hint
        field.widget.attrs |= {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
        if means in {Means.TOTP, Means.EMAIL_CODE}:
            field.widget.attrs["inputmode"] = "numeric"


class NewPasswordForm(CounterForm):
    """A new password, twice; the national number is asked for where the person has one."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=LONGEST * 4,
        help_text=_(
            "At least 10 characters, two of them digits or special characters: ; : = ? . / + * $ % > < & @ # ' ( ! { } ) -"
        ),
        error_messages={"required": _("Enter a new password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("The same password once more"),
        strip=False,
        max_length=LONGEST * 4,
        error_messages={"required": _("Enter the new password a second time.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ActivationForm(NewPasswordForm):
    """A new password, twice, and the national number."""

    national_number = forms.CharField(
        label=_("National number or bis number"),
        max_length=20,
        help_text=_("The 11 digits on your identity card, or that an officer told you, for example 85.07.30-033.28"),
        error_messages={"required": _("Enter your national number.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("national_number", "password", "repeated")
