"""Who had what on a day: a user's account, rights and appointments, since when, and by which declaration."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.access.holdings import Holding, HoldingKind, declaration_in
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date, end_of_day
from evidence.clock import SystemClock
from portal.pages.actors import called_actors
from portal.pages.forms import CounterForm
from portal.pages.labelled import labelled
from portal.pages.names import RIGHTS, ROLES, SERVICES
from portal.pages.people.own_people import find_known_user, require_managing
from portal.pages.people.words import ACCOUNT_STATES, APPOINTMENT_STATES, ENDINGS, RIGHT_STATES
from portal.pages.permissions import entity_of, person_of
from portal.pages.routing import Context, page
from registers.access.change_logs import Change
from registers.access.histories import as_of

_STATES = {
    HoldingKind.ACCOUNT: ACCOUNT_STATES,
    HoldingKind.APPOINTMENT: APPOINTMENT_STATES,
    HoldingKind.RIGHT: RIGHT_STATES,
}


class DayForm(CounterForm):
    """A day that is not to come."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Enter a day."),
            "invalid": gettext_lazy("Enter a day of the calendar."),
        },
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        """Return the day, unless nobody knows yet what it brings."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("Enter today or an earlier day."))
        return day


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def on_day(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Show what a user had at the end of a day, of today at this moment; also one who is removed by now."""
    now = SystemClock().now()
    require_managing(stay, at=now)
    user = find_known_user(stay, account_id)
    today = brussels_date(now)
    form = DayForm(request.GET if "day" in request.GET else None, today=today, initial={"day": today})
    lines: list[dict[str, object]] | None = None
    if not form.is_bound or form.is_valid():
        day = form.cleaned_data["day"] if form.is_bound else today
        at = min(end_of_day(day) - timedelta(microseconds=1), now)
        lines = _lines(stay, user.person_id, at=at)
    values = {"form": form, "user": user, "lines": lines, "called": getattr(user, "name", "") or user.user_name}
    return render(request, "people/as_of.html", values)


def _lines(stay: Session, person_id: int, *, at: datetime) -> list[dict[str, object]]:
    entity_id = entity_of(stay).pk
    held = as_of(entity_id, stay.quality, at=at, person_id=person_id)
    called = called_actors({one.actor for one in held}, entity_id=entity_id, reader=person_of(stay))
    return [
        {
            "what": what_is_held(one),
            "state": state_word(one),
            "since": one.since,
            "by": called[one.actor],
            "declaration": declaration_in(one.source),
        }
        for one in held
    ]


def state_word(one: Holding | Change) -> tuple[Promise, str]:
    """Return the word for its state, and the colour of its tag."""
    living = _STATES[one.kind].get(one.state)
    return (ENDINGS[one.state], "grey") if living is None else living


def what_is_held(one: Holding | Change) -> str:
    """Return what it is in the reader's words."""
    match one.kind:
        case HoldingKind.APPOINTMENT:
            return capfirst(str(ROLES[one.what]))
        case HoldingKind.ACCOUNT:
            return _("User account %(name)s") % {"name": one.what}
        case _:
            service, right = one.what.split()
            return labelled(SERVICES[service], RIGHTS[right])
