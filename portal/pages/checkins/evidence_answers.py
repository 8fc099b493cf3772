"""Give a file that proves a correction: it is downloaded, never shown inside a page of ours."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from portal.checkin_counter import checkin_counter
from registers.checkins.models import CorrectionEvidence


def give_evidence(file: CorrectionEvidence) -> HttpResponse:
    """Return the bytes; Http404 where they are not on the shelf."""
    desk = checkin_counter().evidence
    if not desk.has(file.sha256):
        raise Http404
    with desk.open(file.sha256) as stored:
        content = stored.read()
    disposition = content_disposition_header(as_attachment=True, filename=file.file_name) or "attachment"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
