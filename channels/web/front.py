"""The web service as an ASGI application: token, rate, method and length are judged before a byte of a body is taken."""

import hashlib
import io
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus

import structlog
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, URLResolver, path
from django.urls.resolvers import RegexPattern

from channels.web.answer_requests import is_known
from channels.web.api import api, offered_methods
from channels.web.composition import WebComposition
from channels.web.exchanges import ConnectionLost, Exchange, Receive, Scope, Send
from channels.web.official_paths import own_path
from channels.web.presence.contract import SOAP_PATH
from channels.web.presence.rest import LONGEST_CORRECTIONS, LONGEST_ITEMS, LONGEST_SEARCH
from channels.web.presence.soap import SoapService
from channels.web.problems import Problem, ProblemKind, outage
from channels.web.rate_limits import Buckets
from channels.web.student_days import LONGEST_QUESTION
from channels.web.threads import Threads
from channels.web.token_requests import LONGEST_FORM
from channels.web.tokens import Caller
from channels.web.visits import Desk, Visit, bearer_of, find_bearer, recall_bearer, require_open
from domain.refusals import OutageError

log = structlog.get_logger()

_RESOLVER = URLResolver(RegexPattern(r"^/"), (path("api/", api.urls),))
_NAMES = frozenset(
    {"token", "openapi", "docs", "deliveries", "parts", "submissions", "submission", "answers", "answer", "signature"}
    | {"student-days", "declaration", "remaining"}
    | {"register-presences", "cancel-presences", "corrections", "search-presences", "presence", "correction"}
    | {"evidence"}
)
_OPEN = frozenset({"token", "openapi", "docs"})
_TAKES_FILES = frozenset({("POST", "deliveries"), ("PUT", "parts")})
_BODIES = {
    ("POST", "remaining"): LONGEST_QUESTION,
    ("POST", "register-presences"): LONGEST_ITEMS,
    ("POST", "cancel-presences"): LONGEST_ITEMS,
    ("POST", "corrections"): LONGEST_CORRECTIONS,
    ("POST", "search-presences"): LONGEST_SEARCH,
}
"""The longest body of each request that has one and delivers no file; no other takes any."""

_CONFIRMED = frozenset({("POST", "register-presences")})
"""Requests that look the caller up again by themselves, so that who showed the token a moment ago is let in first."""

_READS = frozenset({"GET", "HEAD"})
_NOT_TOLD = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE})


class WebService:
    """Answers everything under /api/, the same at official addresses, and the SOAP service; one for a process."""

    def __init__(self, composition: WebComposition) -> None:
        settings = composition.settings
        self._settings = settings
        self._desk = Desk(composition, Threads(settings.threads), failures=Buckets(settings.failures_per_minute))
        self._requests = Buckets(settings.requests_per_minute)
        self._at_once: Counter[str] = Counter()
        self._soap = SoapService(self._desk, admit=self._admit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nobody is answered after the connection is lost."""
        exchange = Exchange(scope, receive, send, settings=self._settings)
        try:
            response = await self._answer(exchange)
            await exchange.reply(response)
        except ConnectionLost:
            log.info("web request broken off", source=exchange.source, method=exchange.method)

    def stop(self) -> None:
        """Let waiting requests end now; their clients ask again."""
        self._desk.watch.stop()

    def close(self) -> None:
        """Wait for the threads; no request may be at work."""
        self._desk.threads.close()

    async def _answer(self, exchange: Exchange) -> HttpResponseBase:
        if exchange.path == SOAP_PATH:
            return await self._soap.answer(exchange)
        try:
            return await self._dispatch(exchange)
        except Problem as problem:
            self._tell(exchange, problem)
            return problem.response()
        except ConnectionLost:
            raise
        except OutageError:
            log.exception("web request failed", source=exchange.source, method=exchange.method)
            return outage().response()
        except Exception:
            log.exception("web request failed unforeseen", source=exchange.source, method=exchange.method)
            return Problem(ProblemKind.UNFORESEEN, "the operator can see why").response()

    async def _dispatch(self, exchange: Exchange) -> HttpResponseBase:
        match = _find(exchange.path)
        if match is not None and match.url_name in _OPEN:
            _require_offered(exchange.method, match)
            exchange.judge_body(limit=LONGEST_FORM if match.url_name == "token" else 0)
            return await self._operate(exchange, match, None)
        remembered = recall_bearer(self._desk, exchange) if _is_confirmed(exchange.method, match) else None
        found = remembered or await find_bearer(self._desk, exchange)
        if found is None:
            self._count_failure(exchange)
        caller = require_open(found, exchange)
        self._count(exchange, caller)
        if match is None:
            log.warning("web request for no address", source=exchange.source, method=exchange.method)
            raise Problem(ProblemKind.NOT_FOUND, "there is no such address")
        _require_offered(exchange.method, match)
        exchange.judge_body(limit=self._longest_body(exchange.method, match.url_name))
        with self._one_more(caller.client_id):
            return await self._operate(exchange, match, caller, is_remembered=remembered is not None)

    def _longest_body(self, method: str, name: str | None) -> int:
        if (method, name) in _TAKES_FILES:
            return self._settings.max_body_bytes
        if (method, name) == ("PUT", "evidence"):
            return self._settings.max_evidence_bytes
        return _BODIES.get((method, name or ""), 0)

    @contextmanager
    def _admit(self, exchange: Exchange, caller: Caller) -> Iterator[None]:
        """Let a caller's message in, counted as every request of it is."""
        require_open(caller, exchange)
        self._count(exchange, caller)
        with self._one_more(caller.client_id):
            yield

    def _count_failure(self, exchange: Exchange) -> None:
        """Note a token that is none; Problem for a source that shows many. What comes with a living one is not harmed."""
        is_shown = bearer_of(exchange) is not None
        if is_shown and not self._desk.failures.take(exchange.counted_as, now=time.monotonic())[0]:
            raise Problem(ProblemKind.TOO_MANY, "too many failures", headers={"Retry-After": "60"})

    def _count(self, exchange: Exchange, caller: Caller) -> None:
        is_taken, allowance = self._requests.take(caller.client_id, now=time.monotonic())
        exchange.extra_headers |= allowance.headers
        if not is_taken:
            raise Problem(ProblemKind.TOO_MANY, "ask less often", headers={"Retry-After": str(allowance.retry_after)})

    @contextmanager
    def _one_more(self, client_id: str) -> Iterator[None]:
        if self._at_once[client_id] >= self._settings.requests_at_once:
            raise Problem(ProblemKind.TOO_MANY, "too many requests at once", headers={"Retry-After": "1"})
        self._at_once[client_id] += 1
        try:
            yield
        finally:
            self._at_once[client_id] -= 1
            if not self._at_once[client_id]:
                del self._at_once[client_id]

    async def _operate(
        self, exchange: Exchange, match: ResolverMatch, caller: Caller | None, *, is_remembered: bool = False
    ) -> HttpResponseBase:
        request = ASGIRequest(exchange.scope, io.BytesIO())
        try:
            request.get_host()
        except DisallowedHost as error:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "this host name is not answered for") from error
        request.visit = Visit(self._desk, exchange, caller, is_remembered)  # type: ignore[attr-defined]  # read by visit_of
        response: HttpResponseBase = await match.func(request, *match.args, **match.kwargs)
        return _with_tag(exchange, response)

    def _tell(self, exchange: Exchange, problem: Problem) -> None:
        if problem.kind.status not in _NOT_TOLD:
            log.warning(
                "web request refused", source=exchange.source, method=exchange.method, problem=problem.kind.slug
            )


def _is_confirmed(method: str, match: ResolverMatch | None) -> bool:
    return match is not None and (method, match.url_name) in _CONFIRMED


@lru_cache(maxsize=256)
def _find(address: str) -> ResolverMatch | None:
    try:
        match = _RESOLVER.resolve(own_path(address))
    except Resolver404:
        return None
    return match if match.url_name in _NAMES else None


def _require_offered(method: str, match: ResolverMatch) -> None:
    """Raise Problem for a method that the address does not have; a body that nobody reads is not judged."""
    offered = offered_methods()[match.url_name or ""]
    if method not in offered:
        allowed = {"Allow": ", ".join(sorted(offered))}
        raise Problem(ProblemKind.METHOD, f"{method} is not offered here", headers=allowed)


def _with_tag(exchange: Exchange, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response with a strong ETag, or 304 when the client has it already; files have theirs."""
    if exchange.method not in _READS or response.status_code != HTTPStatus.OK or response.has_header("ETag"):
        return response
    if isinstance(response, StreamingHttpResponse) or not isinstance(response, HttpResponse):
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()}"'
    if is_known(exchange.header("if-none-match"), tag):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response
