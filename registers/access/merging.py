"""Give appointments and user accounts of a person who turned out to be another one to that one."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from domain.access.states import LIVING_APPOINTMENTS, AccountState
from registers.access.models import Appointment, UserAccount


@dataclass(frozen=True, slots=True)
class GivenStandings:
    """How many appointments and user accounts follow the person, and how many living ones the other has already."""

    moved: int
    left: int


def give_standings(*, of: int, to: int) -> GivenStandings:
    """Give everything of the absorbed person to the other in the running transaction, what is over, too.

    A living one that the other holds alike stays where it is: one of both is too many, and whoever manages them says
    which.
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
    return GivenStandings(moved, len(left) + len(left_accounts))
