"""Lead each request to the web service or to the pages; pages take short bodies only, so that none fills the disk.

Where a page takes a file, a body may be longer, for a browser that shows the id of a stay.
"""

import asyncio
import re
from urllib.parse import urlencode

from django.core.handlers.asgi import ASGIHandler

from channels.web.exchanges import Message, Receive, Scope, Send
from channels.web.front import WebService
from channels.web.official_paths import OFFICIAL_ROOT
from channels.web.presence.contract import SOAP_PATH

LONGEST_PAGE_BODY = 1024 * 1024
LONGEST_FILE_BODY = 12 * 1024 * 1024
"""The longest body of a page that takes a file, unless its setting lets evidence be larger."""
FORM_AROUND = 1024 * 1024
"""What a body has besides its file."""
_TAKES_FILES = re.compile(
    r"/(deliveries/check|presences/[0-9]+/correction|presences/missing/[0-9]+|check-in/mine/[0-9]+/correction"
    r"|(presences|check-in)/corrections/(new|[^/]+/evidence))\Z"
)
_STAY = b"__Host-session="
TOO_LARGE = "/too-large"
TOO_LARGE_PAGE = "page"
"""The value of its query that says which page took less."""
_OF_BODIES = frozenset({b"content-length", b"content-type", b"transfer-encoding", b"expect"})
_WEB_SERVICE = ("/api/", OFFICIAL_ROOT, SOAP_PATH)


class Portal:
    """The whole ASGI application of one process."""

    def __init__(self, pages: ASGIHandler, web_service: WebService, *, longest_evidence: int) -> None:
        """Let pages take evidence of `longest_evidence` bytes."""
        self._pages = pages
        self._web_service = web_service
        self._longest_file_body = max(LONGEST_FILE_BODY, longest_evidence + FORM_AROUND)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(_WEB_SERVICE):
            await self._web_service(scope, receive, send)
        elif scope["type"] == "http" and not self._has_short_body(scope):
            await self._pages(_asking_why(scope), _nothing_more(), send)  # type: ignore[arg-type]  # likewise
        else:
            await self._pages(dict(scope), receive, send)  # type: ignore[arg-type]  # the stubs take a message for frozen

    def _has_short_body(self, scope: Scope) -> bool:
        longest = self._longest_file_body if _takes_a_file(scope) else LONGEST_PAGE_BODY
        for name, value in scope["headers"]:
            if name == b"transfer-encoding":
                return False
            if name == b"content-length" and not (value.isdigit() and int(value[:20]) <= longest):
                return False
        return True

    def stop_waiting(self) -> None:
        """Let requests that wait for answers end, before the process stops."""
        self._web_service.stop()


def _asking_why(scope: Scope) -> Scope:
    """Return the request for the page that tells, in the reader's language, that the body is too long; without the body.

    It says which page the body was for, so that the way back and its limit are told.
    """
    headers = [(name, value) for name, value in scope["headers"] if name not in _OF_BODIES]
    page = urlencode({TOO_LARGE_PAGE: scope["path"]}, errors="replace").encode("ascii")
    asked = {"method": "GET", "path": TOO_LARGE, "raw_path": TOO_LARGE.encode(), "query_string": page}
    return {**scope, **asked, "headers": headers}


def _nothing_more() -> Receive:
    """Return what a page receives of a request without a body, whose client stays until it is answered."""
    told = iter(({"type": "http.request", "body": b"", "more_body": False},))

    async def receive() -> Message:
        for message in told:
            return message
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    return receive


def _takes_a_file(scope: Scope) -> bool:
    shown = any(name == b"cookie" and _STAY in value for name, value in scope["headers"])
    return shown and _TAKES_FILES.match(scope["path"]) is not None
