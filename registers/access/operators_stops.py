"""What an operator blocked in a company: he alone takes it back, and meanwhile the company enters the person nowhere anew."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.stops import StoppedBy, power_of
from registers.access.models import Appointment, UserAccount
from registers.persons.models import Person

_NEXT_STEP = "An operator alone takes that block back: call the contact centre."


def require_may_unblock(blocked_by: str, *, by: Actor) -> None:
    """Refuse to take back what an operator blocked, unless `by` is one: a weaker stop never undoes a stronger one (§3.3)."""
    if blocked_by and not StoppedBy(blocked_by).may_be_taken_back_by(power_of(by.name)):
        raise AccessRefusedError(RefusalReason.STOPPED_BY_OPERATOR, "An operator blocked it.", next_step=_NEXT_STEP)


def require_not_stopped(person_id: int, entity_id: int, *, by: str) -> None:
    """Refuse to enter whom an operator blocked here, though removed since, unless an operator answers for it.

    `by` names who answers for it, as in audit events.
    """
    if power_of(by) is not StoppedBy.OPERATOR and stopped_in(entity_id, [person_id]):
        raise AccessRefusedError(
            RefusalReason.STOPPED_BY_OPERATOR, "An operator blocked the person in this company.", next_step=_NEXT_STEP
        )


def stopped_in(entity_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Return those of the persons whom an operator blocked in the company, as users or managers; one query.

    What he blocked under a number that was replaced counts for the person who is left.
    """
    asked, who = list(person_ids), Coalesce("person__merged_into_id", "person_id")
    named = Q(person_id__in=asked) | Q(person__merged_into_id__in=asked)
    stopped = {"entity_id": entity_id, "blocked_by": StoppedBy.OPERATOR}
    users = UserAccount.objects.filter(named, **stopped).values_list(who, flat=True)
    return frozenset(users.union(Appointment.objects.filter(named, **stopped).values_list(who, flat=True)))


def is_stopped_here() -> Q:
    """Return the condition that an operator blocked the person of a row in its company, as `stopped_in` tells."""
    whose = OuterRef(OuterRef("person_id"))
    same = Person.objects.filter(Q(pk=whose) | Q(merged_into_id=whose)).values("pk")
    stopped = {"entity_id": OuterRef("entity_id"), "person_id__in": same, "blocked_by": StoppedBy.OPERATOR}
    return Exists(UserAccount.objects.filter(**stopped)) | Exists(Appointment.objects.filter(**stopped))
