"""Who is stopped in the account of a company and by whom, as a table; an operator alone takes an operator's stop back."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Q

from domain.access.states import AccountState, AppointmentState
from domain.stops import StoppedBy
from registers.access.models import Appointment, Entity, UserAccount
from registers.persons.details import Details, read_details
from sender.tables import render_table

_OVER = frozenset({AccountState.REMOVED, AppointmentState.ENDED})


def called(details: Details | None, person_id: int) -> str:
    """Return the name of a person, or what else an operator finds him by."""
    return f"person {person_id}" if details is None else details.name


def render_stops(entity: Entity, qualities: Iterable[str], *, person_id: int | None = None) -> str:
    """Return who is stopped now in those qualities, or one person alone; nothing where nobody is.

    Whom an operator blocked is told of after he was removed too, since the company may not enter him anew; nobody else is.
    """
    whose = {} if person_id is None else {"person_id": person_id}
    stopped = Q(blocked_by=StoppedBy.OPERATOR) | ~Q(blocked_by="") & ~Q(state__in=_OVER)
    places = Appointment.objects.filter(stopped, entity=entity, quality__in=["", *qualities], **whose).order_by("pk")
    users = UserAccount.objects.filter(stopped, entity=entity, quality__in=qualities, **whose).order_by("pk")
    found: list[tuple[str, Appointment | UserAccount]] = list(
        chain(((row.role, row) for row in places), ((row.user_name, row) for row in users))
    )
    if not found:
        return ""
    names = read_details({row.person_id for _what, row in found})
    rows = [
        (
            what,
            called(names.get(row.person_id), row.person_id),
            "removed, may not be entered anew" if row.state in _OVER else row.state,
            row.blocked_by.lower(),
            str(row.pk),
        )
        for what, row in found
    ]
    return f"\nstopped now\n\n{render_table(('what', 'who', 'state', 'stopped by', 'number'), rows)}"
