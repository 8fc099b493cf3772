"""The access register as a file: who had what in the quality at the end of a day, since when and by whom (access §2.2)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.access.holdings import Holding, declaration_in
from domain.access.requests import Action
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date, end_of_day
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.actors import called_actors
from portal.pages.checkins.cells import Cell
from portal.pages.checkins.sheets import CSV_TYPE, render_csv
from portal.pages.people.as_of import DayForm, state_word, what_is_held
from portal.pages.permissions import actor_of, entity_of, person_of, require_action
from portal.pages.routing import Context, page
from registers.access.histories import as_of
from registers.access.told_persons import names_in


@page(level=AssuranceLevel.ITSME, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def download(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the day, and give the register of that day as a file; that it left the counter is on record."""
    now = SystemClock().now()
    require_action(stay, Action.EXPORT_REGISTER, at=now)
    today = brussels_date(now)
    form = DayForm(request.POST or None, today=today, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        return _give(stay, form.cleaned_data["day"], at=now)
    return render(request, "people/register_file.html", {"form": form, "quality": stay.quality})


def _give(stay: Session, day: date, *, at: datetime) -> HttpResponse:
    held = as_of(entity_of(stay).pk, stay.quality, at=min(end_of_day(day) - timedelta(microseconds=1), at))
    append_event(
        "access-register:exported",
        at=at,
        actor=actor_of(stay).name,
        entity=entity_of(stay).pk,
        quality=stay.quality,
        day=day.isoformat(),
        rows=len(held),
    )
    titles = (_("Name"), _("What"), _("State"), _("Since"), _("Until"), _("By"), _("Declaration"))
    name = f"access-{entity_of(stay).company_number}-{day:%Y%m%d}.csv"
    answer = HttpResponse(
        render_csv(titles, _rows(held, entity_id=entity_of(stay).pk, reader=person_of(stay))), content_type=CSV_TYPE
    )
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _rows(held: list[Holding], *, entity_id: int, reader: int) -> Iterator[tuple[Cell, ...]]:
    names = names_in(entity_id, {one.person_id for one in held})
    called = called_actors({one.actor for one in held}, entity_id=entity_id, reader=reader)
    for one in held:
        declaration = declaration_in(one.source)
        yield (
            names.get(one.person_id, ""),
            what_is_held(one),
            str(state_word(one)[0]),
            one.since,
            one.valid_until,
            called[one.actor],
            " ".join(declaration) if declaration else "",
        )
