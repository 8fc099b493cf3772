"""What is decided about a correction."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.forms import CounterForm

ACCEPT, REJECT = "ACCEPT", "REJECT"


class DecisionForm(CounterForm):
    """Accept or reject, with a reason that who asked reads."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What do you decide?"),
        choices=[(ACCEPT, gettext_lazy("Accept the correction")), (REJECT, gettext_lazy("Reject it"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a decision.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Who asked reads it. A rejection needs one."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Want a reason for a rejection."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == REJECT and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say why it is rejected."))
        return cleaned
