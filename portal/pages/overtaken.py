"""Refuse a form that was overtaken: what its page showed is not what there is, and to save it would undo another's act.

A form that says how all of something is to be, as rights, services or channels, writes `{% shown_state state %}` beside its token.
"""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.pages.refusals import StaleForm

SHOWN = "form-shown"


def describe_state(held: Iterable[tuple[str, str]]) -> str:
    """Return what is held, each thing with its kind, as the form sends it back; equal where the same is held."""
    return " ".join(sorted(f"{thing}={kind}" for thing, kind in held))


def require_as_shown(request: HttpRequest, state: str) -> None:
    """StaleForm where the page of this form showed another state than `state`, which the caller holds (§11)."""
    if request.POST.get(SHOWN) != state:
        raise StaleForm(
            _("Somebody changed this after your page was shown. Nothing was saved: look at it again, then choose.")
        )
