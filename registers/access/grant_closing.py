"""Close rights, one or all of an account; with one that nobody confirmed yet ends the task to do so."""

from datetime import datetime

from domain.access.actors import Actor
from domain.access.states import GrantState
from registers.access.changes import note_grant
from registers.access.ebox_tasks import second_manager_decided
from registers.access.models import Grant, UserAccount

STANDING = (GrantState.PROPOSED, GrantState.ACTIVE)


def close_grants(account: UserAccount, *, by: Actor, at: datetime) -> int:
    """Close every right of the account that holds or is to hold; return how many."""
    standing = list(account.grants.filter(state__in=STANDING).order_by("pk"))
    for row in standing:
        close_grant(row, by=by, at=at)
    return len(standing)


def close_grant(row: Grant, *, by: Actor, at: datetime, state: GrantState = GrantState.CLOSED) -> None:
    """Close one right; it ends now, or never began when it was to begin later or was never confirmed."""
    waited = row.state == GrantState.PROPOSED
    ends = row.valid_from if waited else max(at, row.valid_from)
    row.valid_until = ends if row.valid_until is None else min(ends, row.valid_until)
    row.state = state
    row.save(update_fields=["valid_until", "state"])
    note_grant(row, "right:refused" if state is GrantState.REFUSED else "right:revoked", by=by, at=at)
    if waited:
        second_manager_decided(row, by=by, at=at)
