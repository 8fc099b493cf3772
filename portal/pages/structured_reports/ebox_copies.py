"""Whether notifications are placed in the e-Box of the company too."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.configuring.ebox_copies import start_ebox_copies, stop_ebox_copies
from channels.models import Sender
from domain.assurance import AssuranceLevel
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, page
from portal.pages.structured_reports.taking_steps import Question, ask, own


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let notifications go there, after telling who reads them."""
    sender, now = own(stay, number)
    question = Question(
        title=_("Copy notifications to the e-Box"),
        told=(
            _(
                "Each notification about real declarations is placed in the e-Box of your company too, with its signature."
            ),
            _(
                "Access managers read it there, and the users to whom documents of the service go. The technical user "
                "collects it at the channel as before."
            ),
        ),
        button=_("Copy them"),
        done=_("Notifications are placed in the e-Box too from now on."),
        refused=_("They are copied."),
        is_dangerous=False,
    )

    def begin(locked: Sender) -> None:
        start_ebox_copies(locked, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, begin, question, back="report-sender")


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let no further notification go there."""
    sender, now = own(stay, number)
    question = Question(
        title=_("Copy no more notifications to the e-Box"),
        told=(_("What is in the e-Box already stays there. Notifications are collected at the channel as before."),),
        button=_("Copy no more"),
        done=_("No further notification is placed in the e-Box."),
        refused=_("They are not copied."),
    )

    def end(locked: Sender) -> None:
        stop_ebox_copies(locked, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, end, question, back="report-sender")
