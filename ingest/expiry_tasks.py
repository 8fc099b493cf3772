"""Ask a company in its e-Box to renew a certificate, 60, 30, 7 and 1 days before it ends, and stop its sender afterwards.

A sender whose certificates are all revoked by their authority stops at once.

Each task is published once and handled when its cause is gone: another certificate goes on, or this one signs no more.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from channels.configuring.senders import change_state, find_sender
from channels.configuring.suspension_tasks import CERTIFICATE_REVOKED, NO_CERTIFICATE
from channels.models import Sender, SenderCertificate, SenderState
from channels.sender_life import SenderChange
from correspondence.ebox import Posting, handle_about, publish, waiting_about
from correspondence.models import Carrier, EboxKind
from correspondence.outbox import post
from domain.access.services import ServiceCode
from domain.brussels import brussels_date
from domain.certificates import CertificateState
from domain.environments import Environment
from domain.languages import Language
from domain.written_values import DaysAhead
from ingest.expiry_letters import render_revocation_letter

TASK_DAYS = (60, 30, 7, 1)
ACTOR = "notices"
_KIND = EboxKind.CERTIFICATE_EXPIRES


def ask_to_renew(*, at: datetime) -> int:
    """Publish the task that is due for each certificate that ends; return for how many certificates one waits."""
    ending = SenderCertificate.objects.filter(
        state=CertificateState.ACTIVE,
        revoked_at=None,
        valid_until__gt=at,
        valid_until__lte=at + timedelta(days=max(TASK_DAYS)),
    ).exclude(sender__state=SenderState.RETIRED)
    rows = list(ending.select_related("sender__technical_user").order_by("valid_until", "pk"))
    asked = [row for row in rows if not _successors(row).exists()]
    for certificate in asked:
        _ask(certificate, at=at)
    return len(asked)


@transaction.atomic
def _ask(certificate: SenderCertificate, *, at: datetime) -> None:
    remaining = certificate.valid_until - at
    due = min(days for days in TASK_DAYS if remaining <= timedelta(days=days))
    occasion = f"certificate {certificate.pk} ends in {due}"
    about = _about(certificate)
    handle_about(Environment.PRODUCTION, _KIND, about, by=ACTOR, at=at, besides=occasion)
    publish(
        Posting(
            kind=_KIND,
            environment=Environment.PRODUCTION,
            values={
                "sender": str(certificate.sender_id),
                "days": DaysAhead(-(-remaining // timedelta(days=1))),
                "date": brussels_date(certificate.valid_until),
            },
            publisher="certificates",
            occasion=occasion,
            entity_id=certificate.sender.entity_id,
            quality=certificate.sender.technical_user.quality,
            service=ServiceCode.CHANNELS,
            about=about,
            due_at=certificate.valid_until,
        ),
        at=at,
    )


def settle_renewals(number: str = "", *, by: str, at: datetime) -> int:
    """Handle the tasks whose cause is gone, those of one sender or of all; return how many."""
    waiting = [about for about in waiting_about(Environment.PRODUCTION, _KIND) if about.startswith(number)]
    ids = {int(about.partition("/")[2]): about for about in waiting}
    rows = SenderCertificate.objects.filter(
        pk__in=list(ids), state=CertificateState.ACTIVE, revoked_at=None, valid_until__gt=at
    )
    going_on = {row.pk for row in rows.exclude(sender__state=SenderState.RETIRED) if not _successors(row).exists()}
    return sum(
        handle_about(Environment.PRODUCTION, _KIND, about, by=by, at=at)
        for pk, about in ids.items()
        if pk not in going_on
    )


def suspend_without_certificate(*, at: datetime) -> int:
    """Suspend active senders whose last certificate ended or was revoked (access and login §3.5); return how many.

    The company gets a task for it; of a revocation the technical user, too, is told by mail. A manager lets such a sender go on once it has another certificate.
    """
    numbers = _without_certificate(at=at).order_by("pk").values_list("pk", flat=True)
    return sum(_suspend(number, at=at) for number in numbers)


@transaction.atomic
def _suspend(number: str, *, at: datetime) -> bool:
    sender = find_sender(number)
    if not _without_certificate(at=at).filter(pk=number).exists():
        return False
    revoked = _unexpired(at=at).filter(sender=sender, revoked_at__isnull=False).order_by("-revoked_at", "pk").first()
    reason = NO_CERTIFICATE if revoked is None else CERTIFICATE_REVOKED
    changed = change_state(sender, SenderChange.SUSPEND, actor=ACTOR, at=at, reason=reason)
    if changed and revoked is not None:
        _write_of_revocation(sender, revoked, at=at)
    return changed


def _write_of_revocation(sender: Sender, certificate: SenderCertificate, *, at: datetime) -> None:
    subject, body = render_revocation_letter(sender.number, certificate.sha256, Language(sender.language))
    post(
        carrier=Carrier.MAIL,
        recipient=sender.technical_user.contact_address,
        subject=subject,
        body=body,
        occasion=f"certificate-revoked:{certificate.pk}:{at.isoformat()}",
        at=at,
    )


def _unexpired(*, at: datetime) -> QuerySet[SenderCertificate]:
    return SenderCertificate.objects.filter(state=CertificateState.ACTIVE, valid_until__gt=at)


def _without_certificate(*, at: datetime) -> QuerySet[Sender]:
    living = _unexpired(at=at).filter(revoked_at=None)
    known = SenderCertificate.objects.filter(valid_from__lte=at)
    return Sender.objects.filter(state=SenderState.ACTIVE, pk__in=known.values("sender")).exclude(
        pk__in=living.values("sender")
    )


def _successors(certificate: SenderCertificate) -> QuerySet[SenderCertificate]:
    """Return the certificates that go on signing when this one ends."""
    return SenderCertificate.objects.filter(
        Q(valid_from__lt=certificate.valid_until, valid_until__gt=certificate.valid_until),
        sender_id=certificate.sender_id,
        state=CertificateState.ACTIVE,
        revoked_at=None,
    )


def _about(certificate: SenderCertificate) -> str:
    return f"{certificate.sender_id}/{certificate.pk}"
