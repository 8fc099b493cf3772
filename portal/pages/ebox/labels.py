"""The reader's own labels on documents of an e-Box: put on, taken off, and listed by. Nobody else sees them."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from correspondence.ebox import LONGEST_LABEL
from portal.pages.forms import CounterForm

_MOST_LABELS = 50


class LabelForm(CounterForm):
    """The own word on a document; an empty one takes it off."""

    label = forms.CharField(
        label=_("My label"),
        help_text=_(
            "A word of yours by which you find the document again. Only you see it; leave it empty to take it off."
        ),
        max_length=LONGEST_LABEL,
        required=False,
        validators=[
            RegexValidator(
                r"\A[^\x00-\x1f\x7f]*\Z", _("Leave out line breaks and other characters that cannot be printed.")
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def list_by_label(request: HttpRequest, documents: QuerySet[Any]) -> tuple[QuerySet[Any], dict[str, object]]:
    """Return the documents that carry the label that the query names, all where it names none; and what the page tells.

    `documents` are annotated with `own_label`. One query more.
    """
    named = documents.exclude(own_label="").order_by("own_label").values_list("own_label", flat=True).distinct()
    chosen = request.GET.get("label", "").strip()[:LONGEST_LABEL]
    chosen = chosen if chosen.isprintable() else ""
    told: dict[str, object] = {
        "labels": list(named[:_MOST_LABELS]),
        "label": chosen,
        "search_keeps": {"label": chosen} if chosen else {},
    }
    return (documents.filter(own_label=chosen) if chosen else documents), told
