"""What an operator blocked in a company: he alone takes it back, and meanwhile the company enters the person nowhere anew."""

from collections.abc import Collection

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.stops import StoppedBy, power_of
from registers.access.models import Appointment, UserAccount

_NEXT_STEP = "An operator alone takes that block back: call the contact centre."


def require_may_unblock(blocked_by: str, *, by: Actor) -> None:
    """Refuse to take back what an operator blocked, unless `by` is one: a weaker stop never undoes a stronger one (§3.3)."""
    if blocked_by and not StoppedBy(blocked_by).may_be_taken_back_by(power_of(by.name)):
        raise AccessRefusedError(RefusalReason.STOPPED_BY_OPERATOR, "An operator blocked it.", next_step=_NEXT_STEP)


def require_not_stopped(person_id: int, entity_id: int, *, by: Actor) -> None:
    """Refuse to enter anew, unless `by` is an operator, whom an operator blocked here, though removed since."""
    if power_of(by.name) is not StoppedBy.OPERATOR and stopped_in(entity_id, [person_id]):
        raise AccessRefusedError(
            RefusalReason.STOPPED_BY_OPERATOR, "An operator blocked the person in this company.", next_step=_NEXT_STEP
        )


def stopped_in(entity_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Return those of the persons whom an operator blocked in the company, as users or managers; one query."""
    named = {"entity_id": entity_id, "person_id__in": list(person_ids), "blocked_by": StoppedBy.OPERATOR}
    users = UserAccount.objects.filter(**named).values_list("person_id", flat=True)
    return frozenset(users.union(Appointment.objects.filter(**named).values_list("person_id", flat=True)))
