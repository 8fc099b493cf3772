"""What an inspector searches and why, as a form and as a signed word that an address can carry; no national number is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.checkins.searches import SortedBy
from portal.pages.checkins.search_forms import SearchForm
from portal.pages.checkins.wanted import Wanted

_SALT = "portal.pages.checkins.inspection.2"
_LONGEST_REASON = 150
_ORDER_OF_ALL, _WITHIN_DAYS = str(SortedBy.REGISTRATION_DATE), str(SortedBy.INSTANT)
_DIGITS_OF_A_NUMBER = 11


@dataclass(frozen=True, slots=True)
class Inspected:
    """A search in all companies and the reason under which each look is on record."""

    wanted: Wanted
    reason: str

    @property
    def word(self) -> str:
        """The search and its reason as a signed word."""
        return signing.dumps([self.wanted.word, self.reason], salt=_SALT, compress=True)

    @classmethod
    def read(cls, word: str) -> Self | None:
        """Return what a word says; None for what we did not write."""
        try:
            wanted_word, reason = signing.loads(word, salt=_SALT)
        except signing.BadSignature:
            return None
        wanted = Wanted.read(wanted_word)
        return None if wanted is None else cls(wanted, reason)

    def of_person(self, person_id: int | None) -> Self:
        """Return the same search for one person."""
        return replace(self, wanted=self.wanted.of_person(person_id))

    def as_initial(self) -> dict[str, object]:
        """Return what a form begins with; the worker is told as a seal alone, and the form knows days alone as an order."""
        initial = {**self.wanted.as_initial(), "reason": self.reason}
        return initial | ({"sort": _ORDER_OF_ALL} if self.wanted.sort == _WITHIN_DAYS else {})


class InspectionForm(SearchForm):
    """The official criteria and why it is asked."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Each look is on record with it. Give no national number."),
        min_length=5,
        max_length=_LONGEST_REASON,
        error_messages={
            "required": gettext_lazy("Say why you look."),
            "min_length": gettext_lazy("Say why you look in five letters or more."),
        },
    )

    def clean_reason(self) -> str:
        """Take no reason that holds a national number."""
        reason = str(self.cleaned_data["reason"]).strip()
        if sum(letter.isdigit() for letter in reason) >= _DIGITS_OF_A_NUMBER:
            raise ValidationError(_("Give no national number in the reason."))
        return reason

    def clean(self) -> dict[str, Any]:
        """Let all companies be put in no order for which everybody's registrations would have to be sorted, or walked."""
        cleaned = super().clean()
        if not _is_narrow(cleaned) and cleaned.get("sort") not in {"", None, _ORDER_OF_ALL}:
            self.add_error("sort", _("For this order name a company, a work place or a worker."))
        return cleaned

    @property
    def inspected(self) -> Inspected:
        """What was asked for, without the worker; of a company, a place or a worker days are shown in the order of their times."""
        wanted = self.wanted
        if _is_narrow(self.cleaned_data) and wanted.sort == _ORDER_OF_ALL:
            wanted = replace(wanted, sort=_WITHIN_DAYS)
        return Inspected(wanted, self.cleaned_data["reason"])


def _is_narrow(cleaned: Mapping[str, Any]) -> bool:
    return any(cleaned.get(name) for name in ("company", "place", "number", "limosa", "worker"))
