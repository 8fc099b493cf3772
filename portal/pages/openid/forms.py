"""How somebody who is not known yet can be reached."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from auth.openid.matching import Reach
from portal.pages.forms import CounterForm


class ReachForm(CounterForm):
    """Asks for an e-mail address and a telephone number; `reach` once it is valid."""

    mail = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": _("Give your e-mail address.")},
    )
    phone = forms.CharField(
        label=_("Your telephone number"),
        max_length=40,
        help_text=_("With the code of the country, such as +32 470 12 34 56."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Give your telephone number.")},
    )
    reach: Reach | None = None

    def clean(self) -> dict[str, Any] | None:
        """Read both together."""
        cleaned = super().clean()
        mail, phone = self.cleaned_data.get("mail"), self.cleaned_data.get("phone")
        if mail and phone:
            try:
                self.reach = Reach.parse(mail, phone)
            except ValueError as fault:
                told = {
                    "mail": _("This is no e-mail address, such as name@example.com."),
                    "phone": _("This is no telephone number with the code of its country, such as +32 470 12 34 56."),
                }
                self.add_error(str(fault), told[str(fault)])
        return cleaned
