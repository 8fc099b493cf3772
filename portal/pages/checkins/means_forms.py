"""How a subcontractor's staff or a temporary worker registers: what a company tells of it."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.checkins.day_fields import CalendarDayField
from portal.pages.checkins.forms import PLAIN, read_company, read_work_place
from portal.pages.checkins.words import MEANS_KINDS
from portal.pages.forms import CounterForm
from portal.pages.national_numbers import read_national_number
from registers.checkins.means_records import GivingWay, Means
from registers.checkins.models import MeansKind

_AGREED = {MeansKind.ALTERNATIVE_AGREED, MeansKind.CONTRACT_CLAUSE}


class _MeansForm(CounterForm):
    """What both tell: the kind, what was given or agreed, the place and the first day."""

    kind = forms.ChoiceField(widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("What was given or agreed"),
        help_text=gettext_lazy("For example the device, the other way of registering, or the clause of the contract."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        label=gettext_lazy("Number of the work place"),
        help_text=gettext_lazy("One of your company's work places. Leave it empty when it holds everywhere."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**PLAIN, "list": "places"}),
    )
    valid_from = CalendarDayField(label=gettext_lazy("From"), missing=gettext_lazy("Give the first day."))
    valid_until = CalendarDayField(
        label=gettext_lazy("Until"), help_text=gettext_lazy("The last day. Leave it empty when it goes on.")
    )
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    KINDS: tuple[MeansKind, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        kind.label = _("How do they register?")
        kind.error_messages["required"] = _("Choose how they register.")
        kind.choices = [(str(each), MEANS_KINDS[each]) for each in self.KINDS]  # type: ignore[attr-defined]

    def clean_place(self) -> str:
        """Read the work place, if one is given."""
        text = self.cleaned_data["place"].strip()
        return read_work_place(text) if text else ""

    def clean(self) -> dict[str, Any]:
        """Ask what was agreed where something was."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") in _AGREED and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what was agreed."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first."))
        return cleaned

    @property
    def agreed_to(self) -> frozenset[str]:
        """What was said to may give way, as far as was shown."""
        return frozenset(self.cleaned_data["agreed"].split())

    def ask_about(self, giving_way: Iterable[GivingWay]) -> None:
        """Ask whether these may give way: the form that is sent again says so."""
        told = dict(cast("QueryDict", self.data).lists())
        self.data = MultiValueDict({**told, "agreed": [" ".join(one.agreement for one in giving_way)]})
        self.tell_conflict(
            _("Something else is recorded for these days. Look at what gives way, and record it if that is right.")
        )

    def means(self, *, subcontractor: str = "", person_id: int | None = None) -> Means:
        """Return what was told."""
        told = self.cleaned_data
        return Means(
            kind=MeansKind(told["kind"]),
            valid_from=told["valid_from"],
            valid_until=told["valid_until"],
            note=told["note"],
            subcontractor=subcontractor,
            person_id=person_id,
            work_place=told["place"],
        )


class SubcontractorForm(_MeansForm):
    """A subcontractor to whom a system is given, or with whom another way is agreed."""

    KINDS = (MeansKind.GIVEN, MeansKind.ALTERNATIVE_AGREED)
    company = forms.CharField(
        label=gettext_lazy("Number of the subcontractor"),
        help_text=gettext_lazy("Ten digits. Those of your work places are offered."),
        max_length=18,
        error_messages={"required": gettext_lazy("Give the number of the company.")},
        widget=forms.TextInput(attrs={**PLAIN, "list": "companies"}),
    )
    field_order = ("company", "kind", "note", "place", "valid_from", "valid_until")

    def clean_company(self) -> str:
        """Read the company."""
        return read_company(self.cleaned_data["company"])


class TemporaryWorkerForm(_MeansForm):
    """A temporary worker who gets the user firm's means, or whose contract settles the method."""

    KINDS = (MeansKind.USER_FIRM_MEANS, MeansKind.CONTRACT_CLAUSE)
    number = forms.CharField(
        label=gettext_lazy("National number of the temporary worker"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give the national number.")},
    )
    field_order = ("number", "kind", "note", "place", "valid_from", "valid_until")

    def clean_number(self) -> str:
        """Read the number."""
        return read_national_number(self.cleaned_data["number"])
