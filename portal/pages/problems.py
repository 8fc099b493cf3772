"""Tell a program that asked for data, and for no page, why it gets none: problem+json (RFC 9457) where a page would lead on."""

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

_PAGE, _DATA = "text/html", "application/json"


class ProblemCode(Enum):
    """Every problem there is: the code that a program reads, its status and its title."""

    NOT_SIGNED_IN = ("not_signed_in", HTTPStatus.UNAUTHORIZED, "Nobody is signed in")
    INSUFFICIENT_LEVEL = ("insufficient_level", HTTPStatus.FORBIDDEN, "A stronger key is needed")
    PROOF_TOO_OLD = ("proof_too_old", HTTPStatus.FORBIDDEN, "A key has to be shown again")
    NO_COMPANY = ("no_company", HTTPStatus.FORBIDDEN, "A company has to be chosen")
    REFUSED = ("refused", HTTPStatus.FORBIDDEN, "There is no right to this")
    NOT_FROM_HERE = ("not_from_here", HTTPStatus.FORBIDDEN, "This was not sent by a page of ours")
    CONFLICT = ("conflict", HTTPStatus.CONFLICT, "Things stand otherwise by now")
    TOO_MANY = ("too_many_attempts", HTTPStatus.TOO_MANY_REQUESTS, "Too many attempts")
    OUTAGE = ("temporary_trouble", HTTPStatus.SERVICE_UNAVAILABLE, "The counter has trouble")

    def __init__(self, code: str, status: HTTPStatus, title: str) -> None:
        self.code = code
        self.status = status
        self.title = title


@dataclass(frozen=True, slots=True)
class Problem:
    """What is in the way. `level` is that of the keys that would do, of which those of the stay are none if `is_confined`."""

    code: ProblemCode
    level: int | None = None
    is_confined: bool = False
    detail: str = ""

    def answer(self) -> HttpResponse:
        """Return what the program gets (access and login §4.4, in the way of RFC 9470)."""
        told: dict[str, str | int | bool] = {
            "type": f"urn:guichet:problem:{self.code.code.replace('_', '-')}",
            "title": self.code.title,
            "status": int(self.code.status),
            "code": self.code.code,
        }
        if self.detail:
            told["detail"] = self.detail
        if self.level is not None:
            told |= {"required_level": self.level, "confined": self.is_confined}
        return JsonResponse(told, status=self.code.status, content_type="application/problem+json")


def wants_data(request: HttpRequest) -> bool:
    """Whether the request accepts data rather than a page, as our scripts ask; a browser that opens an address wants a page."""
    return request.get_preferred_type([_PAGE, _DATA]) == _DATA
