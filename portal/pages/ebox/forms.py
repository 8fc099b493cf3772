"""What is asked about the routes of documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import CounterForm
from portal.pages.names import SERVICES


class RoutesForm(CounterForm):
    """The services whose documents and tasks a user sees."""

    services = forms.MultipleChoiceField(
        label=_("Documents and tasks of these services"),
        choices=[(str(code), name) for code, name in SERVICES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
