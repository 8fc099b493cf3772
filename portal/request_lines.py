"""Tell in our own lines what Django logs of requests: the name of the page, never its address.

A path may hold a national number or open something, and a query somebody's name; Django writes the one, and of a form that
came from elsewhere the whole address of the page before.
"""

import contextlib
import logging
from http import HTTPStatus

import structlog
from django.http import HttpRequest

log = structlog.get_logger()

_UNFORESEEN, _ANY_OTHER = "page failed unforeseen", "page answered by an error"


def name_of(request: HttpRequest) -> str:
    """Return the name of the route, which holds no number of anybody."""
    match = request.resolver_match
    return "" if match is None else match.view_name


class RequestLines(logging.Handler):
    """Writes what Django's loggers are told; `logger` says which of them it was, such as `django.security.csrf`."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line; where nobody reads the log any more, the page is answered all the same."""
        with contextlib.suppress(OSError):
            self._write(record)

    def _write(self, record: logging.LogRecord) -> None:
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            log.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info)
            return
        status = getattr(record, "status_code", None)
        log.log(
            record.levelno,
            _UNFORESEEN if status == HTTPStatus.INTERNAL_SERVER_ERROR else _ANY_OTHER,
            page=name_of(request),
            method=request.method,
            status=status,
            logger=record.name,
            exc_info=record.exc_info,
        )


def write_request_lines() -> None:
    """Have every logger of Django write so, and none of them otherwise."""
    django = logging.getLogger("django")
    django.handlers = [RequestLines()]
    django.propagate = False
