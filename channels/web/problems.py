"""What the web service answers when it does not do what was asked: problem+json with a stable type (RFC 9457)."""

import json
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from types import MappingProxyType

from django.http import HttpResponse

from domain.mailbox_refusals import (
    MailboxRefusal,
    NameNotTaken,
    NoSuchFile,
    QuotaExceeded,
    SenderSuspended,
    SizeContradicted,
)
from domain.refusals import RefusalCode

NAMESPACE = "urn:guichet:problem:"


class ProblemKind(Enum):
    """Every problem there is: the last element of its type, its status and its title; all are documented."""

    REQUEST_MALFORMED = ("request-malformed", HTTPStatus.BAD_REQUEST, "The request cannot be read")
    TOKEN_INVALID = ("token-invalid", HTTPStatus.UNAUTHORIZED, "A valid access token is needed")
    SCOPE_MISSING = ("scope-missing", HTTPStatus.FORBIDDEN, "The token has no scope for this")
    CHANNEL_CLOSED = ("channel-not-configured", HTTPStatus.FORBIDDEN, "The web service is not open for this sender")
    SENDER_SUSPENDED = ("sender-suspended", HTTPStatus.FORBIDDEN, "This sender may collect answers, not deliver")
    SERVICE_CLOSED = ("service-not-configured", HTTPStatus.FORBIDDEN, "The sender does not have this service")
    NOT_FOUND = ("not-found", HTTPStatus.NOT_FOUND, "There is nothing at this address")
    ACCESS_CODE = ("access-code-unknown", HTTPStatus.NOT_FOUND, "This access code opens nothing")
    METHOD = ("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "This address does not offer the method")
    TOO_SLOW = ("body-too-slow", HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time")
    HEAD_TOO_SLOW = ("head-too-slow", HTTPStatus.REQUEST_TIMEOUT, "The head of the request did not arrive in time")
    CONFLICT = ("conflict", HTTPStatus.CONFLICT, "Another request is at work on the same")
    STILL_RUNNING = ("idempotency-key-running", HTTPStatus.CONFLICT, "The first request with this key is still at work")
    LENGTH_REQUIRED = ("length-required", HTTPStatus.LENGTH_REQUIRED, "A body needs a Content-Length")
    TOO_LARGE = ("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than is taken")
    STAGING_FULL = ("staging-full", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The sender has too much waiting already")
    MEDIA_TYPE = ("media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body has another type than is taken here")
    RANGE = ("range-not-expected", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "Another part of the file is expected")
    INVALID = ("request-invalid", HTTPStatus.UNPROCESSABLE_ENTITY, "The request has a value that cannot be used")
    NAME = ("name-not-taken", HTTPStatus.UNPROCESSABLE_ENTITY, "A file of this name is not taken")
    SET_INCOMPLETE = ("set-incomplete", HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not hold one whole set")
    KEY_REUSED = ("idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "This key was used for another request")
    TOO_MANY = ("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests")
    HEAD_TOO_LONG = (
        "head-too-long",
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The head of the request is longer than is taken",
    )
    UNFORESEEN = ("unforeseen-trouble", HTTPStatus.INTERNAL_SERVER_ERROR, "The counter failed")
    OUTAGE = ("temporary-trouble", HTTPStatus.SERVICE_UNAVAILABLE, "The counter has trouble; nothing was taken")

    def __init__(self, slug: str, status: HTTPStatus, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title


class Problem(Exception):  # noqa: N818 - a refusal of the protocol, no fault of ours
    """The request is not fulfilled; `detail` may be shown to the client."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        code: RefusalCode | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.code = code
        self.headers = headers

    def response(self) -> HttpResponse:
        """Return what the client gets."""
        told: dict[str, str | int] = {
            "type": f"{NAMESPACE}{self.kind.slug}",
            "title": self.kind.title,
            "status": int(self.kind.status),
            "detail": self.detail,
        }
        if self.code is not None:
            told["code"] = str(self.code)
        response = HttpResponse(
            json.dumps(told).encode(),
            status=self.kind.status,
            content_type="application/problem+json",
        )
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


def suspended() -> Problem:
    """Return what a suspended sender is told that delivers (batch protocol §6)."""
    return Problem(
        ProblemKind.SENDER_SUSPENDED,
        "answers can be collected, nothing can be delivered",
        code=RefusalCode.SENDER_NOT_AUTHORISED,
    )


def outage() -> Problem:
    """Return what a client is told of our own trouble: to come again, and nothing else."""
    return Problem(ProblemKind.OUTAGE, "try again later", headers={"Retry-After": "5"})


def problem_of(refusal: MailboxRefusal) -> Problem:
    """Return what the client is told of what the mailbox refused."""
    match refusal:
        case NoSuchFile():
            kind = ProblemKind.NOT_FOUND
        case NameNotTaken():
            kind = ProblemKind.NAME
        case QuotaExceeded():
            kind = ProblemKind.STAGING_FULL
        case SizeContradicted():
            kind = ProblemKind.INVALID
        case SenderSuspended():
            return suspended()
        case _:
            kind = ProblemKind.CONFLICT
    return Problem(kind, str(refusal))
