"""Where a company is told that something waits in its e-Box: one address, confirmed by a manager of the whole company."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from correspondence.ebox_left_addresses import tell_left
from correspondence.models import EboxAlert
from domain.environments import Environment
from domain.languages import Language

COMPANY_ALERT: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        Language.NL: (
            "Er wacht iets in de e-Box van uw onderneming",
            "Er wacht een document of een taak in de e-Box van uw onderneming. Meld u aan op het portaal om het te lezen.",
        ),
        Language.FR: (
            "L'e-Box de votre entreprise vous attend",
            "Un document ou une tâche attend dans l'e-Box de votre entreprise. Connectez-vous au portail pour lire.",
        ),
        Language.DE: (
            "In der e-Box Ihres Unternehmens wartet etwas",
            "Ein Dokument oder eine Aufgabe wartet in der e-Box Ihres Unternehmens. Melden Sie sich am Portal an, um zu lesen.",
        ),
        Language.EN: (
            "Something is waiting in the e-Box of your company",
            "A document or a task is waiting in the e-Box of your company. Sign in to the portal to read it.",
        ),
    }
)


def alert_of_company(entity_id: int) -> EboxAlert | None:
    """Return the confirmed address of a company, None where nobody is told."""
    return EboxAlert.objects.filter(entity_id=entity_id, activated_at__isnull=False).first()


def begin_company_alerts(
    entity_id: int, address: str, *, language: Language, environment: Environment, at: datetime
) -> bool:
    """Let mails to a confirmed address tell that something waits; False when it replaces another, which is told.

    In a transaction of the caller.
    """
    left = EboxAlert.objects.select_for_update().filter(entity_id=entity_id, activated_at__isnull=False).first()
    EboxAlert.objects.update_or_create(
        entity_id=entity_id,
        defaults={"environment": environment, "address": address, "language": language, "activated_at": at},
    )
    if left is not None and left.address != address:
        tell_left(left, at=at)
    return left is None


def stop_company_alerts(entity_id: int, *, at: datetime) -> bool:
    """Send no mails any more, as the address is told; the e-Box goes on. False where none were sent.

    In a transaction of the caller.
    """
    left = EboxAlert.objects.select_for_update().filter(entity_id=entity_id, activated_at__isnull=False).first()
    if left is None:
        return False
    EboxAlert.objects.filter(pk=left.pk).update(activated_at=None)
    tell_left(left, at=at)
    return True
