"""Forget how people are named and reached whose accounts were removed long ago; accounts, rights and events stay."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from domain.access.states import AccountState, AppointmentState
from evidence.audit import append_event
from registers.access.models import Appointment, UserAccount
from registers.persons.models import PersonDetails

_ACTOR = "retention"
_PERSONS_AT_ONCE = 500
_LIVING = (AppointmentState.PROPOSED, AppointmentState.ACTIVE, AppointmentState.BLOCKED)


class SignIns(Protocol):
    """Who uses the counter beside any company, as the room of signing in knows it."""

    def __call__(self, person_ids: Collection[int], since: datetime) -> set[int]:
        """Return those of the persons who signed in since then, or may still act as operators."""


def forget_removed_persons(
    *, before: datetime, sign_ins: SignIns, at: datetime, persons_at_once: int = _PERSONS_AT_ONCE
) -> int:
    """Delete names, languages and addresses of who is nobody's user since before that instant; return of how many (§3.3).

    Who has another living account, has or lately had an appointment, or signed in since, is left alone. User names say
    nothing of a person and are never given twice: they stay, as do the rows that say who held which right and when.
    Each batch commits for itself; a person who is invited meanwhile is named anew by the invitation.
    """
    forgotten, last = 0, 0
    while batch := list(_due(before).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:persons_at_once]):
        last = batch[-1]
        with transaction.atomic():
            forgotten += _forget(batch, before=before, sign_ins=sign_ins, at=at)
    return forgotten


def _forget(persons: Collection[int], *, before: datetime, sign_ins: SignIns, at: datetime) -> int:
    """Judge the persons again with their details locked: one may have been invited or have signed in meanwhile."""
    details = PersonDetails.objects.filter(pk__in=persons)
    list(details.select_for_update().order_by("pk").values_list("pk"))
    due = set(_due(before).filter(pk__in=persons).values_list("pk", flat=True)) - sign_ins(persons, before)
    if not due:
        return 0
    PersonDetails.objects.filter(pk__in=due).delete()
    append_event("person:forgotten", at=at, actor=_ACTOR, persons=[str(number) for number in sorted(due)])
    return len(due)


def _due(before: datetime) -> QuerySet[PersonDetails]:
    """Return the details of who had an account that was removed before then, and nothing living or ended since."""
    accounts = UserAccount.objects.filter(person=OuterRef("pk"))
    removed = accounts.filter(state=AccountState.REMOVED, valid_until__lt=before)
    living = accounts.filter(~Q(state=AccountState.REMOVED) | Q(valid_until__gte=before))
    held = Appointment.objects.filter(Q(state__in=_LIVING) | Q(valid_until__gte=before), person=OuterRef("pk"))
    return PersonDetails.objects.filter(Exists(removed), ~Exists(living), ~Exists(held))
