"""Get revocation data over http: one request, bounded in time and size, never followed to another scheme."""

import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Final

_SECONDS: Final = 20.0
_MAX_BYTES: Final = 64 * 1024 * 1024


class HttpFetch:
    """Fulfils `ingest.refresh_trust.Fetch` with the standard library; only http addresses, redirects included."""

    def __init__(self) -> None:
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def get(self, address: str) -> bytes:
        """Return what lies at the address; OSError when it cannot be had."""
        return self._send(urllib.request.Request(address))  # noqa: S310 - the opener knows http alone

    def post(self, address: str, body: bytes, *, content_type: str) -> bytes:
        """Return the answer to `body`; OSError when there is none."""
        headers = {"Content-Type": content_type}
        return self._send(urllib.request.Request(address, data=body, headers=headers))  # noqa: S310 - likewise

    def _send(self, request: urllib.request.Request) -> bytes:
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                content: bytes = answer.read(_MAX_BYTES + 1)
        except (HTTPException, ValueError) as trouble:
            raise OSError(str(trouble)) from trouble
        if len(content) > _MAX_BYTES:
            raise OSError(f"it has more than {_MAX_BYTES} bytes")
        return content
