"""What a worker does at the page of check-ins, as a phone that kept it brings it."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol

from django.test import Client

from domain.brussels import BRUSSELS
from registers.checkins.models import Presence

PLACE, COMPANY = "1Y1003TESTB7Z", "0877665502"


class Acting(Protocol):
    """Somebody whose browser is on the pages."""

    client: Client


def newest() -> Presence:
    return Presence.objects.order_by("-number")[0]


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
    }
    return {**facts, **deviation}


def bring(visitor: Acting, act: object) -> Any:
    body = act if isinstance(act, str) else json.dumps(act)
    return visitor.client.post("/check-in/acts", body, content_type="application/json", secure=True)


def ago(**by: float) -> str:
    return (datetime.now(BRUSSELS) - timedelta(**by)).replace(microsecond=0).isoformat()


def did(visitor: Acting, *acts: str, minutes_ago: int = 5, **deviation: str) -> None:
    """Let the worker have done that, ten minutes apart, the last of them some minutes ago."""
    for place, act in enumerate(reversed(acts)):
        told = kept(act=act, at=ago(minutes=minutes_ago + 10 * place), reference=f"{place:022x}", **deviation)
        assert bring(visitor, told).status_code == HTTPStatus.OK
