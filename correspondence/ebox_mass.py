"""Put many documents into e-Boxes at once, in as many statements as for one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from correspondence.ebox import Posting, columns_of
from correspondence.ebox_alert_mails import tell_of
from correspondence.models import EboxAttachment, EboxDocument


@transaction.atomic
def publish_all(postings: Sequence[Posting], *, at: datetime) -> int:
    """Publish documents with their attachments and alerts; return how many there were not before.

    A repeat changes nothing: a document is known by its occasion. ValueError for a document that is for nobody.
    """
    if any(posting.person_id is None and posting.entity_id is None for posting in postings):
        message = "a document is for a person or a company"
        raise ValueError(message)
    if not postings:
        return 0
    wanted = {(str(posting.environment), posting.occasion): posting for posting in postings}
    known = _find(wanted)
    fresh = [posting for key, posting in wanted.items() if key not in known]
    EboxDocument.objects.bulk_create(
        (
            EboxDocument(environment=posting.environment, occasion=posting.occasion, **columns_of(posting, at=at))
            for posting in fresh
        ),
        ignore_conflicts=True,
    )
    made = _find({(str(posting.environment), posting.occasion): posting for posting in fresh})
    _attach_all(made, wanted)
    tell_of(made.values(), at=at)
    return len(made)


def _find(keys: "dict[tuple[str, str], Posting]") -> dict[tuple[str, str], EboxDocument]:
    found = EboxDocument.objects.filter(occasion__in=[occasion for _, occasion in keys])
    return {key: document for document in found if (key := (document.environment, document.occasion)) in keys}


def _attach_all(made: "dict[tuple[str, str], EboxDocument]", wanted: "dict[tuple[str, str], Posting]") -> None:
    files = [(document, one) for key, document in made.items() for one in wanted[key].attachments]
    if files:
        EboxAttachment.objects.bulk_create(
            (
                EboxAttachment(document=document, name=one.name, sha256=one.sha256, size=one.size)
                for document, one in files
            ),
            ignore_conflicts=True,
        )
