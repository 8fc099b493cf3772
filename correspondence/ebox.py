"""Put documents and tasks into e-Boxes, let people open, hide and label them, and let them expire."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from correspondence.ebox_alert_mails import tell_of
from correspondence.ebox_texts import render
from correspondence.limits import limits
from correspondence.models import (
    EboxAttachment,
    EboxDocument,
    EboxKind,
    EboxReceipt,
    EboxRoute,
    EboxState,
)
from domain.environments import Environment
from domain.written_values import WrittenValue

LONGEST_LABEL = 50
_TASKS = frozenset(
    {
        *(EboxKind.CONFIRM_FILE, EboxKind.CONFIRM_DECLARATION),
        *(EboxKind.CONFIRM_MANAGER, EboxKind.CERTIFICATE_EXPIRES, EboxKind.ATTEST_USERS),
        *(EboxKind.ACTIVATION_LAPSES, EboxKind.ORPHAN_CO_MANAGER, EboxKind.SENDER_SUSPENDED),
        *(EboxKind.SECOND_MANAGER_NEEDED, EboxKind.SECOND_MANAGER_FOR_SENDER, EboxKind.ACTIVATION_LOCKED),
        EboxKind.MANDATE_OFFERED,
    }
)
_FOR_EVERY_MANAGER = frozenset({EboxKind.MANDATE_OFFERED})
"""Kinds that are about the whole entity, and that a manager of any quality may decide."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that lies in the blob store, by its hash (hexadecimal) and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be put into an e-Box: of an entity (of one quality unless that is empty), of a person, or both.

    `values` fill the texts of its kind; they hold codes, numbers, hours and days, never a person. `about` is the number of the one
    thing that its kind is about, by which a page leads there. The same `occasion` is published about once in an environment. A document without a service, or whose service is routed to nobody, is seen by managers.
    """

    kind: EboxKind
    environment: Environment
    values: Mapping[str, WrittenValue]
    publisher: str
    occasion: str
    entity_id: int | None = None
    person_id: int | None = None
    quality: str = ""
    service: str = ""
    about: str = ""
    due_at: datetime | None = None
    validity: timedelta | None = None
    attachments: Sequence[Attachment] = field(default=())


@transaction.atomic
def publish(posting: Posting, *, at: datetime) -> EboxDocument:
    """Publish the document and post an alert without content where an address is verified; a repeat changes nothing."""
    document, is_new = EboxDocument.objects.get_or_create(
        environment=posting.environment, occasion=posting.occasion, defaults=columns_of(posting, at=at)
    )
    if is_new:
        EboxAttachment.objects.bulk_create(
            EboxAttachment(document=document, name=one.name, sha256=one.sha256, size=one.size)
            for one in posting.attachments
        )
        tell_of([document], at=at)
    return document


def columns_of(posting: Posting, *, at: datetime) -> dict[str, object]:
    """Return the columns of a new document besides its environment and occasion; KeyError when a value is missing."""
    subjects, bodies = render(posting.kind, posting.values)
    return {
        "entity_id": posting.entity_id,
        "person_id": posting.person_id,
        "quality": posting.quality,
        "service": posting.service,
        "kind": posting.kind,
        "subjects": subjects,
        "bodies": bodies,
        "publisher": posting.publisher,
        "about": posting.about,
        "published_at": at,
        "valid_until": at + (posting.validity or limits().validity),
        "is_task": posting.kind in _TASKS,
        "due_at": posting.due_at if posting.kind in _TASKS else None,
    }


def open_document(document: EboxDocument, *, person_id: int, at: datetime) -> None:
    """Note that the person read it; the first time counts."""
    with transaction.atomic(savepoint=False):
        own = EboxReceipt(document=document, person_id=person_id, first_opened_at=at)
        EboxReceipt.objects.bulk_create([own], ignore_conflicts=True)
        hidden_unread = EboxReceipt.objects.filter(document=document, person_id=person_id, first_opened_at=None)
        hidden_unread.update(first_opened_at=at)
        EboxDocument.objects.filter(pk=document.pk, state=EboxState.NEW).update(state=EboxState.READ)


def hide(document: EboxDocument, *, person_id: int, at: datetime) -> None:
    """Leave it out of the person's own list."""
    EboxReceipt.objects.update_or_create(document=document, person_id=person_id, defaults={"hidden_at": at})


def show_again(document: EboxDocument, *, person_id: int) -> None:
    """Take it into the person's list again."""
    EboxReceipt.objects.filter(document=document, person_id=person_id).update(hidden_at=None)


def label(document: EboxDocument, text: str, *, person_id: int) -> None:
    """Put the person's own word on it, of at most LONGEST_LABEL characters; an empty one takes it off."""
    own = {"label": text[:LONGEST_LABEL]}
    EboxReceipt.objects.update_or_create(document=document, person_id=person_id, defaults=own)


def handle(document: EboxDocument, *, by: str, at: datetime) -> bool:
    """Note that a task is done; False when it is none, is done already, or expired."""
    waiting = EboxDocument.objects.filter(pk=document.pk, is_task=True, state__in=[EboxState.NEW, EboxState.READ])
    return bool(waiting.update(state=EboxState.HANDLED, handled_at=at, handled_by=by))


def handle_occasion(environment: Environment, occasion: str, *, by: str, at: datetime) -> bool:
    """Note that the task of that occasion is done, by whatever did what it asked for; False when there is none to do."""
    waiting = EboxDocument.objects.filter(
        environment=environment, occasion=occasion, is_task=True, state__in=[EboxState.NEW, EboxState.READ]
    )
    return bool(waiting.update(state=EboxState.HANDLED, handled_at=at, handled_by=by))


def handle_about(
    environment: Environment, kind: EboxKind, about: str, *, by: str, at: datetime, besides: str = ""
) -> int:
    """Note that every waiting task of that kind about that thing is done, since its cause is gone; return how many.

    That of the occasion `besides` stays.
    """
    waiting = _waiting(environment, kind).filter(about=about).exclude(occasion=besides)
    return waiting.update(state=EboxState.HANDLED, handled_at=at, handled_by=by)


def waiting_about(environment: Environment, kind: EboxKind) -> set[str]:
    """Return what the waiting tasks of that kind are about."""
    return set(_waiting(environment, kind).exclude(about="").values_list("about", flat=True))


def _waiting(environment: Environment, kind: EboxKind) -> QuerySet[EboxDocument]:
    return EboxDocument.objects.filter(
        environment=environment, kind=kind, is_task=True, state__in=[EboxState.NEW, EboxState.READ]
    )


def handle_kind(entity_id: int, quality: str, kind: EboxKind, *, by: str, at: datetime) -> int:
    """Note that every waiting task of that kind in a quality is done; return how many."""
    waiting = EboxDocument.objects.filter(
        entity_id=entity_id, quality=quality, kind=kind, is_task=True, state__in=[EboxState.NEW, EboxState.READ]
    )
    return waiting.update(state=EboxState.HANDLED, handled_at=at, handled_by=by)


def seen_by_manager(entity_id: int, qualities: Sequence[str] | None) -> QuerySet[EboxDocument]:
    """Return, newest first, what a manager of those qualities sees; None for one of the whole entity, who sees all.

    What concerns the entity and is decided by any of its managers is seen by each.
    """
    documents = EboxDocument.objects.filter(entity_id=entity_id, person__isnull=True).exclude(state=EboxState.EXPIRED)
    if qualities is not None:
        documents = documents.filter(Q(quality__in=qualities) | Q(quality="", kind__in=_FOR_EVERY_MANAGER))
    return documents.order_by("-published_at", "-id")


def seen_by_user(entity_id: int, quality: str, *, account_id: int, answers: Q) -> QuerySet[EboxDocument]:
    """Return, newest first, what is routed to a user account in its quality, and the `answers` to what its user asked."""
    services = EboxRoute.objects.filter(entity_id=entity_id, quality=quality, account_id=account_id).values("service")
    return (
        EboxDocument.objects.filter(
            Q(quality=quality) | Q(quality=""),
            Q(service__in=services) | answers,
            entity_id=entity_id,
            person__isnull=True,
        )
        .exclude(service="")
        .exclude(state=EboxState.EXPIRED)
        .order_by("-published_at", "-id")
    )


def seen_by_person(person_id: int) -> QuerySet[EboxDocument]:
    """Return, newest first, what is for that person alone."""
    documents = EboxDocument.objects.filter(person_id=person_id).exclude(state=EboxState.EXPIRED)
    return documents.order_by("-published_at", "-id")


@transaction.atomic
def route(
    account_id: int, services: Collection[str], *, entity_id: int, quality: str, environment: Environment
) -> bool:
    """Let documents of exactly these services go to a user account in its quality; False when they did already."""
    routes = EboxRoute.objects.filter(entity_id=entity_id, quality=quality, account_id=account_id)
    present = set(routes.values_list("service", flat=True))
    routes.exclude(service__in=list(services)).delete()
    EboxRoute.objects.bulk_create(
        (
            EboxRoute(
                entity_id=entity_id, environment=environment, quality=quality, service=service, account_id=account_id
            )
            for service in sorted(set(services) - present)
        ),
        ignore_conflicts=True,
    )
    return present != set(services)


def is_expiring(document: EboxDocument, *, at: datetime) -> bool:
    """Whether less than 30 days of its validity are left, or as many as the settings say."""
    return document.state != EboxState.EXPIRED and document.valid_until - at < limits().expiring


@transaction.atomic
def expire_due(*, at: datetime, limit: int = 1000) -> int:
    """Delete the content of what is no longer valid, and keep that it was there; return how many."""
    due = list(
        EboxDocument.objects.select_for_update(skip_locked=True)
        .filter(valid_until__lte=at)
        .exclude(state=EboxState.EXPIRED)
        .order_by("valid_until")
        .values_list("pk", flat=True)[:limit]
    )
    EboxAttachment.objects.filter(document_id__in=due).delete()
    return EboxDocument.objects.filter(pk__in=due).update(
        state=EboxState.EXPIRED, subjects={}, bodies={}, handled_at=None, handled_by="", is_task=False, due_at=None
    )
