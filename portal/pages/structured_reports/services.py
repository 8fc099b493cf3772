"""The services of a sender: which messages it may deliver where; access declarations are asked for on their own page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.configuring.openings import add_service, remove_service
from channels.models import Sender
from domain.access.requests import Action
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.access_declarations.enabling import enabling_of
from portal.pages.overtaken import describe_state, require_as_shown
from portal.pages.permissions import actor_of, require_action
from portal.pages.routing import Context, page
from portal.pages.structured_reports.forms import ServicesForm
from portal.pages.structured_reports.own_senders import find_own
from portal.pages.structured_reports.taking_steps import take
from portal.pages.structured_reports.words import CHOSEN_MESSAGES


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def services(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Choose which messages the sender may deliver in which environments; see whether it may declare access."""
    now = SystemClock().now()
    standing = require_action(stay, Action.CONFIGURE_SENDERS, at=now)
    sender = find_own(stay, number)
    held = _held_by(sender)
    has = {(purpose, environment) for purpose, environment in held if purpose in CHOSEN_MESSAGES}
    form = ServicesForm(
        request.POST or None,
        besides={purpose for purpose, _environment in held - has},
        only_by=settings.GUICHET.purpose_channels,
        initial={purpose: [str(e) for p, e in has if p == purpose] for purpose in CHOSEN_MESSAGES},
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.chosen()

        def choose(locked: Sender) -> None:
            require_as_shown(request, describe_state(_held_by(locked)))
            for purpose, environment in sorted(wanted - has):
                add_service(locked, purpose, [environment], actor=actor_of(stay).name, at=now)
            for purpose, environment in sorted(has - wanted):
                remove_service(locked, purpose, [environment], actor=actor_of(stay).name, at=now)

        refused = _("An active sender keeps one service at least.")
        if answer := take(request, stay, sender, choose, form, refused=refused, then="report-sender"):
            messages.success(request, _("The services are saved."))
            return answer
    word, colour = enabling_of(sender, at=now).state
    values = {
        "form": form,
        "sender": sender,
        "shown": describe_state(held),
        "word": word,
        "colour": colour,
        "is_manager": bool(standing.roles),
    }
    return render(request, "structured_reports/services.html", values, status=form.http_status)


def _held_by(sender: Sender) -> set[tuple[str, Environment]]:
    return {(row.purpose, Environment(row.environment)) for row in sender.services.all()}
