"""Find what is on record of one account, the newest first, by the events' own indexes; knows no person but by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from evidence.audit import Detail
from evidence.constraints import OF_AN_ACCOUNT
from evidence.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose account it is: `actor` as its events name who acts, with the numbers by which details name it."""

    actor: str
    login: int
    person: int | None


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """One event; `id` is where to go on from."""

    id: int
    at: datetime
    action: str
    detail: Mapping[str, Detail]


def events_of(subject: Subject, *, actions: Sequence[str], most: int, before: int | None = None) -> Sequence[OwnEvent]:
    """Return the newest `most` events of an account whose action is one of `actions`, older than the event `before`.

    What the account's owner did for others is none of them. Three lists are read by their indexes, and merged.
    """
    events = AuditEvent.objects.filter(OF_AN_ACCOUNT, action__in=actions).annotate(
        login=KeyTextTransform("login", "detail"), person=KeyTextTransform("person", "detail")
    )
    if before is not None:
        events = events.filter(id__lt=before)
    lists = [_by(subject, events), events.filter(login=str(subject.login))]
    if subject.person is not None:
        lists.append(events.filter(person=str(subject.person)))
    first, *others = (_newest(each, most) for each in lists)
    found = first.union(*others).order_by("-id")[:most]
    return [OwnEvent(*row) for row in found]


def _by(subject: Subject, events: "QuerySet[AuditEvent]") -> "QuerySet[AuditEvent]":
    """Return what the owner did, but not to another account."""
    own_login = Q(login__isnull=True) | Q(login=str(subject.login))
    own_person = Q(person__isnull=True) | Q(person=str(subject.person))
    return events.filter(own_login, own_person, actor=subject.actor)


def _newest(
    events: "QuerySet[AuditEvent]", most: int
) -> "QuerySet[AuditEvent, tuple[int, datetime, str, Mapping[str, Detail]]]":
    return events.order_by("-id").values_list("id", "at", "action", "detail")[:most]
