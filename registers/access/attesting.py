"""Let managers confirm users who do not come any more, and block who was away for a year, but no manager (access and login §8.6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from correspondence.ebox import Posting, publish
from correspondence.models import EboxDocument, EboxKind
from domain.access.actors import Actor
from domain.access.roles import Appointee
from domain.access.states import AccountState, AppointmentState
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.stops import UNUSED as FOR_WANT_OF_USE
from domain.stops import StoppedBy
from registers.access.authority import require_appointer
from registers.access.changes import note_user
from registers.access.models import Appointment, EntityAccount, UserAccount
from registers.access.session_ending import SessionEnder, StopReason
from registers.access.user_accounts import find_user, wrong_state

AWAY = timedelta(days=90)
UNUSED = timedelta(days=365)
USE_IS_NOTED_EVERY = timedelta(hours=1)
_DAYS_TO_ACT = timedelta(days=30)


def note_use(person_id: int, entity_id: int, quality: str, *, at: datetime) -> None:
    """Note that the person came as a user of that quality; at most once an hour."""
    account = UserAccount.objects.filter(
        person_id=person_id, entity_id=entity_id, quality=quality, state=AccountState.ACTIVE
    )
    account.exclude(last_used_at__gt=at - USE_IS_NOTED_EVERY).update(last_used_at=at)


def users_away(entity_id: int, quality: str, *, at: datetime) -> QuerySet[UserAccount]:
    """Return the users of a quality who neither came nor were confirmed for 90 days."""
    return _idle(at - AWAY).filter(entity_id=entity_id, quality=quality).order_by("user_name")


def ask_to_attest(*, at: datetime, away_for: timedelta = AWAY) -> int:
    """Put the monthly task into the e-Box of each quality with such users; return how many are new."""
    month = f"{brussels_date(at):%Y-%m}"
    new = 0
    away = _idle(at - away_for).values("entity_id", "environment", "quality").annotate(count=Count("pk"))
    for row in away.order_by("entity_id", "quality"):
        occasion = f"attestation {row['entity_id']} {row['quality']} {month}"
        if EboxDocument.objects.filter(environment=row["environment"], occasion=occasion).exists():
            continue
        publish(
            Posting(
                kind=EboxKind.ATTEST_USERS,
                environment=Environment(row["environment"]),
                entity_id=row["entity_id"],
                quality=row["quality"],
                values={"quality": row["quality"], "count": str(row["count"])},
                publisher="access register",
                occasion=occasion,
                due_at=at + _DAYS_TO_ACT,
            ),
            at=at,
        )
        new += 1
    return new


@transaction.atomic
def attest_user(account_id: int, *, by: Actor, at: datetime) -> UserAccount:
    """Let a manager confirm that a user still needs the account; the 90 days begin anew."""
    row = find_user(account_id)
    require_appointer(Appointee.USER, row.entity_id, row.quality, by=by, at=at)
    if row.state != AccountState.ACTIVE:
        raise wrong_state(row)
    row.attested_at = at
    row.save(update_fields=["attested_at"])
    note_user(row, "user:attested", by=by, at=at)
    return row


def block_unused(*, at: datetime, sessions: SessionEnder, unused_for: timedelta = UNUSED, limit: int = 500) -> int:
    """Block the users who did not come for so long, usually a year, each in a transaction of its own; return how many."""
    unused = list(_idle(at - unused_for).order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_block_unused(account_id, at=at, sessions=sessions, unused_for=unused_for) for account_id in unused)


def let_managers_go_on(*, at: datetime, limit: int = 500) -> int:
    """Take the block for want of use from whoever manages the quality, each in a transaction of its own; return how many.

    It stops him as a manager, too, and nobody in the company takes it from a main one. Who was blocked before he managed, or
    before managers were spared, is let go on so; what the company or an operator blocked since stays blocked.
    """
    stopped = list(_stopped_managers().order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_let_go_on(account_id, at=at) for account_id in stopped)


@transaction.atomic
def _block_unused(account_id: int, *, at: datetime, sessions: SessionEnder, unused_for: timedelta) -> bool:
    row = _take(account_id, _idle(at - unused_for))
    if row is None:
        return False
    row.state, row.block_reason, row.blocked_by = AccountState.BLOCKED, FOR_WANT_OF_USE, str(StoppedBy.PLATFORM)
    row.save(update_fields=["state", "block_reason", "blocked_by"])
    note_user(row, "user:blocked", by=Actor.platform(), at=at, reason=FOR_WANT_OF_USE)
    sessions.end_for_person(row.person_id, row.entity_id, StopReason.BLOCKED, at)
    return True


@transaction.atomic
def _let_go_on(account_id: int, *, at: datetime) -> bool:
    row = _take(account_id, _stopped_managers())
    if row is None:
        return False
    row.state, row.block_reason, row.blocked_by = AccountState.ACTIVE, "", ""
    row.save(update_fields=["state", "block_reason", "blocked_by"])
    note_user(row, "user:unblocked", by=Actor.platform(), at=at, reason="MANAGER")
    return True


def _take(account_id: int, among: QuerySet[UserAccount]) -> UserAccount | None:
    """Return the user with its entity's account locked; None where somebody else holds that, or it is none of `among` now."""
    entity_id = UserAccount.objects.values_list("entity_id", flat=True).get(pk=account_id)
    account = EntityAccount.objects.select_for_update(skip_locked=True, no_key=True).filter(entity_id=entity_id)
    return among.filter(pk=account_id).first() if account.exists() else None


def _idle(before: datetime) -> QuerySet[UserAccount]:
    """Return active users whose last sign of life (PostgreSQL's greatest ignores nulls) lies before that instant.

    Who manages the quality is none of them: the block of the user would stop the manager, of a chief for good.
    """
    seen = Coalesce(Greatest("last_used_at", "attested_at", "activated_at"), "invited_at")
    active = UserAccount.objects.filter(~_manages_quality(), state=AccountState.ACTIVE)
    return active.annotate(seen_at=seen).filter(seen_at__lte=before)


def _stopped_managers() -> QuerySet[UserAccount]:
    return UserAccount.objects.filter(
        _manages_quality(), state=AccountState.BLOCKED, block_reason=FOR_WANT_OF_USE, blocked_by=StoppedBy.PLATFORM
    )


def _manages_quality() -> Exists:
    """Return the condition that the person of a user account manages its quality, or the whole company."""
    return Exists(
        Appointment.objects.filter(
            Q(quality="") | Q(quality=OuterRef("quality")),
            entity=OuterRef("entity"),
            person=OuterRef("person"),
            state=AppointmentState.ACTIVE,
        )
    )
