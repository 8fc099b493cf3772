"""The senders of the company that a stay is for, and what each has of what it needs."""

from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404

from auth.models import Session
from channels.models import KeyState, Sender, SenderState, SshKey
from domain.certificates import CertificateState


def senders_of(stay: Session) -> QuerySet[Sender]:
    """Return the senders of the company in the quality of the stay; those without a quality belong to every one."""
    return Sender.objects.filter(
        Q(technical_user__quality=stay.quality) | Q(technical_user__quality=""), entity_id=stay.entity_id or 0
    )


def overview_of(stay: Session, *, at: datetime) -> QuerySet[Sender]:
    """Return the senders with their technical users and, as `signs_until`, how long a certificate of theirs signs."""
    signing = Q(certificates__state=CertificateState.ACTIVE, certificates__valid_until__gt=at)
    return (
        senders_of(stay)
        .select_related("technical_user")
        .annotate(signs_until=Max("certificates__valid_until", filter=signing))
    )


def find_own(stay: Session, number: str) -> Sender:
    """Return one of the senders; Http404 for anybody else's, which looks like one that there is not."""
    sender = senders_of(stay).select_related("technical_user").filter(number=number).first()
    if sender is None:
        raise Http404
    return sender


def lock_own(stay: Session, number: str) -> Sender:
    """Return one of the senders, locked in the running transaction; Http404 for anybody else's or a retired one."""
    living = senders_of(stay).select_for_update(of=("self",)).select_related("technical_user")
    sender = living.filter(number=number).exclude(state=SenderState.RETIRED).first()
    if sender is None:
        raise Http404
    return sender


def living_keys(sender: Sender) -> QuerySet[SshKey]:
    """Return the SSH keys that open the door for the sender."""
    return SshKey.objects.filter(technical_user_id=sender.technical_user_id, state=KeyState.ACTIVE).order_by("pk")


def count_services(sender: Sender) -> dict[str, int]:
    """Return for each message in how many environments the sender may deliver it."""
    rows = sender.services.values_list("purpose").annotate(Count("pk")).order_by("purpose")
    return dict(rows)
