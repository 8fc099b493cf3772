"""What stands in for the list of who is at a work place without a connection; the list itself stays in the tab that showed it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.pages.checkins.keeping import worker_script
from portal.pages.routing import public_page


def offline_path() -> str:
    """Return the address of the page that stands in, in the reader's language."""
    return f"{reverse('work-place-live-offline')}?language={get_language() or 'en'}"


@public_page
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what stands in for the list; the same for everybody."""
    return render(request, "checkins/live_list_offline.html")


@public_page
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the script that stands between the list and the connection; it reaches what lies beside it alone."""
    return worker_script()
