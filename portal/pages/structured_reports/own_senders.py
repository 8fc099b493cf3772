"""The senders of the company that a stay is for, and what each has of what it needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from auth.models import Session
from channels.models import (
    AnswerSubscription,
    ChannelPassword,
    KeyState,
    LoginCertificate,
    Sender,
    SenderCertificate,
    SenderChannel,
    SenderNetwork,
    SenderState,
    SshKey,
    WebClientKey,
)
from channels.signing_certificates import signs_at, signs_from
from registers.access.models import EntityQuality


def senders_of(stay: Session) -> QuerySet[Sender]:
    """Return the senders of the company in the quality of the stay; those without a quality belong to the standard one."""
    is_standard = EntityQuality.objects.filter(
        entity=OuterRef("entity"), quality=stay.quality, is_standard=True, valid_until__isnull=True
    )
    return Sender.objects.filter(
        Q(technical_user__quality=stay.quality) | (Q(technical_user__quality="") & Exists(is_standard)),
        entity_id=stay.entity_id or 0,
    )


def overview_of(stay: Session, *, at: datetime) -> QuerySet[Sender]:
    """Return the senders with their technical users and, as `signs_until`, how long a certificate of theirs signs.

    Of whom no FS files are asked over a channel that takes them, `is_unsigned` holds (decision 0080).
    """
    return (
        senders_of(stay)
        .select_related("technical_user")
        .annotate(
            signs_until=Max("certificates__valid_until", filter=signs_at(at, through="certificates__")),
            is_unsigned=Exists(
                SenderChannel.objects.filter(sender=OuterRef("pk"), is_unsigned=True).exclude(
                    channel__in=settings.GUICHET.unsigned_channels
                )
            ),
        )
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


@dataclass(frozen=True, slots=True)
class Outfit:
    """What is configured for a sender: its channels, what opens each of them, what signs, and who is told of answers.

    Over `bare_channels` the counter takes no FS files from anybody, over the `unsigned_channels` among the others its signatures are
    waived; `services` are pairs of message and environment; `signs_from` is the beginning of the first certificate that signs or will,
    `signs_until` the end of the one that signs now and longest.
    """

    channels: tuple[str, ...]
    bare_channels: tuple[str, ...]
    unsigned_channels: tuple[str, ...]
    services: tuple[tuple[str, str], ...]
    ssh_keys: int
    password_set_at: datetime | None
    login_certificates: int
    networks: tuple[str, ...]
    web_keys: int
    signs_from: datetime | None
    signs_until: datetime | None
    is_written_to: bool
    receivers: int


def outfit_of(sender: Sender, *, at: datetime) -> Outfit:
    """Return what is configured for the sender; three queries."""
    user_id = sender.technical_user_id
    counted = Sender.objects.annotate(
        ssh_keys=_count(SshKey.objects.filter(technical_user_id=user_id, state=KeyState.ACTIVE)),
        password_set_at=Subquery(ChannelPassword.objects.filter(technical_user_id=user_id).values("set_at")),
        login_certificates=_count(LoginCertificate.objects.filter(technical_user_id=user_id, state="ACTIVE")),
        network_names=ArraySubquery(
            SenderNetwork.objects.filter(sender=OuterRef("pk")).order_by("network__name").values("network__name")
        ),
        web_keys=_count(WebClientKey.objects.filter(client__sender=OuterRef("pk"), state="ACTIVE")),
        signs_until=Subquery(
            SenderCertificate.objects.filter(signs_at(at), sender=OuterRef("pk"))
            .order_by("-valid_until")
            .values("valid_until")[:1]
        ),
        signs_from=Subquery(
            SenderCertificate.objects.filter(signs_from(at), sender=OuterRef("pk"))
            .order_by("valid_from")
            .values("valid_from")[:1]
        ),
        means_of_notices=ArraySubquery(
            AnswerSubscription.objects.filter(sender=OuterRef("pk"), ended_at=None).values("means")
        ),
    ).get(pk=sender.pk)
    channels, bare = list(sender.channels.order_by("channel")), settings.GUICHET.unsigned_channels
    return Outfit(
        channels=tuple(row.channel for row in channels),
        bare_channels=tuple(row.channel for row in channels if row.channel in bare),
        unsigned_channels=tuple(row.channel for row in channels if row.is_unsigned and row.channel not in bare),
        services=tuple(sender.services.order_by("purpose", "environment").values_list("purpose", "environment")),
        ssh_keys=counted.ssh_keys,
        password_set_at=counted.password_set_at,
        login_certificates=counted.login_certificates,
        networks=tuple(counted.network_names),
        web_keys=counted.web_keys,
        signs_from=counted.signs_from,
        signs_until=counted.signs_until,
        is_written_to="EMAIL" in counted.means_of_notices,
        receivers=counted.means_of_notices.count("WEBHOOK"),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Return how many there are, as a part of another query."""
    grouped = rows.order_by().annotate(alike=Value(1)).values("alike")
    return Coalesce(Subquery(grouped.annotate(many=Count("pk")).values("many")), 0)
