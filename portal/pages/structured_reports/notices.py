"""Who is told that answers are ready: the technical user by mail, or a receiver of the sender's own over https."""

import structlog
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.models import AnswerSubscription, Sender
from channels.notices.signatures import NoticeSigner, render_public_key
from channels.notices.subscribing import end_subscription, require_subscription, subscribe_mail, subscribe_webhook
from domain.assurance import AssuranceLevel
from domain.refusals import OutageError
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, page
from portal.pages.structured_reports.channel_forms import NoticeForm, NoticeMeans
from portal.pages.structured_reports.taking_steps import Question, ask, gone, own, take

log = structlog.get_logger()


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show who is told and how that fares, and take another wish."""
    sender, now = own(stay, number)
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, actor = form.cleaned_data, actor_of(stay).name

        def subscribe(locked: Sender) -> None:
            if said["means"] == NoticeMeans.EMAIL:
                subscribe_mail(locked, actor=actor, at=now)
                return
            allowed = settings.GUICHET.notices.networks
            subscribe_webhook(locked, said["address"], allowed=allowed, actor=actor, at=now)

        refused = _("This is not possible. Give another address.")
        if answer := take(
            request, stay, sender, subscribe, form, refused=refused, then="report-notices", field="address"
        ):
            messages.success(request, _("Notices go there from now on."))
            return answer
    told = list(living_wishes(sender).annotate(waiting=Count("notices", filter=Q(notices__state="WAITING"))))
    has_receiver = any(wish.address for wish in told)
    values = {"form": form, "sender": sender, "told": told, "has_receiver": has_receiver}
    if has_receiver:
        values["keys"] = _keys()
    return render(request, "structured_reports/notices.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, stay: Session, number: str, wish_id: int) -> HttpResponse:
    """Tell a receiver nothing any more."""
    sender, now = own(stay, number)
    wish = living_wishes(sender).filter(pk=wish_id).first()
    if wish is None:
        gone(request, sender, back="report-notices")
    question = Question(
        title=_("End these notices"),
        told=(
            wish.address or sender.technical_user.contact_address,
            _("What waits to be told is given up. The answers themselves stay where they are until they are fetched."),
        ),
        button=_("End"),
        done=_("Nothing is told there any more."),
        refused=_("It is ended."),
    )

    def stop(_locked: Sender) -> None:
        end_subscription(
            require_subscription(wish.pk), actor=actor_of(stay).name, at=now, reason="ended by an access manager"
        )

    return ask(request, stay, sender, stop, question, back="report-notices")


def living_wishes(sender: Sender) -> QuerySet[AnswerSubscription]:
    """Return the subscriptions of the sender that have not ended."""
    return AnswerSubscription.objects.filter(sender=sender, ended_at=None).order_by("pk")


def _keys() -> list[str]:
    """Return the public keys that verify notices, as libraries take them; none while they cannot be read, which the page says."""
    try:
        return [render_public_key(key) for key in NoticeSigner.load(settings.GUICHET.home / "keys").public_keys]
    except OutageError as outage:
        log.warning("keys of notices are not shown", reason=str(outage))
        return []
