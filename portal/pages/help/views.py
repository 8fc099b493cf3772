"""Help pages; anybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.pages.routing import public_page


@public_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Which way when."""
    return render(request, "help/overview.html")
