"""What happened with one's own account, the newest first: signing in, keys, addresses, companies (access and login §9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from auth.models import Session
from auth.session_life import actor_of
from domain.assurance import AssuranceLevel
from evidence.own_events import OwnEvent, Subject, events_of
from portal.pages.names import means_name
from portal.pages.own_sessions.event_words import EVENTS, FAILURES
from portal.pages.routing import page
from portal.pages.stays import login_of, person_of
from registers.access.models import Entity

PAGE_SIZE = 25
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Row:
    """An event as its line shows it; empty where nothing is on record."""

    at: datetime
    what: Promise
    is_failure: bool
    means: str
    source: str
    company: str


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def own_events(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show a page of events; `before` is the last event of the page before it."""
    before = _number(request.GET.get("before", ""))
    subject = Subject(actor_of(stay), login_of(stay), person_of(stay))
    found = events_of(subject, actions=list(EVENTS), most=PAGE_SIZE + 1, before=before)
    shown = found[:PAGE_SIZE]
    older = f"{reverse('own-events')}?before={shown[-1].id}" if len(found) > PAGE_SIZE else ""
    values = {"rows": list(_rows(shown)), "older": older, "is_first": before is None}
    return render(request, "own_sessions/events.html", values)


def _rows(events: Sequence[OwnEvent]) -> Iterator[Row]:
    companies = _names({number for event in events if isinstance(number := event.detail.get("entity"), int)})
    for event in events:
        entity = event.detail.get("entity")
        yield Row(
            at=event.at,
            what=EVENTS[event.action],
            is_failure=event.action in FAILURES,
            means=means_name(str(event.detail.get("means") or "")),
            source=str(event.detail.get("source") or "") if event.action.startswith("account:login:") else "",
            company=companies.get(entity, "") if isinstance(entity, int) else "",
        )


def _names(entities: set[int]) -> Mapping[int, str]:
    return dict(Entity.objects.filter(pk__in=entities).values_list("pk", "name")) if entities else {}


def _number(text: str) -> int | None:
    """Return the event after which to go on; whatever is no number means the first page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
