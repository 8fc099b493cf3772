"""Place notifications in the e-Box of the sender's entity too, where its configuration says so (access and login §10)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from channels.models import Sender
from correspondence.ebox import Attachment, Posting
from correspondence.ebox_mass import publish_all
from correspondence.models import EboxKind
from domain.access.services import SERVICES
from domain.answers import AnswerKind
from domain.environments import Environment
from evidence.models import Answer, AnswerFile

PUBLISHER = "counter"
_SERVICES = {service.purpose: str(service.code) for service in SERVICES.values() if service.purpose}


def copy_to_eboxes(answers: Sequence[tuple[Answer, Sequence[AnswerFile]]], *, at: datetime) -> int:
    """Publish what was just offered, in the running transaction; return how many documents that made.

    Acknowledgements are of files, not of declarations, and tests and simulations are of nobody's business but the sender's:
    they are never copied. The number of statements does not depend on that of the answers; it is none without a
    notification, and one where no sender wants copies.
    """
    told = [
        (answer, files)
        for answer, files in answers
        if answer.kind != AnswerKind.ACKNOWLEDGEMENT and answer.environment == Environment.PRODUCTION
    ]
    if not told:
        return 0
    wanting = Sender.objects.filter(ebox_copy=True).select_related("technical_user")
    senders = wanting.in_bulk({answer.recipient for answer, _ in told})
    return publish_all(
        [_posting(answer, senders[answer.recipient], files) for answer, files in told if answer.recipient in senders],
        at=at,
    )


def _posting(answer: Answer, sender: Sender, files: Sequence[AnswerFile]) -> Posting:
    submission = answer.submission
    return Posting(
        kind=EboxKind.NOTIFICATION,
        environment=Environment(answer.environment),
        values={"file": submission.subject_name, "ticket": submission.ticket or ""},
        publisher=PUBLISHER,
        occasion=f"answer {answer.pk}",
        entity_id=sender.entity_id,
        quality=sender.technical_user.quality,
        service=_SERVICES.get(submission.purpose, ""),
        about=submission.ticket or "",
        attachments=tuple(_attachments(files)),
    )


def _attachments(files: Sequence[AnswerFile]) -> Iterator[Attachment]:
    """Yield content and signature; the go-ahead file holds nothing."""
    for file in files:
        if file.blob_id is not None:
            yield Attachment(file.name, file.blob_id, file.size)
