"""The health page, for people and for machines: 200 when everything works, 503 when something fails."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.health_checks import HealthCheck, look
from portal.pages.routing import public_page


@public_page
@never_cache
@require_safe
def health_page(request: HttpRequest) -> HttpResponse:
    """Show what was looked at, whether it works and what to do next."""
    now = datetime.now(UTC)
    checks = look(now=now)
    values = {"checks": checks, "is_ok": _is_ok(checks), "looked_at": now}
    return render(request, "health.html", values, status=_status(checks))


@public_page
@never_cache
@require_safe
def health_data(_request: HttpRequest) -> HttpResponse:
    """Tell the same as JSON: `status` is `ok` or `failing`, `checks` has one object for each thing looked at."""
    now = datetime.now(UTC)
    checks = look(now=now)
    values = {
        "status": "ok" if _is_ok(checks) else "failing",
        "looked_at": now.isoformat(timespec="seconds"),
        "checks": [asdict(check) for check in checks],
    }
    return JsonResponse(values, status=_status(checks))


def _is_ok(checks: tuple[HealthCheck, ...]) -> bool:
    return all(check.is_ok for check in checks)


def _status(checks: tuple[HealthCheck, ...]) -> HTTPStatus:
    return HTTPStatus.OK if _is_ok(checks) else HTTPStatus.SERVICE_UNAVAILABLE
