"""The start, which leads on, and the overview of who is signed in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.navigation import sections_of
from portal.pages.people.own_people import proposals_to
from portal.pages.routing import page, public_page
from portal.pages.stays import person_of, stay_of


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
    values = {"places": places, "stay": stay, "is_proposed": _is_proposed(stay)}
    return render(request, "start/home.html", values)


def _is_proposed(stay: Session) -> bool:
    """Whether an appointment waits for the person, who signed in surely enough to take it up."""
    if stay.level < AssuranceLevel.APP_CODE:
        return False
    person_id = person_of(stay)
    return person_id is not None and proposals_to(person_id, at=SystemClock().now()).exists()
