"""The form that every page builds on: errors are told by the server alone, in the reader's words."""

from typing import Any

from django import forms


class CounterForm(forms.Form):
    """A form whose fields the `field` tag shows; browsers' own bubbles stay away, since they cannot be translated."""

    use_required_attribute = False
    required_css_class = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ConfirmForm(CounterForm):
    """A form that asks nothing but yes: the page before something that cannot be undone."""
