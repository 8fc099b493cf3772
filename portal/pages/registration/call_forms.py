"""What is asked of somebody who wants a video call, and of the officer who held it."""

from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from auth.openid.outcomes import IdentityPending
from portal.pages.forms import CounterForm
from portal.pages.openid.forms import ReachForm
from portal.pages.registration.forms import DayField, NameField, SexField


class VideoCallForm(ReachForm):
    """Who wants to be registered, and how he is reached."""

    family_name = NameField(label=_("Family name"), missing=_("Enter the family name."))
    first_name = NameField(label=_("First name"), missing=_("Enter the first name."))
    birth_date = DayField(label=_("Date of birth"), missing=_("Enter the date of birth."))
    field_order = ("family_name", "first_name", "birth_date", "mail", "phone")


class BisNumberForm(CounterForm):
    """What a bis number is made of; only for a person whose documents were seen, and who has no number."""

    birth_date = DayField(label=_("Date of birth, as on the document"), missing=_("Enter the date of birth."))
    sex = SexField()
    has_seen = forms.BooleanField(
        label=_("In the call I compared the person with an identity document, front and back."),
        error_messages={"required": _("Compare the document with the person first.")},
    )
    has_searched = forms.BooleanField(
        label=_("I looked whether the person has a Belgian number already."),
        error_messages={"required": _("Look first whether the person has a number.")},
    )

    def as_on_document(self, told: IdentityPending) -> IdentityPending:
        """Return who waits as the document tells; a name that a provider proved stays as it is."""
        return replace(told, birth_date=self.cleaned_data["birth_date"])


class NamedBisNumberForm(BisNumberForm):
    """The same for who was proved by nobody but the officer in the call, who tells the name as well."""

    family_name = NameField(label=_("Family name, as on the document"), missing=_("Enter the family name."))
    first_name = NameField(label=_("First name, as on the document"), missing=_("Enter the first name."))
    field_order = ("family_name", "first_name", "birth_date")

    def as_on_document(self, told: IdentityPending) -> IdentityPending:
        """Return who waits with the name of the document, whatever was told when the call was asked for."""
        seen = self.cleaned_data
        return replace(super().as_on_document(told), family_name=seen["family_name"], given_names=seen["first_name"])
