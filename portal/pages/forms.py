"""The form that every page builds on: errors are told by the server alone, in the reader's words."""

from http import HTTPStatus
from typing import Any

from django import forms


class CounterForm(forms.Form):
    """A form whose fields the `field` tag shows; browsers' own bubbles stay away, since they cannot be translated."""

    use_required_attribute = False
    required_css_class = ""
    http_status = HTTPStatus.OK
    """What the page that shows the form is answered with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def tell_fault(self, sentence: str, *, field: str | None = None) -> None:
        """Say what is wrong with what was filled in."""
        self.is_bound = True
        self.add_error(field, sentence)

    def tell_conflict(self, sentence: str, *, field: str | None = None) -> None:
        """Say why what is asked does not go with how things stand, which a program hears from the status too (§11)."""
        self.tell_fault(sentence, field=field)
        self.http_status = HTTPStatus.CONFLICT

    def tell_refusal(self, sentence: str, *, field: str | None = None) -> None:
        """Say which rule what was filled in does not meet, at the field where the form shows one (422)."""
        self.tell_fault(sentence, field=field if field in self.fields else None)
        self.http_status = HTTPStatus.UNPROCESSABLE_ENTITY

    def tell_limit(self, sentence: str) -> None:
        """Say that what is right was sent too often for now."""
        self.tell_fault(sentence)
        self.http_status = HTTPStatus.TOO_MANY_REQUESTS

    def tell_outage(self, sentence: str) -> None:
        """Say that we could not do it now."""
        self.tell_fault(sentence)
        self.http_status = HTTPStatus.SERVICE_UNAVAILABLE


class ConfirmForm(CounterForm):
    """A form that asks nothing but yes: the page before something that cannot be undone."""
