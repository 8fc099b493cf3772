"""The access declarations that a manager sees: of the company or of his quality; others look like ones that are not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.http import Http404

from auth.models import Session
from domain.access.roles import ROLES_OF_ENTITY
from domain.access.standings import Standing
from domain.access_states import DeclaredFormState, DeclaredState
from domain.environments import Environment
from portal.pages.people.own_people import called_in_company, require_managing
from portal.pages.permissions import entity_of
from registers.access.declarations.scheduling import manages_held
from registers.access.models import DeclaredAccess, DeclaredForm

HELD = DeclaredFormState.AWAITING_CONFIRMATION


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose declarations a manager sees: those of a company, in some `qualities` of it, None for all."""

    entity_id: int
    qualities: Sequence[str] | None
    standing: Standing

    def within(self, field: str) -> Q:
        """Return the condition that a form, at `field`, is in reach."""
        condition = Q(**{f"{field}entity_id": self.entity_id, f"{field}environment": Environment.PRODUCTION})
        return condition if self.qualities is None else condition & Q(**{f"{field}quality__in": list(self.qualities)})


def reach_of(stay: Session, *, at: datetime) -> Reach:
    """Return what the person of the stay sees; Denied, or Http404, for who manages nothing here."""
    standing = require_managing(stay, at=at)
    qualities = None if standing.roles & ROLES_OF_ENTITY else [stay.quality]
    return Reach(entity_of(stay).pk, qualities, standing)


def declarations_of(reach: Reach) -> QuerySet[DeclaredAccess]:
    """Return the declarations in reach, each with the `name` by which the company knows the person, empty for none."""
    rows = DeclaredAccess.objects.filter(reach.within("form__")).annotate(
        name=called_in_company(entity="form__entity_id")
    )
    return rows.select_related("form__submission", "account", "appointment")


def waiting_of(reach: Reach, *, at: datetime) -> QuerySet[DeclaredAccess]:
    """Return those that wait at that instant for a confirmation or an acceptance, the oldest first."""
    waiting = declarations_of(reach).filter(state=DeclaredState.PENDING_CONFIRMATION, expires_at__gt=at)
    return waiting.order_by("pk")


def find_declaration(reach: Reach, ticket: str) -> DeclaredAccess:
    """Return one of them; Http404 for any other."""
    row = declarations_of(reach).filter(ticket=ticket).first()
    if row is None:
        raise Http404
    return row


def held_files(reach: Reach, *, at: datetime) -> Sequence[Mapping[str, Any]]:
    """Return the files that wait at that instant: `ticket`, `name`, `until`, and the `count` of declarations of each."""
    forms = DeclaredForm.objects.filter(reach.within(""), state=HELD, expires_at__gt=at)
    return list(
        forms.values(ticket=F("submission__ticket"), name=F("submission__subject_name"))
        .annotate(
            until=Min("expires_at"),
            count=Count("declarations", filter=Q(declarations__state=DeclaredState.RECEIVED)),
        )
        .order_by("until", "ticket")
    )


def file_waits(forms: Sequence[DeclaredForm], *, at: datetime) -> bool:
    """Whether somebody has yet to decide about the forms of a file, and in time."""
    held = [form for form in forms if form.state == HELD]
    return bool(held) and all(form.expires_at is not None and at < form.expires_at for form in held)


def may_decide_file(forms: Sequence[DeclaredForm], reach: Reach, *, at: datetime) -> bool:
    """Whether it waits and the reader manages all that it is about; the register looks again when it is done."""
    person_id = reach.standing.person_id
    return file_waits(forms, at=at) and manages_held(forms[0].submission_id, reach.entity_id, person_id)


def forms_of_file(reach: Reach, ticket: str) -> list[DeclaredForm]:
    """Return the forms in reach of a file that is or was held; Http404 when there is none."""
    forms = DeclaredForm.objects.filter(reach.within(""), submission__ticket=ticket, expires_at__isnull=False)
    found = list(forms.select_related("submission", "entity").order_by("pk"))
    if not found:
        raise Http404
    return found
