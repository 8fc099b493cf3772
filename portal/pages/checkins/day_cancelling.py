"""Ask why a day is withdrawn, and withdraw it: what a self-employed person and a company share (§2.1, §2.3)."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Cancellation
from domain.checkins.outcomes import Cancelled, Declarant, Refused
from domain.checkins.vocabulary import CancellationReason
from evidence.audit import append_event
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.refused_requests import note_refused
from portal.pages.checkins.shown import sentence_of
from portal.pages.checkins.words import CANCELLATION_REASONS, told_refusals
from portal.pages.forms import CounterForm
from portal.pages.sending_once import make_once
from registers.checkins.models import Presence


class NotCancelledError(Exception):
    """The register does not withdraw it; the message is a whole sentence, `codes` are its reasons."""

    def __init__(self, codes: tuple[RefusalCode, ...]) -> None:
        super().__init__(told_refusals(codes))
        self.codes = codes


class CancellationForm(CounterForm):
    """Why the day is withdrawn."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you cancel it?"),
        choices=list(CANCELLATION_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )


@dataclass(frozen=True, slots=True)
class DayToCancel:
    """A day, in whose name it is withdrawn, and where to go on; `name` is the worker's, empty for one's own day."""

    row: Presence
    by: Declarant
    then: str
    name: str = ""


def ask_and_cancel(request: HttpRequest, day: DayToCancel, *, at: datetime) -> HttpResponse:
    """Ask why the day is withdrawn, and withdraw it; what the register refuses is told on the form."""
    form = CancellationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = CancellationReason(form.cleaned_data["reason"])
        try:
            answer = make_once(request, lambda: _withdraw(day, reason, at=at))
        except NotCancelledError as refused:
            note_refused("presence:cancellation-refused", refused.codes, by=day.by, number=day.row.number, at=at)
            form.tell_refusal(str(refused))
        else:
            messages.success(request, _("The day is cancelled. It stays in your list."))
            return answer
    values = {
        "title": _("Cancel this day"),
        "told": [sentence_of(day.row, name=day.name), _("A cancelled day cannot be brought back: register it anew.")],
        "form": form,
        "button": _("Cancel the day"),
        "leave": _("Keep the day"),
        "back": day.then,
    }
    return render(request, "checkins/form_page.html", values, status=form.http_status)


def _withdraw(day: DayToCancel, reason: CancellationReason, *, at: datetime) -> str:
    """Bring the cancellation and return where to go on; NotCancelledError says why not."""
    number = day.row.number
    (outcome,) = checkin_counter().desk.take([Cancellation(number, reason)], by=day.by, received_at=at, at=at)
    match outcome:
        case Cancelled():
            actor = f"person:{day.by.person_id}"
            append_event(
                "presence:cancelled", at=at, actor=actor, number=number, company=day.by.enterprise_number or ""
            )
            return day.then
        case Refused(codes):
            raise NotCancelledError(tuple(codes))
        case _:
            raise TypeError(type(outcome).__name__)
