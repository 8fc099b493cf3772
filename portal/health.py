"""The health page, for people and for machines: 200 when everything works, 503 when something fails."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as in_words_of_the_reader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evidence.clock import SystemClock
from portal.card_roots import look_at_roots
from portal.evidence_desk import open_scanned_room, open_scanner
from portal.health_checks import HealthCheck, look
from portal.health_of_check_ins import look_at_check_ins
from portal.health_of_clock import look_at_clock
from portal.health_of_letters import look_at_letters
from portal.health_of_persons import look_at_person_keys
from portal.health_of_scanner import look_at_scanner
from portal.pages.frame import FrameWithoutStay
from portal.pages.routing import public_page


@public_page
@never_cache
@require_safe
def health_page(request: HttpRequest) -> HttpResponse:
    """Show what was looked at, whether it works and what to do next."""
    now = datetime.now(UTC)
    checks = _look(now=now)
    shown = [_Shown(in_words_of_the_reader(check.name), check.is_ok, check.is_set, *_said(check)) for check in checks]
    values = {
        "checks": shown,
        "is_ok": _is_ok(checks),
        "looked_at": now,
        "frame": FrameWithoutStay(request),
        "messages": (),
    }
    return render(request, "health.html", values, status=_status(checks))


@public_page
@never_cache
@require_safe
def health_data(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Tell the same as JSON: `status` is `ok` or `failing`, `checks` has one object for each thing looked at."""
    now = datetime.now(UTC)
    checks = _look(now=now)
    values = {
        "status": "ok" if _is_ok(checks) else "failing",
        "looked_at": now.isoformat(timespec="seconds"),
        "checks": [
            {
                "name": each.name,
                "is_ok": each.is_ok,
                "is_set": each.is_set,
                "told": each.in_english,
                "next_step": each.next_step,
            }
            for each in checks
        ],
    }
    return JsonResponse(values, status=_status(checks))


def _look(*, now: datetime) -> tuple[HealthCheck, ...]:
    scanner = open_scanner(settings.GUICHET) if settings.GUICHET.evidence.scanner else None
    return (
        *look(now=now),
        *_in_tables(now=now),
        look_at_person_keys(settings.KEYS / "persons.json"),
        look_at_roots(settings.GUICHET.eid),
        *look_at_scanner(
            scanner,
            spool=open_scanned_room(settings.GUICHET),
            max_bytes=settings.GUICHET.evidence.max_bytes,
            now=now,
        ),
    )


def _in_tables(*, now: datetime) -> tuple[HealthCheck, ...]:
    """Look at the clock, letters and check-ins; what is wrong with a database that does not answer, `look` has told."""
    try:
        return (
            look_at_clock(SystemClock()),
            look_at_letters(now=now),
            *look_at_check_ins(settings.GUICHET.check_ins, now=now),
        )
    except Error:
        return ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A check in the reader's language."""

    name: str
    is_ok: bool
    is_set: bool
    told: str
    next_step: str


def _said(check: HealthCheck) -> tuple[str, str]:
    return in_words_of_the_reader(check.told) % dict(check.values), in_words_of_the_reader(
        check.next_step
    ) if check.next_step else ""


def _is_ok(checks: tuple[HealthCheck, ...]) -> bool:
    return all(check.is_ok for check in checks)


def _status(checks: tuple[HealthCheck, ...]) -> HTTPStatus:
    return HTTPStatus.OK if _is_ok(checks) else HTTPStatus.SERVICE_UNAVAILABLE
