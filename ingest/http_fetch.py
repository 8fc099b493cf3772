"""Get revocation data over http: one request, bounded in time and size, never followed to another scheme."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Final

_SECONDS_WITHOUT_A_BYTE: Final = 20.0
_SECONDS: Final = 120.0
_MAX_BYTES: Final = 64 * 1024 * 1024
_CHUNK: Final = 64 * 1024


class HttpFetch:
    """Fulfils `fetch_records.Fetch` with the standard library; only http addresses, redirects included."""

    def __init__(
        self, *, max_bytes: int = _MAX_BYTES, seconds: float = _SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.UnknownHandler(),
        ):
            self._opener.add_handler(handler)

    def get(self, address: str) -> bytes:
        """Return what lies at the address; OSError when it cannot be had."""
        return self._send(address, None, {})

    def post(self, address: str, body: bytes, *, content_type: str) -> bytes:
        """Return the answer to `body`; OSError when there is none."""
        return self._send(address, body, {"Content-Type": content_type})

    def _send(self, address: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        deadline = self._clock() + self._seconds
        content = bytearray()
        try:
            request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310 - the opener knows http alone
            with self._opener.open(request, timeout=min(_SECONDS_WITHOUT_A_BYTE, self._seconds)) as answer:
                while chunk := answer.read1(_CHUNK):
                    content += chunk
                    if len(content) > self._max_bytes:
                        raise OSError(f"it has more than {self._max_bytes} bytes")
                    if self._clock() > deadline:
                        raise TimeoutError(f"it took more than {self._seconds:.0f} seconds")
        except (HTTPException, ValueError) as trouble:
            raise OSError(str(trouble)) from trouble
        return bytes(content)
