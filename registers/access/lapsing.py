"""Let pass what was not accepted or activated in time."""

from datetime import datetime

from django.db import transaction

from domain.access.actors import Actor
from domain.access.deadlines import ACTIVATION_DAYS, end_of_days
from domain.access.states import AccountState, AppointmentState, EntityAccountState
from domain.brussels import brussels_date
from registers.access.changes import note_appointment, note_entity, note_user
from registers.access.ebox_tasks import confirmation_decided
from registers.access.models import Appointment, EntityAccount, UserAccount

_BATCH = 500


def lapse_proposals(entity_id: int, *, at: datetime) -> int:
    """Let the proposals of an entity pass whose time is over; the caller holds the lock of its account."""
    due = list(Appointment.objects.filter(entity_id=entity_id, state=AppointmentState.PROPOSED, expires_at__lte=at))
    for row in due:
        row.state, row.valid_until = AppointmentState.EXPIRED, row.expires_at
        row.save(update_fields=["state", "valid_until"])
        note_appointment(row, "appointment:expired", by=Actor.platform(), at=at)
        confirmation_decided(row, by=Actor.platform(), at=at)
    return len(due)


def lapse_due(*, at: datetime, limit: int = _BATCH) -> int:
    """Let pass what is due in at most `limit` entities, each in a transaction of its own; return how many things.

    An entity whose account is being changed at this moment is left for the next time.
    """
    return sum(_lapse_entity(entity_id, at=at) for entity_id in _due_entities(at, limit))


def _due_entities(at: datetime, limit: int) -> list[int]:
    proposals = Appointment.objects.filter(state=AppointmentState.PROPOSED, expires_at__lte=at)
    invitations = UserAccount.objects.filter(state=AccountState.INVITED, expires_at__lte=at)
    due = proposals.values_list("entity_id").union(invitations.values_list("entity_id"))
    waiting = EntityAccount.objects.filter(state=EntityAccountState.REGISTERED)
    issued = waiting.order_by("codes_issued_at").values_list("entity_id", "codes_issued_at")
    over = [(entity_id,) for entity_id, codes in issued[:limit] if at >= end_of_days(codes)]
    return sorted({entity_id for (entity_id,) in [*due[:limit], *over]})[:limit]


@transaction.atomic
def _lapse_entity(entity_id: int, *, at: datetime) -> int:
    account = EntityAccount.objects.select_for_update(skip_locked=True, no_key=True).filter(entity_id=entity_id).first()
    if account is None:
        return 0
    return lapse_proposals(entity_id, at=at) + _lapse_invitations(entity_id, at=at) + lapse_activation(account, at=at)


def _lapse_invitations(entity_id: int, *, at: datetime) -> int:
    due = list(UserAccount.objects.filter(entity_id=entity_id, state=AccountState.INVITED, expires_at__lte=at))
    for row in due:
        row.state = AccountState.EXPIRED
        row.save(update_fields=["state"])
        note_user(row, "user:invitation-expired", by=Actor.platform(), at=at)
    return len(due)


def lapse_activation(account: EntityAccount, *, at: datetime) -> int:
    """Note that the days in which the chief could activate the account are over; 0 where they are not."""
    if account.state != EntityAccountState.REGISTERED or at < end_of_days(account.codes_issued_at):
        return 0
    account.state = EntityAccountState.ACTIVATION_EXPIRED
    account.save(update_fields=["state"])
    note_entity(account, "account:activation:expired", by=Actor.platform(), at=at)
    return 1


def days_of_activation_left(account: EntityAccount, *, at: datetime) -> int:
    """Return how many days, today not counted, the chief may still activate the account; negative when too late."""
    return ACTIVATION_DAYS - (brussels_date(at) - brussels_date(account.codes_issued_at)).days
