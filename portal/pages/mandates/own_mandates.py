"""The mandates that the company of a stay gave or holds; anybody else's look like mandates there are not."""

from datetime import datetime

from django.db.models import Case, Q, QuerySet, When
from django.http import Http404

from auth.models import Session
from domain.access.mandates import groups_agreed_by
from domain.access.requests import UseOfService
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.standings import Standing
from portal.pages.mandates.words import BY_WHOM
from portal.pages.permissions import require_one_of, require_some_of
from portal.pages.refusals import Denied
from registers.access.authority import standard_quality
from registers.access.models import Entity, EntityAccount, Mandate, MandateParty, MandateState

Groups = frozenset[ServiceGroup]
OPENING = _READING, _MANAGING = (
    UseOfService(ServiceCode.MANDATES, Right.CONSULT),
    UseOfService(ServiceCode.MANDATES, Right.MANAGE),
)


def require_reading(stay: Session, *, at: datetime) -> Groups:
    """Return the groups of services whose mandates the reader agrees to and ends; Denied for whoever may read none."""
    standing, allowed = require_some_of(stay, OPENING, at=at)
    return _agreed_by(stay, standing, manages=_MANAGING in allowed)


def require_managing(stay: Session, *, at: datetime) -> Groups:
    """Return the same, at least one; Denied for whoever agrees to no mandate of the company."""
    groups = _agreed_by(stay, require_one_of(stay, _MANAGING, at=at), manages=True)
    if not groups:
        raise Denied(str(BY_WHOM))
    return groups


def _agreed_by(stay: Session, standing: Standing, *, manages: bool) -> Groups:
    is_standard = stay.quality == standard_quality(stay.entity_id or 0)
    return groups_agreed_by(standing.roles, manages_mandates=manages, in_standard_quality=is_standard)


def mandates_of(stay: Session) -> QuerySet[Mandate]:
    """Return those that the company gave and those that it holds, with both companies; by `rank`, what waits comes first."""
    own = stay.entity_id or 0
    rank = Case(When(state=MandateState.PENDING, then=0), When(state=MandateState.ACTIVE, then=1), default=2)
    rows = Mandate.objects.filter(Q(principal=own) | Q(mandatary=own)).annotate(rank=rank)
    return rows.select_related("principal", "mandatary")


def find_own(stay: Session, mandate_id: int) -> Mandate:
    """Return one of them; Http404 for anybody else's."""
    row = mandates_of(stay).filter(pk=mandate_id).first()
    if row is None:
        raise Http404
    return row


def party_of(stay: Session, row: Mandate) -> MandateParty:
    """Return on which side of the mandate the company of the stay is."""
    return MandateParty.PRINCIPAL if row.principal_id == stay.entity_id else MandateParty.MANDATARY


def find_company(number: str, *, environment: str) -> Entity | None:
    """Return the company of that number, None unless it has an active account, in which somebody can accept."""
    account = EntityAccount.objects.select_related("entity").filter(
        environment=environment,
        state="ACTIVE",
        entity__company_number=number,
        entity__state="ACTIVE",
        entity__valid_until__isnull=True,
    )
    found = account.first()
    return None if found is None else found.entity
