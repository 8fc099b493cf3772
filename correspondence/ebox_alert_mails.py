"""The mail that says that something waits in an e-Box, and not what: one for all that comes while it waits itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q

from correspondence.contact import counter_address
from correspondence.models import Carrier, EboxAlert, EboxDocument, OutboxMessage
from correspondence.outbox import hold_waiting
from domain.languages import Language

_Mail = tuple[str, str]

_TO_A_PERSON: Mapping[Language, _Mail] = MappingProxyType(
    {
        Language.NL: (
            "Er wacht iets in uw e-Box bij Guichet",
            "Er wacht iets in uw e-Box bij Guichet. Meld u aan op {address} om het te lezen.",
        ),
        Language.FR: (
            "Du nouveau vous attend dans votre e-Box auprès de Guichet",
            "Du nouveau vous attend dans votre e-Box auprès de Guichet. Connectez-vous sur {address} pour le lire.",
        ),
        Language.DE: (
            "In Ihrer e-Box bei Guichet wartet etwas",
            "In Ihrer e-Box bei Guichet wartet etwas. Melden Sie sich auf {address} an, um es zu lesen.",
        ),
        Language.EN: (
            "Something is waiting in your e-Box at Guichet",
            "Something is waiting in your e-Box at Guichet. Sign in at {address} to read it.",
        ),
    }
)
_TO_A_COMPANY: Mapping[Language, _Mail] = MappingProxyType(
    {
        Language.NL: (
            "Bij Guichet wacht iets in de e-Box van uw onderneming",
            (
                "Bij Guichet wacht een document of een taak in de e-Box van uw onderneming. Meld u aan op {address} om te lezen wat "
                "het is."
            ),
        ),
        Language.FR: (
            "Du nouveau attend dans l'e-Box de votre entreprise auprès de Guichet",
            (
                "Un document ou une tâche attend dans l'e-Box de votre entreprise auprès de Guichet. Connectez-vous sur {address} "
                "pour lire de quoi il s'agit."
            ),
        ),
        Language.DE: (
            "In der e-Box Ihres Unternehmens bei Guichet wartet etwas",
            (
                "In der e-Box Ihres Unternehmens bei Guichet wartet ein Dokument oder eine Aufgabe. Melden Sie sich auf {address} "
                "an, um zu lesen, was es ist."
            ),
        ),
        Language.EN: (
            "Something is waiting in the e-Box of your company at Guichet",
            (
                "A document or a task is waiting in the e-Box of your company at Guichet. Sign in at {address} to read what it is."
            ),
        ),
    }
)


def tell_of(documents: Iterable[EboxDocument], *, at: datetime) -> None:
    """Write to each confirmed address of whose the new documents are, unless a mail there waits that says the same.

    A person hears of own documents, a company of those that are for nobody in it. In the transaction that publishes them.
    """
    first: dict[tuple[int | None, int | None], EboxDocument] = {}
    for document in documents:
        first.setdefault((document.person_id, None if document.person_id else document.entity_id), document)
    people, companies = {person for person, _ in first}, {entity for _, entity in first}
    alerts = {
        _topic(alert): alert
        for alert in EboxAlert.objects.filter(
            Q(person_id__in=people) | Q(entity_id__in=companies), activated_at__isnull=False
        ).order_by("pk")
    }
    untold = hold_waiting(alerts)
    OutboxMessage.objects.bulk_create(
        (
            _mail(alert, first[alert.person_id, alert.entity_id], at=at)
            for topic, alert in alerts.items()
            if (topic, alert.address) not in untold
        ),
        ignore_conflicts=True,
    )


def _topic(alert: EboxAlert) -> str:
    return f"ebox alert {alert.pk}"


def _mail(alert: EboxAlert, document: EboxDocument, *, at: datetime) -> OutboxMessage:
    subject, body = (_TO_A_COMPANY if alert.person_id is None else _TO_A_PERSON)[Language(alert.language)]
    return OutboxMessage(
        carrier=Carrier.MAIL,
        recipient=alert.address,
        subject=subject,
        body=f"{body.format(address=counter_address())}\n",
        occasion=f"ebox {document.pk} alert {alert.pk}",
        topic=_topic(alert),
        written_at=at,
    )
