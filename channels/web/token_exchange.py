"""Answer the token endpoint: who fails is told as little as RFC 6749 allows, and logged once with its address."""

import time
from datetime import timedelta

import structlog
from django.http import HttpResponse

from channels.web.assertions import AssertionRefused, AssertionRules
from channels.web.official_paths import OFFICIAL_TOKEN_PATH
from channels.web.problems import Problem, ProblemKind
from channels.web.token_requests import FORM_TYPE, TokenRefused, parse_form, render_refusal, render_token
from channels.web.tokens import GivenToken, ScopeRefused, TokenRules, give_token
from channels.web.visits import Visit

log = structlog.get_logger()


async def exchange_token(visit: Visit) -> HttpResponse:
    """Return a token or an error object."""
    source, counted_as, failures = visit.exchange.source, visit.exchange.counted_as, visit.desk.failures
    if not failures.has_room(counted_as, now=time.monotonic()):
        raise Problem(ProblemKind.TOO_MANY, "too many failures", headers={"Retry-After": "60"})
    try:
        given = await _exchange(visit)
    except TokenRefused as refusal:
        failures.take(counted_as, now=time.monotonic())
        log.warning("web token refused", source=source, error=refusal.error, reason=refusal.reason)
        return render_refusal(refusal)
    log.info("web token given", source=source, client=given.client_id)
    return render_token(given)


async def _exchange(visit: Visit) -> GivenToken:
    kind = (visit.exchange.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise TokenRefused("invalid_request", "another media type")
    if visit.exchange.header("authorization") is not None:
        raise TokenRefused("invalid_request", "two ways of authentication")
    form = parse_form(await visit.exchange.read_whole())
    composition = visit.desk.composition
    settings = composition.settings
    rules = TokenRules(
        AssertionRules(
            audiences=frozenset({settings.token_url, settings.public_url.rstrip("/") + OFFICIAL_TOKEN_PATH}),
            longest=timedelta(seconds=settings.assertion_seconds),
            tolerance=timedelta(seconds=settings.clock_tolerance_seconds),
        ),
        seconds=settings.token_seconds,
    )

    def give() -> GivenToken:
        return give_token(
            form["client_assertion"],
            form.get("scope"),
            client_id=form.get("client_id"),
            rules=rules,
            randomness=composition.randomness,
            at=composition.clock.now(),
        )

    try:
        return await visit.desk.threads.run(give)
    except AssertionRefused as refused:
        raise TokenRefused("invalid_client", str(refused)) from refused
    except ScopeRefused as refused:
        raise TokenRefused("invalid_scope", str(refused), description=str(refused)) from refused
