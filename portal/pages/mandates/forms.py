"""What is asked about a mandate."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from domain.identifiers import is_company_number
from domain.quarters import Quarter
from portal.pages.forms import CounterForm
from portal.pages.mandates.words import GROUPS, quarter_name

_STARTS, _ENDS = 5, 21
"""How many quarters, the present one among them, a mandate may begin in and end with."""


class OfferForm(CounterForm):
    """The company that is to act, in which services, and from which quarter to which."""

    company = forms.CharField(
        label=_("Company number of the mandatary"),
        help_text=_("The social secretariat or service provider that is to act for your company: ten digits."),
        max_length=20,
        error_messages={"required": _("Enter the company number.")},
    )
    groups = forms.MultipleChoiceField(
        label=_("It may act in"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one group of services at least.")},
    )
    start = forms.ChoiceField(label=_("First quarter"), error_messages={"required": _("Choose a quarter.")})
    end = forms.ChoiceField(label=_("Last quarter"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments
        today: Quarter,
        groups: Collection[str],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(group, word) for group, word in GROUPS.items() if group in groups]
        self.fields["groups"].choices = offered  # type: ignore[attr-defined]
        quarters = [str(today.shifted(later)) for later in range(_ENDS)]
        named = [(written, capfirst(quarter_name(written))) for written in quarters]
        self.fields["start"].choices = named[:_STARTS]  # type: ignore[attr-defined]
        self.fields["end"].choices = [("", _("Without end")), *named]  # type: ignore[attr-defined]

    def clean_company(self) -> str:
        """Return the ten digits."""
        digits = "".join(character for character in self.cleaned_data["company"] if character not in " .-")
        if not is_company_number(digits):
            raise ValidationError(_("This is no company number: ten digits, of which the last two check the others."))
        return digits

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        said = super().clean() or self.cleaned_data
        if said.get("end") and said.get("start") and said["end"] < said["start"]:
            self.add_error("end", _("The last quarter lies before the first one."))
        return said

    def quarters(self) -> tuple[Quarter, Quarter | None]:
        """Return the first quarter, and the last one where there is one."""
        end: str = self.cleaned_data["end"]
        return Quarter.parse(self.cleaned_data["start"]), Quarter.parse(end) if end else None
