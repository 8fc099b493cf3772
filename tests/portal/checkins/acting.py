"""What a worker does at the page of check-ins, as a phone that kept it brings it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol

from django.db.models import Max, Min
from django.test import Client

from domain.brussels import BRUSSELS, brussels_date
from registers.checkins.models import Presence

PLACE, COMPANY = "1Y1003TESTB7Z", "0877665502"


class Acting(Protocol):
    """Somebody whose browser is on the pages."""

    client: Client


def newest() -> Presence:
    """Return what was registered last; its number begins with the month of its day, which may be an earlier one."""
    return Presence.objects.order_by("-created_at", "-number")[0]


def kept(**deviation: Any) -> dict[str, str]:
    at = datetime.now(BRUSSELS).replace(microsecond=0).isoformat()
    facts = {
        "act": "in",
        "place": PLACE,
        "employer": COMPANY,
        "at": at,
        "reference": "ab" * 11,
        "method": "QR",
        "sure": "",
        "own": "",
    }
    return {**facts, **deviation}


def bring(visitor: Acting, act: object) -> Any:
    body = act if isinstance(act, str) else json.dumps(act)
    headers = {"accept": "application/json"}
    return visitor.client.post("/check-in/acts", body, content_type="application/json", secure=True, headers=headers)


def ago(**by: float) -> str:
    return _before(datetime.now(UTC), **by)


def _before(now: datetime, **by: float) -> str:
    return (now - timedelta(**by)).astimezone(BRUSSELS).replace(microsecond=0).isoformat()


def did(visitor: Acting, *acts: str, minutes_ago: int = 5, **deviation: str) -> None:
    """Let the worker have done that, ten minutes apart to the second, the last of them some minutes ago."""
    now = datetime.now(UTC)
    for place, act in enumerate(reversed(acts)):
        told = kept(act=act, at=_before(now, minutes=minutes_ago + 10 * place), reference=f"{place:022x}", **deviation)
        assert bring(visitor, told).status_code == HTTPStatus.OK


def did_hours_ago(visitor: Acting, *acts: tuple[str, int]) -> list[Presence]:
    """Let the worker have done each of that so many hours ago; return what is registered, in the order of its times."""
    for act, hours in acts:
        told = kept(act=act, at=ago(hours=hours), reference=f"{hours:022x}")
        assert bring(visitor, told).status_code == HTTPStatus.OK
    return list(Presence.objects.order_by("event_at"))


def days_acted() -> dict[str, str]:
    """Return the first and the last day of what is registered, as a search asks for them; of nothing it is today.

    What was done some minutes ago was done yesterday where midnight lies between.
    """
    days = Presence.objects.aggregate(first=Min("registration_date"), last=Max("registration_date"))
    return {end: f"{day or brussels_date(datetime.now(UTC))}" for end, day in days.items()}


def searched(visitor: Acting, **criteria: object) -> str:
    """Return the page of what a company's search finds, on the days of what is registered unless others are given."""
    answer = visitor.client.post("/presences/search", days_acted() | criteria, secure=True)
    if answer.status_code == HTTPStatus.FOUND:
        answer = visitor.client.get(answer["Location"], secure=True)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def content_of(answer: Any) -> bytes:
    """Return the whole of a file that is given a piece at a time."""

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return asyncio.run(whole())
