"""What applications fetch themselves: our description, our keys, the tokens for a code, and the name of who signed in."""

import secrets
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from auth.provider.clients import require_application
from auth.provider.codes import TOKEN_LIFETIME, exchange_code, find_by_token
from auth.provider.faults import ExchangeRefused, OAuthError
from auth.provider.id_tokens import render_id_token, subject_of
from auth.provider.levels import LEVEL_NAMES
from auth.provider.requests import OPENID, PROFILE
from auth.refusals import TooManyAttemptsError
from auth.throttles import Claim, give_back, reserve, source_of
from domain.refusals import OutageError
from domain.sign_in_limits import Scope
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.routing import public_page
from portal.provider import issuer, signing_keys
from registers.persons.details import read_details

log = structlog.get_logger()

_KEPT_SECONDS = 3600
_LONGEST_FORM = 16 * 1024
_BASIC, _BEARER = 'Basic realm="applications"', 'Bearer error="invalid_token"'
_FIELDS = frozenset(
    {
        *("grant_type", "code", "redirect_uri", "code_verifier"),
        *("client_id", "client_secret", "client_assertion", "client_assertion_type"),
    }
)


@public_page
@require_safe
def discovery(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the same for everybody
    """Describe the provider (OpenID Connect Discovery §3)."""
    ours = issuer()
    told = {
        "issuer": ours,
        "authorization_endpoint": f"{ours}{reverse('provider-authorize')}",
        "token_endpoint": f"{ours}{reverse('provider-token')}",
        "userinfo_endpoint": f"{ours}{reverse('provider-userinfo')}",
        "jwks_uri": f"{ours}{reverse('provider-keys')}",
        "scopes_supported": [OPENID, PROFILE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "acr_values_supported": list(LEVEL_NAMES),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
        "claims_supported": ["sub", "iss", "acr", "amr", "auth_time", "given_name", "family_name", "locale"],
        "ui_locales_supported": ["nl", "fr", "de", "en"],
        "code_challenge_methods_supported": ["S256"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }
    return _kept(JsonResponse(told))


@public_page
@require_safe
def published_keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - likewise
    """Publish the keys that verify id tokens (RFC 7517)."""
    try:
        return _kept(JsonResponse(dict(signing_keys().published())))
    except OutageError:
        return JsonResponse({}, status=HTTPStatus.SERVICE_UNAVAILABLE)


@csrf_exempt
@public_page
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give an application the id token for a code; each wrong try counts against the source that it comes from."""
    now = SystemClock().now()
    try:
        source = source_of(source_of_request(request).address)
        counted = reserve([Claim(Scope.APPLICATION_SOURCE, source)], locksmith=key_desk().locksmith, at=now)
    except TooManyAttemptsError as refused:
        answer = JsonResponse({"error": "temporarily_unavailable"}, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    try:
        answer = _exchange(request)
    except OutageError as outage:
        log.warning("no id token can be signed", trouble=str(outage))
        return JsonResponse({"error": "temporarily_unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except ExchangeRefused as refused:
        append_event("application:refused", at=now, actor="nobody", error=str(refused.error), reason=refused.reason)
        return _refusal(refused, challenge=_BASIC)
    give_back(counted)
    return answer


def _exchange(request: HttpRequest) -> JsonResponse:
    now, form, locksmith, keys = SystemClock().now(), _form(request), key_desk().locksmith, signing_keys()
    application = require_application(
        form,
        authorization=request.headers.get("Authorization", ""),
        audiences=frozenset({issuer(), f"{issuer()}{reverse('provider-token')}"}),
        locksmith=locksmith,
        at=now,
    )
    if form.get("grant_type") != "authorization_code":
        raise ExchangeRefused(OAuthError.UNSUPPORTED_GRANT_TYPE, "another grant")
    if not {"code", "redirect_uri", "code_verifier"} <= set(form):
        raise ExchangeRefused(OAuthError.INVALID_REQUEST, "without code, address or verifier")
    exchanged = exchange_code(
        form["code"],
        application=application,
        redirect_uri=form["redirect_uri"],
        verifier=form["code_verifier"],
        randomness=secrets.token_bytes,
        at=now,
    )
    told = {
        "access_token": exchanged.access_token,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFETIME.total_seconds()),
        "scope": exchanged.row.scopes,
        "id_token": render_id_token(exchanged, issuer=issuer(), keys=keys, locksmith=locksmith, at=now),
    }
    return _not_kept(JsonResponse(told))


@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def user_info(request: HttpRequest) -> HttpResponse:
    """Tell the name and the language of who signed in, to an application that may know them (OpenID Connect Core §5.3)."""
    try:
        row = find_by_token(_bearer(request), at=SystemClock().now())
    except ExchangeRefused as refused:
        return _refusal(refused, challenge=_BEARER)
    told: dict[str, object] = {"sub": subject_of(row, locksmith=key_desk().locksmith)}
    details = read_details([row.login.person_id or 0]).get(row.login.person_id or 0) if _may_know(row.scopes) else None
    if details is not None:
        told |= {"given_name": details.first_name, "family_name": details.family_name, "locale": str(details.language)}
    return _not_kept(JsonResponse(told))


def _bearer(request: HttpRequest) -> str:
    """Return the token of the header; ExchangeRefused (invalid_token) without one."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise ExchangeRefused(OAuthError.INVALID_TOKEN, "no bearer token")
    return value


def _may_know(scopes: str) -> bool:
    return PROFILE in scopes.split()


def _form(request: HttpRequest) -> dict[str, str]:
    """Return the fields that are known here, each sent once; ExchangeRefused (invalid_request) otherwise."""
    if request.content_type != "application/x-www-form-urlencoded" or len(request.body) > _LONGEST_FORM:
        raise ExchangeRefused(OAuthError.INVALID_REQUEST, "no form, or too long a one")
    sent = {name: values for name, values in request.POST.lists() if name in _FIELDS}
    if any(len(values) != 1 or "\x00" in str(values[0]) for values in sent.values()):
        raise ExchangeRefused(OAuthError.INVALID_REQUEST, "a field comes more than once, or cannot be read")
    return {name: str(values[0]) for name, values in sent.items()}


def _refusal(refused: ExchangeRefused, *, challenge: str) -> JsonResponse:
    is_unknown = refused.error in {OAuthError.INVALID_CLIENT, OAuthError.INVALID_TOKEN}
    answer = JsonResponse(
        {"error": str(refused.error)}, status=HTTPStatus.UNAUTHORIZED if is_unknown else HTTPStatus.BAD_REQUEST
    )
    if is_unknown:
        answer.headers["WWW-Authenticate"] = challenge
    return _not_kept(answer)


def _kept(answer: JsonResponse) -> JsonResponse:
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _not_kept(answer: JsonResponse) -> JsonResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer
