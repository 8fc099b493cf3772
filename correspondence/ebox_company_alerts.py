"""Where a company is told that something waits in its e-Box: one address, confirmed by a manager of the whole company."""

from datetime import datetime

from correspondence.ebox_left_addresses import tell_left
from correspondence.models import EboxAlert
from domain.environments import Environment
from domain.languages import Language


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
