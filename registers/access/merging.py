"""Give appointments and user accounts of a person who turned out to be another one to that one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.states import HELD_APPOINTMENTS, LIVING_APPOINTMENTS, AccountState, AppointmentState
from domain.stops import StoppedBy
from registers.access.changes import note_appointment, note_user
from registers.access.models import Appointment, EntityAccount, UserAccount
from registers.access.session_ending import SessionEnder, StopReason

MERGED = "MERGED"
"""Why the block of one number went over to the other."""


@dataclass(frozen=True, slots=True)
class GivenStandings:
    """How many appointments and user accounts follow the person, and how many living ones the other has already.

    `blocked` counts what either number held that an operator's block of the other one in the same company went over to.
    """

    moved: int
    left: int
    blocked: int = 0


def hold_companies(person_ids: Collection[int]) -> None:
    """Lock the accounts of all companies in which the persons hold or held anything, until the transaction ends.

    Whoever merges persons calls it once their numbers are known, and before he locks any of them, as those do who enter
    somebody; in the order of files.
    """
    appointed = Appointment.objects.filter(person_id__in=person_ids).values("entity_id")
    used = UserAccount.objects.filter(person_id__in=person_ids).values("entity_id")
    accounts = EntityAccount.objects.filter(Q(entity_id__in=appointed) | Q(entity_id__in=used))
    held = accounts.select_for_update(of=("self",), no_key=True)
    list(held.order_by("entity__company_number", "pk").values_list("pk"))


def give_standings(*, of: int, to: int, by: Actor, at: datetime, sessions: SessionEnder) -> GivenStandings:
    """Give everything of the absorbed person to the other in the running transaction, what is over, too.

    A living one that the other holds alike stays where it is: one of both is too many, and whoever manages them says
    which. Where an operator blocked one of both in a company, whatever became of it, all that the other holds there is
    blocked too, or the same person would go on under the other number.
    """
    hold_companies([of])
    stops_of_absorbed, stops_of_other = _stops(of), _stops(to)
    rows = [
        *_block(to, stops=stops_of_absorbed, by=by, at=at),
        *_block(of, stops=stops_of_other, by=by, at=at),
    ]
    for person_id, entity_id in sorted({(row.person_id, row.entity_id) for row in rows}):
        sessions.end_for_person(person_id, entity_id, StopReason.BLOCKED, at)
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
    return GivenStandings(moved, len(left) + len(left_accounts), len(rows))


def _stops(person_id: int) -> Mapping[int, str]:
    """Return the companies in which an operator blocked the person, whatever became of what he blocked.

    With each goes the reason that stands at a user account; a place keeps none.
    """
    stopped = {"person_id": person_id, "blocked_by": StoppedBy.OPERATOR}
    places = Appointment.objects.filter(**stopped).values_list("entity_id", flat=True)
    accounts = UserAccount.objects.filter(**stopped).order_by("pk").values_list("entity_id", "block_reason")
    return {**dict.fromkeys(places, ""), **dict(accounts)}


def _block(person_id: int, *, stops: Mapping[int, str], by: Actor, at: datetime) -> list[Appointment | UserAccount]:
    """Block what the person holds where an operator blocked him under his other number."""
    return [
        *_block_places(person_id, stops=stops, by=by, at=at),
        *_block_accounts(person_id, stops=stops, by=by, at=at),
    ]


def _block_places(person_id: int, *, stops: Mapping[int, str], by: Actor, at: datetime) -> list[Appointment]:
    """Block what he manages there; a main access manager is replaced, never blocked."""
    held = Appointment.objects.filter(person_id=person_id, entity_id__in=stops, state__in=HELD_APPOINTMENTS)
    rows = list(held.exclude(role=Role.CHIEF).exclude(blocked_by=StoppedBy.OPERATOR).order_by("pk"))
    for row in rows:
        row.state, row.blocked_by = AppointmentState.BLOCKED, str(StoppedBy.OPERATOR)
        row.save(update_fields=["state", "blocked_by"])
        note_appointment(row, "appointment:blocked", by=by, at=at, reason=MERGED)
    return rows


def _block_accounts(person_id: int, *, stops: Mapping[int, str], by: Actor, at: datetime) -> list[UserAccount]:
    """Block what he uses there, for the reason that stands at the account of the other number."""
    held = UserAccount.objects.filter(
        person_id=person_id, entity_id__in=stops, state__in=[AccountState.ACTIVE, AccountState.BLOCKED]
    )
    rows = list(held.exclude(blocked_by=StoppedBy.OPERATOR).order_by("pk"))
    for row in rows:
        row.state, row.blocked_by = AccountState.BLOCKED, str(StoppedBy.OPERATOR)
        row.block_reason = stops[row.entity_id]
        row.save(update_fields=["state", "block_reason", "blocked_by"])
        note_user(row, "user:blocked", by=by, at=at, reason=MERGED)
    return rows
