"""Lead each request to the web service or to the pages; pages take short bodies only, so that none fills the disk."""

from django.core.handlers.asgi import ASGIHandler

from channels.web.exchanges import Receive, Scope, Send
from channels.web.front import WebService
from channels.web.presence.contract import SOAP_PATH

LONGEST_PAGE_BODY = 1024 * 1024
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
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return False
        if name == b"content-length" and not (value.isdigit() and int(value[:20]) <= LONGEST_PAGE_BODY):
            return False
    return True
