"""What was sent to an address that takes JSON, as it came."""

from django.http import HttpRequest
from django.http.request import RawPostDataException


def json_bytes(request: HttpRequest) -> bytes:
    """Return the bytes that were sent; none where a form with parts was: it was read as such when its token was looked for."""
    try:
        return request.body
    except RawPostDataException:
        return b""
