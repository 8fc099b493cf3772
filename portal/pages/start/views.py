"""The start, which leads on, and the overview of who is signed in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from portal.pages.navigation import sections_of
from portal.pages.routing import page, public_page
from portal.pages.stays import stay_of


@public_page
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the overview, or to signing in."""
    return HttpResponseRedirect(reverse("home" if stay_of(request) is not None else "sign-in"))


@page(level=AssuranceLevel.SELF_REGISTERED)
@require_safe
def home(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what the signed-in person can do here."""
    places = [section for section in sections_of(stay, request.path) if not section.is_current]
    return render(request, "start/home.html", {"places": places, "stay": stay})
