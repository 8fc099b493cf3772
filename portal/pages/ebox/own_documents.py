"""The documents that a person sees in the e-Box of the company; others look like documents there are not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.http import Http404
from django.utils.translation import get_language

from auth.models import Session
from correspondence.ebox import seen_by_manager, seen_by_user
from correspondence.models import EboxDocument, EboxKind, EboxReceipt
from domain.access.requests import Action
from domain.access.roles import ROLES_OF_ENTITY
from domain.access.states import AccountState, EntityAccountState
from portal.pages.permissions import entity_of, person_of, require_action
from portal.pages.refusals import Denied
from registers.access.models import UserAccount
from registers.checkins.correction_lists import asked_by


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what; `subject`, `is_hidden`, `is_opened` and `own_label` of each document are the reader's own."""

    person_id: int
    documents: QuerySet[Any]
    is_manager: bool


def reader_of(stay: Session, *, at: datetime) -> Reader:
    """Return what the person of the stay reads: a manager all of his reach, a user what is routed to him or answers him.

    Denied, or Http404, for who is neither.
    """
    entity, person_id = entity_of(stay), person_of(stay)
    try:
        standing = require_action(stay, Action.READ_EBOX, at=at)
    except Denied:
        account = _account_of(stay, person_id)
        if account is None:
            raise
        return Reader(
            person_id,
            as_read_by(
                seen_by_user(entity.pk, stay.quality, account_id=account, answers=answers_to(person_id)), person_id
            ),
            is_manager=False,
        )
    reach = None if standing.roles & ROLES_OF_ENTITY else [stay.quality]
    return Reader(person_id, as_read_by(seen_by_manager(entity.pk, reach), person_id), is_manager=True)


def find_document(reader: Reader, document_id: int) -> EboxDocument:
    """Return one of them; Http404 for any other."""
    document: EboxDocument | None = reader.documents.filter(pk=document_id).first()
    if document is None:
        raise Http404
    return document


def answers_to(person_id: int) -> Q:
    """Return which documents tell of a correction that the person asked for in a company's name: of the decision, or what it lacks."""
    asked = asked_by(person_id).filter(environment=OuterRef("environment"), number=OuterRef("about"))
    return Q(Exists(asked), kind__in=[EboxKind.CORRECTION_DECIDED, EboxKind.EVIDENCE_AWAITED])


def _account_of(stay: Session, person_id: int) -> int | None:
    own = UserAccount.objects.filter(
        entity_id=entity_of(stay).pk,
        quality=stay.quality,
        person_id=person_id,
        state=AccountState.ACTIVE,
        entity__account__state=EntityAccountState.ACTIVE,
        entity__state="ACTIVE",
    )
    return own.values_list("pk", flat=True).first()


def as_read_by(documents: QuerySet[EboxDocument], person_id: int) -> QuerySet[Any]:
    """Return documents with `subject` in the reader's language, `is_hidden`, `is_opened` and `own_label` of that person."""
    receipts = EboxReceipt.objects.filter(document=OuterRef("pk"), person_id=person_id)
    language = (get_language() or "en")[:2]
    return documents.annotate(
        subject=Cast(KeyTextTransform(language, "subjects"), CharField()),
        is_hidden=Exists(receipts.filter(hidden_at__isnull=False)),
        is_opened=Exists(receipts.filter(first_opened_at__isnull=False)),
        own_label=Coalesce(Subquery(receipts.values("label")[:1]), Value("")),
    )
