"""Where people are told that something waits in their e-Box; an e-Box is active once its address is confirmed."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from correspondence.ebox_left_addresses import tell_left
from correspondence.models import EboxAlert, EboxDocument, EboxReceipt
from domain.environments import Environment
from domain.languages import Language


def alert_of(person_id: int) -> EboxAlert | None:
    """Return the confirmed address of a person; None for an e-Box that is not active."""
    return EboxAlert.objects.filter(person_id=person_id, activated_at__isnull=False).first()


def active_among(person_ids: Collection[int]) -> set[int]:
    """Return those whose e-Box is active, to whom documents may be published; one query."""
    active = EboxAlert.objects.filter(person_id__in=list(person_ids), activated_at__isnull=False)
    return set(active.values_list("person_id", flat=True))


def is_told_at(alert: EboxAlert | None, address: str, language: Language) -> bool:
    """Whether mails of a person or company go to that address already, in that language; capitals make no other address."""
    return alert is not None and (alert.address.lower(), alert.language) == (address.strip().lower(), language)


@transaction.atomic
def activate(person_id: int, address: str, *, language: Language, environment: Environment, at: datetime) -> bool:
    """Let mails to an address that was confirmed tell the person that something waits; False when it replaces another.

    An e-Box that was stopped is activated anew; an address that is left is told.
    """
    left = EboxAlert.objects.select_for_update().filter(person_id=person_id, activated_at__isnull=False).first()
    EboxAlert.objects.update_or_create(
        person_id=person_id,
        defaults={"environment": environment, "address": address, "language": language, "activated_at": at},
    )
    if left is not None and left.address != address:
        tell_left(left, at=at)
    return left is None


@transaction.atomic
def deactivate(person_id: int, *, at: datetime) -> bool:
    """Send no mails any more, as the address is told, and publish nothing new to the person; False when the e-Box is not active."""
    left = EboxAlert.objects.select_for_update().filter(person_id=person_id, activated_at__isnull=False).first()
    if left is None:
        return False
    EboxAlert.objects.filter(pk=left.pk).update(activated_at=None)
    tell_left(left, at=at)
    return True


def give_ebox(*, of: int, to: int) -> int:
    """Let a person's documents be another's, who turned out to be the same; return how many.

    The address of the other one counts where that e-Box is active; where it is not, an active one stays so with its
    address. For whoever merges two persons, in that transaction.
    """
    receipts = EboxReceipt.objects.filter(person_id=of)
    receipts.exclude(document__in=EboxReceipt.objects.filter(person_id=to).values("document")).update(person_id=to)
    own = alert_of(of)
    if own is not None and alert_of(to) is None:
        EboxAlert.objects.filter(person_id=to).delete()
        EboxAlert.objects.filter(pk=own.pk).update(person_id=to)
    else:
        EboxAlert.objects.filter(person_id=of).update(activated_at=None)
    return EboxDocument.objects.filter(person_id=of).update(person_id=to)
