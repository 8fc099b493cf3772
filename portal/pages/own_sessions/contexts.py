"""Choose the company and the quality for which one acts."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from auth.session_life import choose_context
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.open_contexts import contexts_open_to
from portal.pages.paths import next_path
from portal.pages.routing import Context, page
from portal.pages.stays import person_of, store_of
from registers.access.attesting import note_use


@page(level=AssuranceLevel.PASSWORD, context=Context.STILL_OPEN)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show where the person may act; what is chosen is part of the stay, under a new id."""
    now = SystemClock().now()
    person_id = person_of(stay)
    contexts = contexts_open_to(stay, at=now)
    then = next_path(request, otherwise=reverse("home"))
    if request.method == "POST":
        wished = request.POST.get("context", "")
        for each in contexts.chosen_from:
            if wished == f"{each.entity_id}:{each.quality}":
                choose_context(store_of(request), entity_id=each.entity_id, quality=each.quality, at=now)
                if person_id is not None:
                    note_use(person_id, each.entity_id, each.quality, at=now)
                return HttpResponseRedirect(then)
        messages.error(request, _("Choose a company from the list."))
    values = {
        "contexts": contexts.chosen_from,
        "stopped": contexts.stopped,
        "phone": settings.GUICHET.contact_phone,
        "next": then,
        "stay": stay,
    }
    return render(request, "own_sessions/context.html", values)
