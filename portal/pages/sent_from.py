"""Say of a page that takes forms alone on which page its button stands: whoever is led back is led there.

    @page(level=DETAILS_LEVEL)
    @sent_from("own-ebox-document", "document_id")
    def step(request: HttpRequest, stay: Session, document_id: int, step: str) -> HttpResponse: ...

A browser that is led on asks for a page (GET), which such an address does not know. Whoever opens the address itself, kept or typed, is
led to the button.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.views.decorators.http import require_POST

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class FormPage:
    """The page with the button: the name of its route, and what of the form's own address its address holds too."""

    route: str
    shared: tuple[str, ...] = ()

    def path(self, match: ResolverMatch) -> str:
        """Return the address of the page for a form that was sent to `match`."""
        return reverse(self.route, kwargs={name: match.kwargs[name] for name in self.shared})


def sent_from(route: str, *shared: str) -> Callable[[View[Parameters]], View[Parameters]]:
    """Take forms alone (POST), whose button stands on the page of `route`, and lead there who asks for a page.

    The address of that page has `shared` of the form's own address in it as well.
    """

    def decorate(view: View[Parameters]) -> View[Parameters]:
        taking = require_POST(view)

        @functools.wraps(taking)
        def taking_or_leading(
            request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponse:
            if request.method in _SAFE:
                return HttpResponseRedirect(path_of_page(request))
            return taking(request, *args, **kwargs)

        taking_or_leading.form_page = FormPage(route, shared)  # type: ignore[attr-defined]
        return taking_or_leading

    return decorate


def form_page_of(view: object) -> FormPage | None:
    """Return where the button of a view stands; None for a view that shows its own page."""
    found = getattr(view, "form_page", None)
    return found if isinstance(found, FormPage) else None


def path_of_page(request: HttpRequest) -> str:
    """Return where the page of a request is asked for: its own path, or where the button of its form stands."""
    match = request.resolver_match
    form_page = None if match is None else form_page_of(match.func)
    return request.path if match is None or form_page is None else form_page.path(match)
