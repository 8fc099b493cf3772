"""Put many documents for persons into their e-Boxes at once, in as many statements as for one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from correspondence.ebox import Posting, alert_text, columns_of
from correspondence.models import Carrier, EboxAlert, EboxDocument, OutboxMessage


@transaction.atomic
def publish_all(postings: Sequence[Posting], *, at: datetime) -> int:
    """Publish documents without attachments for persons, with their alerts; return how many there were not before.

    A repeat changes nothing: a document is known by its occasion, an alert by its document. ValueError for a document that
    is for nobody, or has attachments.
    """
    if any(posting.person_id is None or posting.attachments for posting in postings):
        message = "many documents at once are for persons, and hold text alone"
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
    _alert_all(list(made.values()), at=at)
    return len(made)


def _find(keys: "dict[tuple[str, str], Posting]") -> dict[tuple[str, str], EboxDocument]:
    found = EboxDocument.objects.filter(occasion__in=[occasion for _, occasion in keys])
    return {key: document for document in found if (key := (document.environment, document.occasion)) in keys}


def _alert_all(documents: Sequence[EboxDocument], *, at: datetime) -> None:
    people = {document.person_id for document in documents if document.person_id is not None}
    alerts = EboxAlert.objects.filter(person_id__in=people, activated_at__isnull=False)
    of_person = {alert.person_id: alert for alert in alerts}
    messages = []
    for document in documents:
        alert = of_person.get(document.person_id)
        if alert is not None:
            subject, body = alert_text(alert)
            occasion = f"ebox {document.pk} alert {alert.pk}"
            messages.append(
                OutboxMessage(
                    carrier=Carrier.MAIL,
                    recipient=alert.address,
                    subject=subject,
                    body=body,
                    occasion=occasion,
                    written_at=at,
                )
            )
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
