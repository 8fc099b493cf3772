"""Lead each request to the web service or to the pages; pages take short bodies only, so that none fills the disk.

Where a page takes a file, a body may be longer, for a browser that shows the id of a stay.
"""

import re

from django.core.handlers.asgi import ASGIHandler

from channels.web.exchanges import Receive, Scope, Send
from channels.web.front import WebService
from channels.web.presence.contract import SOAP_PATH

LONGEST_PAGE_BODY = 1024 * 1024
LONGEST_FILE_BODY = 12 * 1024 * 1024
"""The largest file that a page takes, with the form around it."""
_TAKES_FILES = re.compile(
    r"/(deliveries/check|presences/[0-9]+/correction|presences/missing/[0-9]+|check-in/mine/[0-9]+/correction"
    r"|(presences|check-in)/corrections/new)\Z"
)
_STAY = b"__Host-session="
_WEB_SERVICE = ("/api/", SOAP_PATH)


class Portal:
    """The whole ASGI application of one process."""

    def __init__(self, pages: ASGIHandler, web_service: WebService) -> None:
        self._pages = pages
        self._web_service = web_service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(_WEB_SERVICE):
            await self._web_service(scope, receive, send)
        elif scope["type"] == "http" and not _has_short_body(scope):
            headers = [(b"content-length", b"0"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._pages(dict(scope), receive, send)  # type: ignore[arg-type]  # the stubs take a message for frozen

    def stop_waiting(self) -> None:
        """Let requests that wait for answers end, before the process stops."""
        self._web_service.stop()


def _has_short_body(scope: Scope) -> bool:
    longest = LONGEST_FILE_BODY if _takes_a_file(scope) else LONGEST_PAGE_BODY
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return False
        if name == b"content-length" and not (value.isdigit() and int(value[:20]) <= longest):
            return False
    return True


def _takes_a_file(scope: Scope) -> bool:
    shown = any(name == b"cookie" and _STAY in value for name, value in scope["headers"])
    return shown and _TAKES_FILES.match(scope["path"]) is not None
