"""Give an attachment of a document out of the blob store, a piece at a time."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO, cast

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from correspondence.models import EboxDocument
from evidence.blobs import LocalBlobStore

_PIECE = 256 * 1024


def give_attachment(document: EboxDocument, attachment_id: int) -> HttpResponse:
    """Return the file as a download, never shown by the browser itself; Http404 for one of another document."""
    attachment = document.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404
    content = LocalBlobStore(settings.GUICHET.home / "blobs").open(attachment.sha256)
    answer = StreamingHttpResponse(_pieces(content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    answer.headers["Content-Length"] = str(attachment.size)
    return cast("HttpResponse", answer)


async def _pieces(content: BinaryIO) -> AsyncIterator[bytes]:
    with content:
        while piece := await asyncio.to_thread(content.read, _PIECE):
            yield piece
