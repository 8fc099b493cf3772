"""Tell senders that a registered certificate ends, 60, 30 and 7 days before; each of these once.

So is an operator of the platform's own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from channels.models import SenderCertificate, SenderState
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.brussels import brussels_date
from domain.certificates import NOTICE_DAYS, CertificateState
from domain.counted_words import counted
from domain.languages import Language
from domain.written_dates import render_day
from evidence.audit import append_event
from ingest.expiry_letters import ExpiringCertificate, render_expiry_letter

SUCCEEDS_BY = timedelta(days=NOTICE_DAYS[0])
"""How much longer another certificate must be valid to be called the successor."""

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class PlatformCertificate:
    """The certificate that answers are signed with: its SHA-256 (hexadecimal) and the last instant that it is valid."""

    sha256: str
    ends_at: datetime


def due_notice(remaining: timedelta, *, told: int | None) -> int | None:
    """Return the notice (days before the end) that is due `remaining` before the end, None when it was `told` before.

    Notices that were missed are not made up for: only the latest is due.
    """
    if remaining <= timedelta(0):
        return None
    due = min((days for days in NOTICE_DAYS if remaining <= timedelta(days=days)), default=None)
    return None if due is None or (told is not None and told <= due) else due


def notice_expiries(*, at: datetime) -> int:
    """Write to the technical user of each certificate for which a notice is due; return how many letters were written.

    Each letter is a transaction of its own and is written once, however often and by however many this is called.
    """
    ending = SenderCertificate.objects.filter(
        Q(noticed_days=None) | Q(noticed_days__gt=min(NOTICE_DAYS)),
        state=CertificateState.ACTIVE,
        revoked_at=None,
        valid_until__gt=at,
        valid_until__lte=at + timedelta(days=max(NOTICE_DAYS)),
    ).exclude(sender__state=SenderState.RETIRED)
    return sum(_notice(pk, at=at) for pk in ending.order_by("valid_until").values_list("pk", flat=True)[:_AT_ONCE])


@transaction.atomic
def _notice(pk: int, *, at: datetime) -> bool:
    certificate = (
        SenderCertificate.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("sender__technical_user")
        .filter(pk=pk, state=CertificateState.ACTIVE)
        .first()
    )
    if certificate is None:
        return False
    due = due_notice(certificate.valid_until - at, told=certificate.noticed_days)
    if due is None:
        return False
    sender = certificate.sender
    subject, body = render_expiry_letter(_describe(certificate, at=at), Language(sender.language))
    post(
        carrier=Carrier.MAIL,
        recipient=sender.technical_user.contact_address,
        subject=subject,
        body=body,
        occasion=f"certificate-ends:{pk}:{due}",
        at=at,
    )
    certificate.noticed_days = due
    certificate.save(update_fields=["noticed_days"])
    append_event(
        "certificate:end-noticed",
        at=at,
        actor="notices",
        sender=sender.number,
        certificate=certificate.sha256,
        days=due,
    )
    return True


def _describe(certificate: SenderCertificate, *, at: datetime) -> ExpiringCertificate:
    remaining = certificate.valid_until - at
    return ExpiringCertificate(
        sender=certificate.sender_id,
        sha256=certificate.sha256,
        ends_on=brussels_date(certificate.valid_until),
        days=-(-remaining // timedelta(days=1)),
        successor=_successor(certificate),
    )


def _successor(certificate: SenderCertificate) -> str | None:
    longer = SenderCertificate.objects.filter(
        sender=certificate.sender,
        state=CertificateState.ACTIVE,
        revoked_at=None,
        valid_from__lt=certificate.valid_until,
        valid_until__gte=certificate.valid_until + SUCCEEDS_BY,
    )
    return longer.order_by("-valid_until").values_list("sha256", flat=True).first()


def notice_own_end(own: PlatformCertificate, *, operator_address: str, at: datetime) -> None:
    """Write to an operator when a notice about the platform's own certificate is due; each is written once."""
    remaining = own.ends_at - at
    due = due_notice(remaining, told=None)
    if due is None:
        return
    end = brussels_date(own.ends_at)
    days = -(-remaining // timedelta(days=1))
    post(
        carrier=Carrier.MAIL,
        recipient=operator_address,
        subject=f"The certificate that signs answers ends on {render_day(end, Language.EN)}",
        body=(
            f"The certificate {own.sha256[:16]}, with which the platform signs its answers, ends in "
            f"{counted(days, 'day', 'days')}. After that no answer can be signed: every submission is held "
            "until there is a new one. The page on how to rotate "
            "keys says how to make it; senders have to know it before.\n"
        ),
        occasion=f"own-certificate-ends:{own.sha256[:32]}:{due}",
        at=at,
    )
