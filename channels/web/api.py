"""The operations of the web service and their OpenAPI description; the front has judged token, rate and body length."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, Never

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja import Header, NinjaAPI, Path, Query
from ninja.errors import ValidationError
from ninja.security.base import AuthBase

from channels.web import described
from channels.web.answer_requests import list_answers, reply_content, reply_signature
from channels.web.answers import SubmissionSeen, collect, find_by_key, find_by_ticket
from channels.web.composition import TOKEN_PATH
from channels.web.deliveries import deliver_set
from channels.web.documentation import render_documentation
from channels.web.documentation_style import POLICY_SOURCE
from channels.web.exchanges import SECURITY_HEADERS
from channels.web.messages import (
    AnswerPage,
    DeclarationTold,
    EnvironmentLetter,
    PartStaged,
    ProblemDetails,
    RemainingTold,
    SealedDelivery,
    StudentPeriod,
    SubmissionState,
    TokenAnswer,
    TokenError,
)
from channels.web.official_paths import official_path
from channels.web.part_receptions import PartReception, range_header
from channels.web.parts import take_part
from channels.web.presence.contract import SOAP_PATH
from channels.web.presence.operations import router as presence_router
from channels.web.problems import Problem, ProblemKind
from channels.web.scopes import SCOPES
from channels.web.student_days import show_declaration, show_period, tell_remaining
from channels.web.token_exchange import exchange_token
from channels.web.visits import visit_of
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.filenames import FileName
from domain.refusals import Refusal

Statused = tuple[int, object]
PROBLEMS = {frozenset({400, 401, 403, 404, 405, 408, 409, 411, 413, 415, 416, 422, 429, 503}): ProblemDetails}
LONGEST_NAME = 64
EnvironmentQuery = Annotated[
    EnvironmentLetter | None, Query(description="Environment it is meant for; without it, the one in the name")
]
FileNamePath = Annotated[
    str, Path(max_length=LONGEST_NAME, description="The file's name, as the batch protocol writes it")
]
AnswerIdPath = Annotated[str, Path(description="As the list of answers tells it")]


class BearerToken(AuthBase):
    """An access token of the token endpoint; the front has looked it up."""

    openapi_type = "oauth2"
    openapi_flows = {  # noqa: RUF012 - read by django-ninja
        "clientCredentials": {"tokenUrl": TOKEN_PATH, "scopes": {name: name for name in SCOPES}},
    }

    async def __call__(self, request: HttpRequest) -> object:
        """Return the caller; Problem where there is none. A function that cannot wait would be given a thread."""
        return visit_of(request).require_caller()


api = NinjaAPI(
    title="Guichet web service",
    version="1.0.0",
    description=(
        "Deliver signed declarations and collect their answers; register check-ins, cancel, correct and find them. "
        f"Of check-ins there is a SOAP service too, at {SOAP_PATH}, with its WSDL at {SOAP_PATH}?wsdl."
    ),
    docs_url=None,
    openapi_url=None,
    auth=BearerToken(),
    urls_namespace="web-service",
)


@api.exception_handler(ValidationError)
def _refuse_values(_request: HttpRequest, error: ValidationError | type[ValidationError]) -> Never:
    """Leave it to the front, which answers and logs every problem."""
    wrong = error.errors[0] if isinstance(error, ValidationError) and error.errors else {}
    place = ".".join(str(step) for step in wrong.get("loc", ()))
    raise Problem(ProblemKind.INVALID, f"{place}: {wrong.get('msg', 'not usable')}")


@api.post(
    "oauth/token",
    auth=None,
    url_name="token",
    response={200: TokenAnswer, frozenset({400, 401}): TokenError, frozenset({411, 413, 429}): ProblemDetails},
    openapi_extra=described.TOKEN_FORM,
)
async def token(request: HttpRequest) -> HttpResponse:
    """Exchange a signed assertion for an access token (RFC 7523, client credentials with private_key_jwt)."""
    return await exchange_token(visit_of(request))


@api.get("v1/openapi.json", auth=None, url_name="openapi", response={200: dict[str, Any]})
async def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - django-ninja looks for the name
    """Tell this description as OpenAPI 3.1."""
    return JsonResponse(openapi_description())


@api.get("v1/docs", auth=None, url_name="docs", include_in_schema=False)
async def documentation(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - django-ninja looks for the name
    """Show this description as a page, whose own style is the only thing that its policy lets a browser use."""
    policy = SECURITY_HEADERS["Content-Security-Policy"] + f"; style-src {POLICY_SOURCE}"
    return HttpResponse(render_documentation(openapi_description()), headers={"Content-Security-Policy": policy})


@api.post(
    "v1/deliveries",
    url_name="deliveries",
    response={202: SealedDelivery, **PROBLEMS},
    openapi_extra=described.SET_BODY,
)
async def deliver(
    request: HttpRequest,
    environment: EnvironmentQuery = None,
    idempotency_key: Annotated[
        str | None, Header(alias="Idempotency-Key", max_length=130, description=described.KEY)
    ] = None,
) -> HttpResponseBase:
    """Deliver one whole set: FI and FS files, with or without their GO. The answer says that it is sealed."""
    delivered = await deliver_set(visit_of(request), environment=_environment(environment), key=idempotency_key)
    response = JsonResponse(dict(delivered.answer), status=HTTPStatus.ACCEPTED)
    response.headers["Location"] = f"/api/v1/submissions/{delivered.answer['ticket']}"
    if delivered.is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


@api.put(
    "v1/deliveries/{name}/parts",
    url_name="parts",
    response={200: PartStaged, 202: SealedDelivery, 308: PartStaged, **PROBLEMS},
    openapi_extra=described.PART_BODY,
)
async def put_part(request: HttpRequest, name: FileNamePath, environment: EnvironmentQuery = None) -> HttpResponseBase:
    """Stage a file, or the range of it that Content-Range names; an empty GO file, put last, has its set sealed."""
    taken = await take_part(visit_of(request), name, environment=_environment(environment))
    if taken.sealed is not None:
        response = JsonResponse(dict(taken.sealed), status=HTTPStatus.ACCEPTED)
        response.headers["Location"] = f"/api/v1/submissions/{taken.sealed['ticket']}"
        return response
    told = {"name": name, "received": taken.received, "is_closed": taken.is_closed}
    status = HTTPStatus.OK if taken.is_closed else HTTPStatus.PERMANENT_REDIRECT
    return JsonResponse(told, status=status, headers=range_header(taken.received))


@api.api_operation(
    ["GET", "HEAD"], "v1/deliveries/{name}/parts", url_name="parts", response={200: PartStaged, **PROBLEMS}
)
async def find_part(request: HttpRequest, name: FileNamePath, environment: EnvironmentQuery = None) -> HttpResponseBase:
    """Tell how much of a staged file has arrived, and whether that is all of it."""
    visit = visit_of(request)
    part = PartReception(visit.desk.composition, visit.require_caller(), name, environment=_environment(environment))
    arrived = await visit.desk.threads.run(part.find)
    told = {"name": arrived.name, "received": arrived.received, "is_closed": arrived.is_closed}
    return JsonResponse(told, headers=range_header(arrived.received))


@api.delete("v1/deliveries/{name}/parts", url_name="parts", response={204: None, **PROBLEMS})
async def remove_part(request: HttpRequest, name: FileNamePath, environment: EnvironmentQuery = None) -> Statused:
    """Remove a staged file."""
    visit = visit_of(request)
    part = PartReception(visit.desk.composition, visit.require_caller(), name, environment=_environment(environment))
    await visit.desk.threads.run(part.remove)
    return HTTPStatus.NO_CONTENT, None


@api.api_operation(
    ["GET", "HEAD"], "v1/submissions", url_name="submissions", response={200: SubmissionState, **PROBLEMS}
)
async def find_submission(
    request: HttpRequest, name: Annotated[str, Query(max_length=64, description="Any file name of the set")]
) -> Statused:
    """Tell where the set stands of which `name` is a file: for clients that lost the ticket."""
    visit = visit_of(request)
    caller, now = visit.require_caller(), visit.desk.composition.clock.now()
    try:
        key = FileName.parse(name, today=brussels_date(now)).key
    except Refusal as refusal:
        raise Problem(ProblemKind.INVALID, refusal.sentence, code=refusal.code) from refusal
    return HTTPStatus.OK, _tell(await visit.desk.threads.run(lambda: find_by_key(caller, key)))


@api.api_operation(
    ["GET", "HEAD"], "v1/submissions/{ticket}", url_name="submission", response={200: SubmissionState, **PROBLEMS}
)
async def show_submission(
    request: HttpRequest, ticket: Annotated[str, Path(description="13 characters, as the delivery was answered")]
) -> Statused:
    """Tell where one of the sender's own submissions stands, and its answers."""
    visit = visit_of(request)
    caller = visit.require_caller()
    return HTTPStatus.OK, _tell(await visit.desk.threads.run(lambda: find_by_ticket(caller, _printable(ticket))))


@api.api_operation(["GET", "HEAD"], "v1/answers", url_name="answers", response={200: AnswerPage, **PROBLEMS})
async def answers(
    request: HttpRequest,
    environment: Annotated[EnvironmentLetter | None, Query(description="Only those of one environment")] = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="As in `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Answers on a page, at most 500; 100 if left out")] = 100,
    wait: Annotated[int, Query(ge=0, le=60, description="Seconds to wait for the first answer, at most 60")] = 0,
) -> Statused:
    """List the answers that wait, oldest first; with `wait` the reply comes once there is one."""
    page = await list_answers(
        visit_of(request), environment=_environment(environment), after=after, limit=limit, wait=wait
    )
    return HTTPStatus.OK, page


@api.api_operation(
    ["GET", "HEAD"],
    "v1/answers/{id}",
    url_name="answer",
    response={304: None, **PROBLEMS},
    openapi_extra=described.BYTES,
)
async def answer_content(request: HttpRequest, id: AnswerIdPath) -> HttpResponseBase:  # noqa: A002
    """Fetch the content of an answer; reading it to its end is noted."""
    return await reply_content(visit_of(request), _printable(id))


@api.api_operation(
    ["GET", "HEAD"],
    "v1/answers/{id}/signature",
    url_name="signature",
    response={304: None, **PROBLEMS},
    openapi_extra=described.BYTES,
)
async def answer_signature(request: HttpRequest, id: AnswerIdPath) -> HttpResponseBase:  # noqa: A002
    """Fetch the signature file of an answer."""
    return await reply_signature(visit_of(request), _printable(id))


@api.delete("v1/answers/{id}", url_name="answer", response={204: None, **PROBLEMS})
async def collect_answer(request: HttpRequest, id: AnswerIdPath) -> Statused:  # noqa: A002
    """Say that the answer was collected: content, signature and go-ahead leave the outbox together."""
    visit = visit_of(request)
    caller, mailbox = visit.require_caller(), visit.mailbox()
    await visit.desk.threads.run(lambda: collect(caller, mailbox, _printable(id)))
    return HTTPStatus.NO_CONTENT, None


@api.post(
    "v1/student-days/remaining",
    url_name="remaining",
    response={200: RemainingTold, **PROBLEMS},
    openapi_extra=described.REMAINING_BODY,
)
async def remaining(request: HttpRequest) -> Statused:
    """Tell what remains of the contingent of the student who gave an access code; every try is on record."""
    return HTTPStatus.OK, await tell_remaining(visit_of(request))


@api.api_operation(
    ["GET", "HEAD"],
    "v1/student-days/{period_number}",
    url_name="student-days",
    response={200: StudentPeriod, **PROBLEMS},
)
async def student_period(
    request: HttpRequest, period_number: Annotated[str, Path(description="Twelve digits")]
) -> Statused:
    """Tell state and history of a period whose employer the sender declares for; the look is on record."""
    return HTTPStatus.OK, await show_period(visit_of(request), period_number)


@api.api_operation(
    ["GET", "HEAD"],
    "v1/declarations/{ticket}",
    url_name="declaration",
    response={200: DeclarationTold, **PROBLEMS},
)
async def declaration(
    request: HttpRequest, ticket: Annotated[str, Path(description="13 characters, as the notification names it")]
) -> Statused:
    """Tell what became of one declaration; 404 means that it is not handled yet. The look is on record."""
    return HTTPStatus.OK, await show_declaration(visit_of(request), _printable(ticket))


api.add_router("v1/", presence_router)


@cache
def openapi_description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of every operation."""
    return described.completed(dict(api.get_openapi_schema(path_prefix="/api/")), official=official_path)


@cache
def offered_methods() -> Mapping[str, frozenset[str]]:
    """Return the methods of every address, by the name of the address."""
    views = [view for router in (api.default_router, presence_router) for view in router.path_operations.values()]
    return {
        view.url_name: frozenset(method for operation in view.operations for method in operation.methods)
        for view in views
        if view.url_name is not None
    }


def _environment(letter: str | None) -> Environment | None:
    return None if letter is None else Environment(letter)


def _printable(text: str) -> str:
    """Return what may name something; Problem for what names nothing: no address is refused for how it is written."""
    if not (len(text) <= LONGEST_NAME and text.isascii() and text.isprintable()):
        raise Problem(ProblemKind.NOT_FOUND, "nothing of yours has this name")
    return text


def _tell(submission: SubmissionSeen) -> dict[str, object]:
    return {
        "ticket": submission.ticket,
        "name": submission.name,
        "environment": submission.environment,
        "channel": submission.channel,
        "channels": submission.channels,
        "state": submission.state,
        "received_at": submission.received_at,
        "files": [{"name": name, "channels": channels} for name, channels in submission.files],
        "answers": [{"id": id_, "kind": kind, "is_waiting": waits} for id_, kind, waits in submission.answers],
    }
