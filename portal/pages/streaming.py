"""Give a file of bytes a piece at a time, so that a browser that reads slowly keeps no thread waiting."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import BinaryIO, cast

from django.http import HttpResponse, StreamingHttpResponse

_PIECE = 256 * 1024


def stream_file(content: BinaryIO, *, media_type: str, headers: Mapping[str, str]) -> HttpResponse:
    """Return an answer that gives what is left of the file, and closes it."""
    return cast("HttpResponse", StreamingHttpResponse(_pieces(content), content_type=media_type, headers=dict(headers)))


async def _pieces(content: BinaryIO) -> AsyncIterator[bytes]:
    with content:
        while piece := await asyncio.to_thread(content.read, _PIECE):
            yield piece
