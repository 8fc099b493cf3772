"""What is asked on a worker's page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.checkins.codes import RefusalCode
from domain.checkins.vocabulary import Capacity
from domain.identifiers import is_company_number, normalise_company_number
from portal.pages.checkins.choices import EmployerChoice, ForWhom, PlaceChoice
from portal.pages.forms import CounterForm

_WORK_PLACE = re.compile(r"\A[A-HJ-NP-Z0-9]{13}\Z")
_FOREIGN_VAT = re.compile(r"\A[A-Z]{2}[0-9A-Z+*.]{2,13}\Z")
_BLANKS = re.compile(r"[\s-]")
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


def read_work_place(text: str) -> str:
    """Return a work place's number as somebody typed it; ValidationError for what is none."""
    number = _BLANKS.sub("", text).upper()
    if not _WORK_PLACE.match(number):
        raise ValidationError(_("This is no number of a work place: 13 letters and digits."))
    return number


def read_company(text: str) -> str:
    """Return a company number in ten digits, or a foreign VAT number; ValidationError for what is neither."""
    number = _BLANKS.sub("", text).upper()
    digits = number.removeprefix("BE").replace(".", "")
    if digits.isdigit() and is_company_number(digits):
        return normalise_company_number(digits)
    if _FOREIGN_VAT.match(number) and not number.startswith("BE"):
        return number
    raise ValidationError(_("This is no number of a company: ten digits, the first a 0 or a 1."))


class ActForm(CounterForm):
    """Where somebody checks in, and for whom; both offered where they were used before."""

    sure = forms.CharField(required=False, widget=forms.HiddenInput)
    own = forms.CharField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        label=gettext_lazy("Number of the work place"),
        help_text=gettext_lazy("Scan the QR code at the door, or type the 13 letters and digits below it."),
        max_length=20,
        error_messages={"required": gettext_lazy("Say where you are.")},
        widget=forms.TextInput(attrs=PLAIN),
    )
    company = forms.CharField(
        label=gettext_lazy("Number of the company you work for"),
        max_length=18,
        error_messages={"required": gettext_lazy("Say for whom you work here.")},
        widget=forms.TextInput(attrs=PLAIN),
    )
    self_employed = forms.BooleanField(label=gettext_lazy("I am self-employed: this is my own company"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        places: Sequence[PlaceChoice] = (),
        employers: Sequence[EmployerChoice] = (),
        usual: ForWhom | None = None,
    ) -> None:
        """Offer them; `usual` is for whom the worker is at the first of the places, None when that must be asked."""
        super().__init__(data)
        self.fields["number"].required, self.fields["company"].required = not places, not employers
        if places:
            offered = [(each.number, each.title) for each in places]
            self.fields["place"] = _choice(_("Where are you?"), offered, missing=_("Say where you are."))
            self.fields["number"].label = _("Number of the other work place")
            self.fields["number"].help_text = _("13 letters and digits, below the QR code.")
        if employers:
            known = [(each.key, each.title) for each in employers]
            missing = _("Say for whom you work here.")
            self.fields["employer"] = _choice(_("For whom do you work here?"), known, missing=missing)
            self.fields["employer"].initial = usual.key if usual is not None else None
            self.fields["company"].label = _("Number of the other company")
        self.order_fields(["place", "number", "employer", "company", "self_employed"])

    @property
    def refused_at(self) -> Mapping[RefusalCode, str]:
        """The fields at which the register's refusals are told: those that were filled in."""
        place = "place" if "place" in self.fields and not self.data.get("number") else "number"
        company = "employer" if "employer" in self.fields and not self.data.get("company") else "company"
        at_place = (RefusalCode.WORK_PLACE_INVALID, RefusalCode.KIND_NOT_OF_SECTOR, RefusalCode.NOT_AHEAD)
        at_company = (RefusalCode.EMPLOYER_INVALID, RefusalCode.EMPLOYER_UNKNOWN, RefusalCode.NO_MANDATE)
        return dict.fromkeys(at_place, place) | dict.fromkeys(at_company, company)

    def full_clean(self) -> None:
        """Judge by `clean` alone: a form that was shown before the choices changed is still a whole one."""
        required = {name: field.required for name, field in self.fields.items()}
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        for name, field in self.fields.items():
            field.required = required[name]

    def clean(self) -> dict[str, Any]:
        """Add `place_number` and `for_whom`: what was typed, or else what was chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, typed = cleaned.get("place", ""), cleaned.get("number", "")
        if typed.strip() or not chosen:
            cleaned["place_number"] = self._read("number", typed, read_work_place, _("Say where you are."))
        else:
            cleaned["place_number"] = chosen
        whom, company = cleaned.get("employer", ""), cleaned.get("company", "")
        if company.strip() or not whom:
            for_whom = ForWhom(self._read("company", company, read_company, _("Say for whom you work here.")))
        else:
            for_whom = ForWhom.read(whom)
        is_own = cleaned.get("self_employed")
        cleaned["for_whom"] = replace(for_whom, capacity=Capacity.SELF_EMPLOYED) if is_own else for_whom
        return cleaned

    def _read(self, field: str, text: str, read: Any, missing: str) -> str:  # noqa: ANN401 - one of two functions
        if not text.strip():
            if field not in self.errors:
                self.add_error(field, missing)
            return ""
        try:
            return str(read(text))
        except ValidationError as wrong:
            self.add_error(field, wrong)
            return ""


def _choice(label: str, choices: Sequence[tuple[str, str]], *, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=choices[0][0],
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )
