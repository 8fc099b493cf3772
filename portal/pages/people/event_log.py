"""The event log of a company as a file: every step about access managers, users and rights (access and login §2.2, §9)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.access.holdings import declaration_in
from domain.access.requests import Action
from domain.access.roles import ROLES_OF_ENTITY
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.actors import called_actors
from portal.pages.checkins.cells import Cell
from portal.pages.checkins.sheets import CSV_TYPE, render_csv
from portal.pages.names import quality_name
from portal.pages.people.as_of import state_word, what_is_held
from portal.pages.permissions import actor_of, entity_of, person_of, require_action
from portal.pages.routing import Context, page
from registers.access.change_logs import Change, changes_of
from registers.access.told_persons import names_in

MOST_LINES = 10_000
LOOKS_BACK = timedelta(days=366)


@page(level=AssuranceLevel.ITSME, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def download(request: HttpRequest, stay: Session) -> HttpResponse:
    """Give the steps of the last year, the newest first; that they left the counter is on record.

    A main or co-main access manager gets those of the whole company, others those of their quality.
    """
    now = SystemClock().now()
    standing = require_action(stay, Action.EXPORT_REGISTER, at=now)
    is_of_entity = bool(standing.roles & ROLES_OF_ENTITY)
    if request.method != "POST":
        values = {
            "quality": stay.quality,
            "is_of_entity": is_of_entity,
            "most": number_format(MOST_LINES, force_grouping=True),
        }
        return render(request, "people/event_log.html", values)
    quality, entity = None if is_of_entity else stay.quality, entity_of(stay)
    changes = changes_of(entity.pk, quality, since=now - LOOKS_BACK, most=MOST_LINES)
    append_event(
        "access-log:exported", at=now, actor=actor_of(stay).name, entity=entity.pk, quality=quality, rows=len(changes)
    )
    titles = (_("When"), _("Quality"), _("What"), _("Name"), _("State"), _("By"), _("Declaration"), _("Reason"))
    name = f"access-log-{entity.company_number}-{brussels_date(now):%Y%m%d}.csv"
    answer = HttpResponse(
        render_csv(titles, _rows(changes, entity_id=entity.pk, reader=person_of(stay))), content_type=CSV_TYPE
    )
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _rows(changes: Sequence[Change], *, entity_id: int, reader: int) -> Iterator[tuple[Cell, ...]]:
    names = names_in(entity_id, {one.person_id for one in changes})
    called = called_actors({one.actor for one in changes}, entity_id=entity_id, reader=reader)
    for one in changes:
        yield (
            one.at,
            capfirst(quality_name(one.quality)) if one.quality else _("Whole company"),
            what_is_held(one),
            names.get(one.person_id, ""),
            str(state_word(one)[0]),
            called[one.actor],
            " ".join(declaration_in(one.source) or ()),
            one.reason,
        )
