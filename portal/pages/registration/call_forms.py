"""What is asked of somebody who wants a video call, and of the officer who held it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from auth.openid.calls import AHEAD, CallPlace, ProposedCall
from auth.openid.outcomes import IdentityPending
from domain.brussels import brussels_date, instants_at
from domain.registration import CaseRefusal, SeenDocument, judge_document
from portal.pages.forms import CounterForm
from portal.pages.openid.forms import ReachForm
from portal.pages.registration.forms import BirthDateField, DayField, DocumentForm, NameField, NumberForm, SexField
from portal.pages.registration.words import REFUSALS


class VideoCallForm(ReachForm):
    """Who wants to be registered, and how he is reached."""

    family_name = NameField(label=_("Family name"), missing=_("Enter the family name."))
    first_name = NameField(label=_("First name"), missing=_("Enter the first name."))
    birth_date = BirthDateField()
    field_order = ("family_name", "first_name", "birth_date", "mail", "phone")


class CallTimeForm(CounterForm):
    """When a call is held, by the clocks of Brussels, and how; `call` once it is valid."""

    day = DayField(label=_("Day"), missing=_("Enter the day."), help_text=_("Day, month and year"))
    time = forms.TimeField(
        label=_("Time in Belgium"),
        help_text=_("Hours and minutes, for example 14:30"),
        input_formats=["%H:%M", "%H.%M", "%Hh%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Enter the time."), "invalid": _("Enter hours and minutes, for example 14:30.")},
    )
    place = forms.CharField(
        label=_("Link of the call, or number on which you call"),
        help_text=_("A link that begins with https://, or a telephone number such as +32 470 12 34 56"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the link or the number.")},
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self._now = now

    def clean_place(self) -> CallPlace:
        """Read the link or the number."""
        try:
            return CallPlace.parse(self.cleaned_data["place"])
        except ValueError:
            told = gettext("This is neither a link that begins with https:// nor a telephone number.")
            raise ValidationError(told) from None

    def clean(self) -> dict[str, Any]:
        """Want a time that the clocks show once, and that is to come."""
        told = super().clean() or self.cleaned_data
        if "day" in told and told["day"] < brussels_date(self._now):
            # Before its instants, which the first day of the calendar lacks: it began in UTC the year before.
            self.add_error("day", gettext("This is over."))
        elif "day" in told and "time" in told:
            instants = instants_at(told["day"], told["time"])
            if len(instants) != 1:
                self.add_error("time", gettext("The clocks are changed in that hour. Choose another one."))
            elif instants[0] <= self._now:
                self.add_error("time", gettext("This is over."))
            elif instants[0] > self._now + AHEAD:
                self.add_error("day", gettext("Choose one of the next %(days)s days.") % {"days": AHEAD.days})
            else:
                told["at"] = instants[0].astimezone(UTC)
        return told

    @property
    def call(self) -> ProposedCall:
        """What is proposed."""
        return ProposedCall(self.cleaned_data["at"], self.cleaned_data["place"])


DOCUMENT_FIELDS = ("document", "document_country", "document_number", "document_expires_on")
PERSON_FIELDS = ("family_name", "first_name", "birth_date")

_AT_FIELD = {
    CaseRefusal.DOCUMENT_NOT_ACCEPTED: "document",
    CaseRefusal.CARD_NOT_OF_THE_UNION: "document",
    CaseRefusal.DOCUMENT_EXPIRED: "document_expires_on",
}
"""At which field it is told what stands against a document."""


class SeenDocumentForm(DocumentForm):
    """The document that somebody showed in a call, which is accepted and was compared with him."""

    has_seen = forms.BooleanField(
        label=_("In the call I compared the person with an identity document, front and back."),
        error_messages={"required": _("Compare the document with the person first.")},
    )

    def __init__(self, *args: Any, told: IdentityPending, now: datetime, **kwargs: Any) -> None:  # noqa: ANN401 - likewise
        super().__init__(*args, **kwargs)
        self._told, self._today = told, brussels_date(now)

    def clean(self) -> dict[str, Any]:
        """Want a document that is accepted."""
        told = super().clean() or self.cleaned_data
        if {"document", "document_country", "document_expires_on"} <= told.keys():
            country, until = told["document_country"], told["document_expires_on"]
            for refusal in judge_document(self.chosen_document, country=country, expires_on=until, on=self._today):
                self.add_error(_AT_FIELD[refusal], str(REFUSALS[refusal]))
        return told

    @property
    def person(self) -> IdentityPending:
        """Who waits, as the document tells; what a provider proved stays as it is."""
        return self._told

    @property
    def seen(self) -> SeenDocument:
        """The document that was seen."""
        told = self.cleaned_data
        return SeenDocument(
            self.chosen_document, told["document_country"], told["document_number"], told["document_expires_on"]
        )


class SeenPersonForm(SeenDocumentForm):
    """The same for who was proved by nobody but the officer in the call, who tells as whom: what was told before may be a slip."""

    family_name = NameField(label=_("Family name, as on the document"), missing=_("Enter the family name."))
    first_name = NameField(label=_("First name, as on the document"), missing=_("Enter the first name."))
    birth_date = BirthDateField(label=_("Date of birth, as on the document"))
    field_order: tuple[str, ...] = (*DOCUMENT_FIELDS, *PERSON_FIELDS, "has_seen")

    def __init__(self, *args: Any, told: IdentityPending, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        initial = {"family_name": told.family_name, "first_name": told.given_names, "birth_date": told.birth_date}
        super().__init__(*args, told=told, initial=initial, **kwargs)

    @property
    def person(self) -> IdentityPending:
        """Who waits, with name and date of birth of the document."""
        seen = self.cleaned_data
        return replace(
            super().person,
            family_name=seen["family_name"],
            given_names=seen["first_name"],
            birth_date=seen["birth_date"],
        )


class SeenNumberForm(SeenPersonForm, NumberForm):
    """The same with the number that the person has."""

    field_order = ("number", *SeenPersonForm.field_order)


class BisNumberForm(SeenDocumentForm):
    """What a bis number is made of beside what a provider proved; only for a person whose document was seen, and who has none."""

    sex = SexField()
    has_searched = forms.BooleanField(
        label=_("I looked whether the person has a Belgian number already."),
        error_messages={"required": _("Look first whether the person has a number.")},
    )
    field_order = (*DOCUMENT_FIELDS, *PERSON_FIELDS, "sex", "has_seen", "has_searched")


class BornBisNumberForm(BisNumberForm):
    """The same for whom a provider proved by name alone: the officer tells the date of birth."""

    birth_date = BirthDateField(label=_("Date of birth, as on the document"))

    @property
    def person(self) -> IdentityPending:
        """Who waits, with the date of birth of the document."""
        return replace(super().person, birth_date=self.cleaned_data["birth_date"])


class NamedBisNumberForm(SeenPersonForm, BisNumberForm):
    """The same for who was proved by nobody but the officer in the call."""

    field_order = BisNumberForm.field_order
