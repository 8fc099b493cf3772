"""What is asked about a quality."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from domain.access.qualities import Quality
from portal.pages.forms import CounterForm
from portal.pages.names import QUALITIES


class QualityForm(CounterForm):
    """A further quality in which the company acts."""

    quality = forms.ChoiceField(
        label=_("Quality"), widget=forms.RadioSelect, error_messages={"required": _("Choose a quality.")}
    )
    registration_number = forms.RegexField(
        regex=r"\A[0-9A-Za-z]{0,16}\Z",
        label=_("Registration number in this quality"),
        required=False,
        error_messages={"invalid": _("Give at most 16 digits or letters.")},
    )

    def __init__(self, *args: Any, qualities: Iterable[Quality], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        choices = [(str(each), capfirst(str(QUALITIES[each]))) for each in qualities]
        self.fields["quality"].choices = choices  # type: ignore[attr-defined]
