"""The operations of check-ins and their OpenAPI description; paths and fields are those of the official service (§1.2)."""

from typing import Annotated, Literal

from django.http import HttpRequest, JsonResponse
from ninja import Header, Path, Query, Router

from channels.web.described import answers, json_body
from channels.web.messages import ProblemDetails
from channels.web.presence import examples
from channels.web.presence.given import CancellationsGiven, CorrectionsGiven, PresencesGiven, SearchGiven
from channels.web.presence.messages import (
    CancellationsTaken,
    CorrectionsListed,
    CorrectionsTaken,
    CorrectionTold,
    EvidenceKept,
    PresencesFound,
    PresencesTaken,
    PresenceWhole,
)
from channels.web.presence.rest import (
    CANCELLATIONS,
    CORRECTIONS,
    PRESENCES,
    Kind,
    find,
    find_correction,
    keep_evidence,
    list_corrections,
    search,
    take_items,
)
from channels.web.visits import visit_of
from domain.checkins.corrections import CorrectionsWanted
from domain.checkins.searches import DEFAULT_FOUND, MOST_FOUND
from domain.checkins.vocabulary import CorrectionState
from domain.environments import Environment

PROBLEMS = {frozenset({400, 401, 403, 404, 405, 408, 409, 411, 413, 415, 422, 429, 503}): ProblemDetails}
EnvironmentQuery = Annotated[Literal["R", "T"], Query(description="R, or T: the same in the test environment")]
KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=130,
        description="1 to 128 printable characters: the same items with it again get the same answer for 48 hours",
    ),
]
router = Router(tags=["check-ins"])


async def _take(request: HttpRequest, kind: Kind, environment: str, key: str | None) -> JsonResponse:
    taken = await take_items(visit_of(request), kind, environment=Environment(environment), key=key)
    headers = {"Idempotent-Replayed": "true"} if taken.is_replayed else {}
    return JsonResponse(dict(taken.answer), headers=headers)


@router.post(
    "presenceRegistrations/registerInBulk",
    url_name="register-presences",
    by_alias=True,
    response={200: PresencesTaken, **PROBLEMS},
    openapi_extra=json_body(PresencesGiven, examples=examples.REGISTERED),
)
async def register_in_bulk(
    request: HttpRequest, environment: EnvironmentQuery = "R", idempotency_key: KeyHeader = None
) -> JsonResponse:
    """Register 1 to 200 presences and events, each judged alone; what stands in the register has its receipt number."""
    return await _take(request, PRESENCES, environment, idempotency_key)


@router.post(
    "presenceRegistrations/cancel",
    url_name="cancel-presences",
    by_alias=True,
    response={200: CancellationsTaken, **PROBLEMS},
    openapi_extra=json_body(CancellationsGiven, examples=examples.CANCELLED),
)
async def cancel(
    request: HttpRequest, environment: EnvironmentQuery = "R", idempotency_key: KeyHeader = None
) -> JsonResponse:
    """Withdraw 1 to 200 presences of a day, each judged alone; events are corrected instead."""
    return await _take(request, CANCELLATIONS, environment, idempotency_key)


@router.post(
    "presenceRegistrations/corrections",
    url_name="corrections",
    by_alias=True,
    response={200: CorrectionsTaken, **PROBLEMS},
    openapi_extra=json_body(CorrectionsGiven, examples=examples.CORRECTED),
)
async def correct(
    request: HttpRequest, environment: EnvironmentQuery = "R", idempotency_key: KeyHeader = None
) -> JsonResponse:
    """Ask for 1 to 200 corrections of events of own staff, within the days of its sector (30) and with evidence; each is judged alone."""
    return await _take(request, CORRECTIONS, environment, idempotency_key)


@router.api_operation(
    ["GET", "HEAD"],
    "presenceRegistrations/corrections",
    url_name="corrections",
    by_alias=True,
    response={200: CorrectionsListed, **PROBLEMS},
    openapi_extra=answers(examples.LISTED),
)
async def show_corrections(
    request: HttpRequest,
    *,
    registration_id: Annotated[
        int | None,
        Query(
            alias="presenceRegistrationId",
            ge=-(2**63),
            lt=2**63,
            description="Those about that registration, and the one that made it",
        ),
    ] = None,
    state: Annotated[CorrectionState | None, Query(description="Those that stand so")] = None,
    after: Annotated[str, Query(max_length=200, description="As in `nextKey` of the page before")] = "",
    fetch_size: Annotated[int, Query(alias="fetchSize", ge=1, le=MOST_FOUND)] = DEFAULT_FOUND,
    environment: EnvironmentQuery = "R",
) -> JsonResponse:
    """List requests for corrections of own staff, the newest first, also for whoever lost the id of one; the look is on record."""
    wanted = CorrectionsWanted(registration_id, state, after=after, size=fetch_size)
    return JsonResponse(dict(await list_corrections(visit_of(request), wanted, environment=Environment(environment))))


@router.post(
    "presenceRegistrations/search",
    url_name="search-presences",
    by_alias=True,
    response={200: PresencesFound, **PROBLEMS},
    openapi_extra=json_body(SearchGiven, examples=examples.FOUND),
)
async def search_presences(request: HttpRequest, environment: EnvironmentQuery = "R") -> JsonResponse:
    """Find registrations of the staff that the sender declares for, in at most 31 periods; the look is on record."""
    return JsonResponse(dict(await search(visit_of(request), environment=Environment(environment))))


@router.api_operation(
    ["GET", "HEAD"],
    "presenceRegistrations/{registration_id}",
    url_name="presence",
    by_alias=True,
    response={200: PresenceWhole, **PROBLEMS},
    openapi_extra=answers(examples.ONE),
)
async def show_presence(
    request: HttpRequest,
    registration_id: Annotated[str, Path(description="At most 15 digits, as the registration was answered")],
    environment: EnvironmentQuery = "R",
) -> JsonResponse:
    """Tell one registration with its whole history; the look is on record."""
    return JsonResponse(dict(await find(visit_of(request), registration_id, environment=Environment(environment))))


@router.api_operation(
    ["GET", "HEAD"],
    "presenceRegistrations/corrections/{correction_id}",
    url_name="correction",
    by_alias=True,
    response={200: CorrectionTold, **PROBLEMS},
    openapi_extra=answers(examples.REQUESTED),
)
async def show_correction(
    request: HttpRequest,
    correction_id: Annotated[str, Path(description="As the request was answered")],
    environment: EnvironmentQuery = "R",
) -> JsonResponse:
    """Tell one request for a correction: where it stands, and the registration that came of it."""
    told = await find_correction(visit_of(request), correction_id, environment=Environment(environment))
    return JsonResponse(dict(told))


@router.put(
    "evidence/{sha256}",
    url_name="evidence",
    by_alias=True,
    response={200: EvidenceKept, **PROBLEMS},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **answers(examples.KEPT),
    },
)
async def put_evidence(
    request: HttpRequest,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Of the body, in small hexadecimal digits")],
    name: Annotated[str | None, Query(max_length=255, description="The file's name")] = None,
    environment: EnvironmentQuery = "R",
) -> JsonResponse:
    """Hand in a supporting document that corrections name; at the latest 24 hours after the request."""
    told = await keep_evidence(visit_of(request), sha256, name=name, environment=Environment(environment))
    return JsonResponse(dict(told))
