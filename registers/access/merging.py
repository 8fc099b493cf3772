"""Give appointments and user accounts of a person who turned out to be another one to that one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from domain.access.actors import Actor
from domain.access.states import HELD_APPOINTMENTS, LIVING_APPOINTMENTS, AccountState, AppointmentState
from domain.stops import StoppedBy
from registers.access.changes import note_appointment, note_user
from registers.access.models import Appointment, UserAccount
from registers.access.session_ending import SessionEnder, StopReason

MERGED = "MERGED"
"""Why the block of one number went over to the other."""


@dataclass(frozen=True, slots=True)
class GivenStandings:
    """How many appointments and user accounts follow the person, and how many living ones the other has already.

    `blocked` counts those of the other that an operator's block of the alike one went over to.
    """

    moved: int
    left: int
    blocked: int = 0


def give_standings(*, of: int, to: int, by: Actor, at: datetime, sessions: SessionEnder) -> GivenStandings:
    """Give everything of the absorbed person to the other in the running transaction, what is over, too.

    A living one that the other holds alike stays where it is: one of both is too many, and whoever manages them says
    which. What an operator blocked of it is blocked in the place of it too, or the same person would go on under the other
    number.
    """
    appointments = Appointment.objects.filter(person_id=of)
    held = Appointment.objects.filter(
        person_id=to,
        entity=OuterRef("entity"),
        quality=OuterRef("quality"),
        role=OuterRef("role"),
        state__in=LIVING_APPOINTMENTS,
    )
    accounts = UserAccount.objects.filter(person_id=of)
    used = UserAccount.objects.filter(person_id=to, entity=OuterRef("entity"), quality=OuterRef("quality")).exclude(
        state=AccountState.REMOVED
    )
    twice = appointments.filter(Exists(held), state__in=LIVING_APPOINTMENTS)
    used_twice = accounts.filter(Exists(used)).exclude(state=AccountState.REMOVED)
    left, left_accounts = list(twice.values_list("pk", flat=True)), list(used_twice.values_list("pk", flat=True))
    moved = appointments.exclude(pk__in=left).update(person_id=to) + accounts.exclude(pk__in=left_accounts).update(
        person_id=to
    )
    rows: list[Appointment | UserAccount] = [
        *_block_places(left, to=to, by=by, at=at),
        *_block_accounts(left_accounts, to=to, by=by, at=at),
    ]
    for row in rows:
        sessions.end_for_person(to, row.entity_id, StopReason.BLOCKED, at)
    return GivenStandings(moved, len(left) + len(left_accounts), len(rows))


def _block_places(left: Iterable[int], *, to: int, by: Actor, at: datetime) -> Iterator[Appointment]:
    """Block what is alike to those that an operator blocked, unless it waits or he blocked it too."""
    for like in Appointment.objects.filter(pk__in=left, blocked_by=StoppedBy.OPERATOR):
        alike = Appointment.objects.filter(person_id=to, entity=like.entity_id, quality=like.quality, role=like.role)
        held = alike.filter(state__in=HELD_APPOINTMENTS).exclude(blocked_by=StoppedBy.OPERATOR)
        for row in held.select_for_update():
            row.state, row.blocked_by = AppointmentState.BLOCKED, str(StoppedBy.OPERATOR)
            row.save(update_fields=["state", "blocked_by"])
            note_appointment(row, "appointment:blocked", by=by, at=at, reason=MERGED)
            yield row


def _block_accounts(left: Iterable[int], *, to: int, by: Actor, at: datetime) -> Iterator[UserAccount]:
    """Block what is alike to those that an operator blocked, unless it waits or he blocked it too."""
    for like in UserAccount.objects.filter(pk__in=left, blocked_by=StoppedBy.OPERATOR):
        alike = UserAccount.objects.filter(person_id=to, entity=like.entity_id, quality=like.quality)
        held = alike.filter(state__in=[AccountState.ACTIVE, AccountState.BLOCKED])
        for row in held.exclude(blocked_by=StoppedBy.OPERATOR).select_for_update():
            row.state, row.block_reason, row.blocked_by = (
                AccountState.BLOCKED,
                like.block_reason,
                str(StoppedBy.OPERATOR),
            )
            row.save(update_fields=["state", "block_reason", "blocked_by"])
            note_user(row, "user:blocked", by=by, at=at, reason=MERGED)
            yield row
