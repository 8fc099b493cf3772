"""Forget from where and with what people signed in, long after; that they did, at which level and when, stays."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from auth.models import TRACED, Login, LoginState, Session
from evidence.audit import append_event

_ACTOR = "retention"
_STAYS_AT_ONCE = 1000


def forget_traces(*, before: datetime, at: datetime, stays_at_once: int = _STAYS_AT_ONCE) -> int:
    """Empty address, browser and data of stays that ended before that instant; return of how many (§3.3).

    Each batch commits for itself, so an interrupted run has done what it did and the next goes on.
    """
    forgotten = 0
    old = Session.objects.filter(TRACED, ended_at__lt=before)
    while batch := list(old.order_by("ended_at").values_list("pk", flat=True)[:stays_at_once]):
        with transaction.atomic():
            emptied = Session.objects.filter(pk__in=batch).update(address=None, agent="", data="")
            append_event("session:forgotten", at=at, actor=_ACTOR, sessions=emptied)
        forgotten += emptied
    return forgotten


def persons_who_sign_in(person_ids: Collection[int], since: datetime) -> set[int]:
    """Return those of the persons who signed in since then, are signed in, or hold a role at the counter itself."""
    living = Login.objects.filter(person_id__in=person_ids).exclude(state=LoginState.REMOVED)
    stayed = Q(sessions__last_seen_at__gte=since) | Q(sessions__isnull=False, sessions__ended_at__isnull=True)
    serves = Q(operator_roles__isnull=False, operator_roles__ended_at__isnull=True)
    used = living.filter(stayed | serves | Q(created_at__gte=since))
    return {person for person in used.values_list("person_id", flat=True) if person is not None}
