"""Every step in the life of appointments, user accounts and rights of a company, the newest first (access and login §9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice

from domain.access.holdings import HoldingKind
from registers.access.models import StandingChange


@dataclass(frozen=True, slots=True)
class Change:
    """One step: what it was about, of which person, and which state it led to; a role, a user name, or service and right.

    `quality` is empty for what is of the whole entity.
    """

    at: datetime
    kind: HoldingKind
    what: str
    person_id: int
    quality: str
    state: str
    actor: str
    source: str
    reason: str


def changes_of(entity_id: int, quality: str | None, *, since: datetime, most: int) -> Sequence[Change]:
    """Return the newest `most` steps from `since` on; of one quality and of the whole entity, or of all for None."""
    found = (_changes(what, entity_id, quality, since=since, most=most) for what in ("appointment", "account", "grant"))
    return list(islice(merge(*found, key=lambda change: change.at, reverse=True), most))


def _changes(what: str, entity_id: int, quality: str | None, *, since: datetime, most: int) -> list[Change]:
    about = "grant__account" if what == "grant" else what
    rows = StandingChange.objects.filter(at__gte=since, **{f"{about}__entity_id": entity_id})
    if quality is not None:
        rows = rows.filter(**{f"{about}__quality__in": ["", quality]})
    return [_change(row) for row in rows.select_related(about).order_by("-at", "-id")[:most]]


def _change(row: StandingChange) -> Change:
    kind, what, holder = _subject(row)
    return Change(
        at=row.at,
        kind=kind,
        what=what,
        person_id=holder[0],
        quality=holder[1],
        state=row.state,
        actor=row.actor,
        source=row.source,
        reason=row.reason,
    )


def _subject(row: StandingChange) -> tuple[HoldingKind, str, tuple[int, str]]:
    if row.appointment is not None:
        held = row.appointment
        return HoldingKind.APPOINTMENT, str(held.role), (held.person_id, held.quality)
    if row.account is not None:
        return HoldingKind.ACCOUNT, row.account.user_name, (row.account.person_id, row.account.quality)
    if row.grant is not None and row.grant.account is not None:
        account = row.grant.account
        return HoldingKind.RIGHT, f"{row.grant.service} {row.grant.right}", (account.person_id, account.quality)
    message = f"change {row.pk} is about nothing"
    raise LookupError(message)
