"""The page on which a self-employed person withdraws a day that he registered himself (§2.1, §3)."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.items import Cancellation
from domain.checkins.outcomes import Cancelled, Declarant, Refused
from domain.checkins.vocabulary import CancellationReason, ClockingChannel
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_title, places_of
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.own_presences import find_own, may_cancel
from portal.pages.checkins.words import CANCELLATION_REASONS, told_refusals
from portal.pages.forms import CounterForm
from portal.pages.permissions import person_of
from portal.pages.routing import page
from portal.pages.sending_once import make_once


class NotCancelledError(Exception):
    """The register does not withdraw it; the message is a whole sentence."""


class CancellationForm(CounterForm):
    """Why the day is withdrawn."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you cancel it?"),
        choices=list(CANCELLATION_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Ask why, and withdraw a day of one's own; 404 for anything that cannot be withdrawn."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_id, number)
    back = reverse("own-checkin", args=[number])
    form = CancellationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = CancellationReason(form.cleaned_data["reason"])
        try:
            answer = make_once(request, lambda: _withdraw(number, reason, person_id=person_id, then=back, at=now))
        except NotCancelledError as refused:
            form.tell_refusal(str(refused))
        else:
            messages.success(request, _("The day is cancelled. It stays in your list."))
            return answer
    elif not may_cancel(row, on=brussels_date(now)):
        raise Http404
    place = next(iter(places_of([row.work_place])), None)
    day = date_format(row.registration_date, "l j F Y")
    values = {
        "title": _("Cancel this day"),
        "told": [
            f"{day}, {place_title(place, row.work_place)}.",
            _("A cancelled day cannot be brought back: register it anew."),
        ],
        "form": form,
        "button": _("Cancel the day"),
        "leave": _("Keep the day"),
        "back": back,
    }
    return render(request, "checkins/form_page.html", values, status=form.http_status)


def _withdraw(number: int, reason: CancellationReason, *, person_id: int, then: str, at: datetime) -> str:
    """Bring the cancellation as the person's own and return where to go on; NotCancelledError says why not."""
    by = Declarant(Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=person_id)
    (outcome,) = checkin_counter().desk.take([Cancellation(number, reason)], by=by, received_at=at, at=at)
    match outcome:
        case Cancelled():
            return then
        case Refused(codes):
            raise NotCancelledError(told_refusals(codes))
        case _:
            raise TypeError(type(outcome).__name__)
