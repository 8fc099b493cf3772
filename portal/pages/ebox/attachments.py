"""Give an attachment of a document out of the blob store, a piece at a time."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from correspondence.models import EboxDocument
from evidence.blobs import LocalBlobStore
from portal.pages.streaming import stream_file


def give_attachment(document: EboxDocument, attachment_id: int) -> HttpResponse:
    """Return the file as a download, never shown by the browser itself; Http404 for one of another document."""
    attachment = document.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404
    content = LocalBlobStore(settings.GUICHET.home / "blobs").open(attachment.sha256)
    headers = {
        "Content-Disposition": content_disposition_header(True, attachment.name) or "attachment",
        "Content-Length": str(attachment.size),
    }
    return stream_file(content, media_type="application/octet-stream", headers=headers)
