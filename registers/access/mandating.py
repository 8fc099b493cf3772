"""Mandates between two companies: one proposes, the other validates, each may end it (access and login §1.1, §4.2)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from domain.access.actors import Actor, ActorKind
from domain.access.mandates import groups_agreed_by
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.assurance import MANDATE_LEVEL
from domain.quarters import Quarter
from evidence.audit import append_event
from registers.access.authority import (
    holds_right,
    lock_active_account,
    mandates_held,
    not_entitled,
    require_level,
    roles_of,
    standard_quality,
)
from registers.access.grant_closing import STANDING, close_grant
from registers.access.mandate_offers import ask_to_decide, decided
from registers.access.models import Entity, Grant, Mandate, MandateParty, MandateState

_BETWEEN = {MandateParty.PRINCIPAL: MandateParty.MANDATARY, MandateParty.MANDATARY: MandateParty.PRINCIPAL}


@transaction.atomic
def propose_mandate(
    principal: Entity,
    mandatary: Entity,
    *,
    proposing: MandateParty,
    quality: str,
    group: ServiceGroup,
    from_quarter: Quarter,
    to_quarter: Quarter | None = None,
    by: Actor,
    at: datetime,
) -> Mandate:
    """Propose that `mandatary` acts for `principal` in a group of services; the other party validates it.

    `quality` is the one in which `by` acts for the proposing party, at level 450. AccessRefusedError without the right to
    manage mandates, and where there is a mandate for that group already.
    """
    own = principal if proposing is MandateParty.PRINCIPAL else mandatary
    _require_reach(own.pk, group, quality, by=by, at=at)
    if principal.environment != mandatary.environment or principal.pk == mandatary.pk:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN,
            "A mandate is between two companies.",
            next_step="Give the number of the other company.",
        )
    if to_quarter is not None and to_quarter < from_quarter:
        raise AccessRefusedError(
            RefusalReason.OUTSIDE_ACCOUNT_PERIOD,
            f"The mandate would end in {to_quarter}, before {from_quarter}.",
            next_step="Exchange the quarters.",
        )
    Entity.objects.select_for_update().get(pk=principal.pk)
    living = Mandate.objects.filter(
        principal=principal, mandatary=mandatary, service_group=group, valid_until__isnull=True
    )
    if living.exists():
        raise AccessRefusedError(
            RefusalReason.HELD_ALREADY,
            "There is a mandate for these services between the two, or one is proposed.",
            next_step="End that one first.",
        )
    row = Mandate.objects.create(
        environment=principal.environment,
        principal=principal,
        mandatary=mandatary,
        service_group=group,
        from_quarter=str(from_quarter),
        to_quarter="" if to_quarter is None else str(to_quarter),
        state=MandateState.PENDING,
        proposed_by=proposing,
        valid_from=at,
        created_by=by.name,
        source=by.source,
    )
    _note("mandate:proposed", row, by=by, at=at)
    asked = mandatary if proposing is MandateParty.PRINCIPAL else principal
    ask_to_decide(row, offering=own, asked=asked, at=at)
    return row


@transaction.atomic
def validate_mandate(mandate_id: int, *, quality: str, by: Actor, at: datetime) -> Mandate:
    """Let the party that did not propose it put the mandate into force."""
    row = _lock_pending(mandate_id, quality=quality, by=by, at=at)
    put_into_force(row, by=by, at=at)
    return row


@transaction.atomic
def refuse_mandate(mandate_id: int, *, quality: str, by: Actor, at: datetime) -> Mandate:
    """Let the party that did not propose it refuse the mandate."""
    row = _lock_pending(mandate_id, quality=quality, by=by, at=at)
    row.state, row.valid_until = MandateState.REFUSED, at
    row.save(update_fields=["state", "valid_until"])
    _note("mandate:refused", row, by=by, at=at)
    decided(row, by=by, at=at)
    return row


@transaction.atomic
def close_mandate(mandate_id: int, *, party: MandateParty, quality: str, by: Actor, at: datetime) -> Mandate:
    """Let either party end a mandate, or withdraw a proposal, at once; rights that were given by it end with it."""
    row = _lock(mandate_id)
    _require_party(row, party, quality, by=by, at=at)
    if row.valid_until is not None:
        raise _over(row)
    finish_mandate(row, by=by, at=at)
    return row


def put_into_force(row: Mandate, *, by: Actor, at: datetime) -> None:
    """Put an offered mandate, which is locked, into force; its task is done."""
    row.state, row.in_force_from = MandateState.ACTIVE, at
    row.save(update_fields=["state", "in_force_from"])
    _note("mandate:validated", row, by=by, at=at)
    decided(row, by=by, at=at)


def finish_mandate(row: Mandate, *, by: Actor, at: datetime) -> None:
    """End a mandate, or an offer, that is locked; rights that were given by it end with it, and its task is done."""
    row.state, row.valid_until = MandateState.CLOSED, at
    row.save(update_fields=["state", "valid_until"])
    for held in _given_by(row, at=at):
        close_grant(held, by=by, at=at)
    _note("mandate:ended", row, by=by, at=at)
    decided(row, by=by, at=at)


@transaction.atomic
def end_rights_without_mandate(*, at: datetime) -> int:
    """End rights that were given by mandates which reach them no more, as when the last quarter is over; return how many."""
    held: dict[tuple[int, int], dict[str, int]] = {}
    ended = 0
    for right in _open_rights(at=at).filter(via_mandate__isnull=False).select_related("via_mandate"):
        mandate = right.via_mandate
        if mandate is None:
            continue
        pair = (mandate.mandatary_id, mandate.principal_id)
        if pair not in held:
            held[pair] = mandates_held(*pair, at=at)
        if not {mandate.service_group, str(ServiceGroup.ACCESS_MANAGEMENT)} <= set(held[pair]):
            close_grant(right, by=Actor.platform(), at=at)
            ended += 1
    return ended


def _given_by(row: Mandate, *, at: datetime) -> QuerySet[Grant]:
    """Return the rights given by a mandate; the one for access carries whatever its holder gave."""
    if row.service_group == ServiceGroup.ACCESS_MANAGEMENT:
        return _open_rights(at=at).filter(
            via_mandate__principal_id=row.principal_id, via_mandate__mandatary_id=row.mandatary_id
        )
    return _open_rights(at=at).filter(via_mandate=row)


def _open_rights(*, at: datetime) -> QuerySet[Grant]:
    return Grant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), state__in=STANDING)


def _lock_pending(mandate_id: int, *, quality: str, by: Actor, at: datetime) -> Mandate:
    row = _lock(mandate_id)
    if row.state != MandateState.PENDING:
        raise _over(row)
    _require_party(row, _BETWEEN[MandateParty(row.proposed_by)], quality, by=by, at=at)
    return row


def _lock(mandate_id: int) -> Mandate:
    row = Mandate.objects.select_for_update().filter(pk=mandate_id).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "There is no such mandate.", next_step="Look at the list of mandates again."
        )
    return row


def _require_party(row: Mandate, party: MandateParty, quality: str, *, by: Actor, at: datetime) -> None:
    """Refuse unless `by` agrees to such mandates for that party; what he could not give or take up, he does not end."""
    entity_id = row.principal_id if party is MandateParty.PRINCIPAL else row.mandatary_id
    _require_reach(entity_id, row.service_group, quality, by=by, at=at)


def _require_reach(entity_id: int, group: str, quality: str, *, by: Actor, at: datetime) -> None:
    """Refuse whoever would bind qualities that he does not manage himself, on either side (access and login §2.1)."""
    lock_active_account(entity_id)
    require_level(by, MANDATE_LEVEL)
    if by.kind is not ActorKind.PERSON or by.person_id is None:
        raise not_entitled()
    roles = roles_of(by.person_id, entity_id, quality)
    manages = bool(roles) or holds_right(by.person_id, entity_id, quality, ServiceCode.MANDATES, Right.MANAGE, at=at)
    is_standard = quality == standard_quality(entity_id)
    if group in groups_agreed_by(roles, manages_mandates=manages, in_standard_quality=is_standard):
        return
    if not manages:
        raise not_entitled()
    raise _of_the_whole_company(group)


def _of_the_whole_company(group: str) -> AccessRefusedError:
    if group == ServiceGroup.ACCESS_MANAGEMENT:
        return AccessRefusedError(
            RefusalReason.NOT_ENTITLED,
            "The mandate for access reaches every quality of the company.",
            next_step="The main access manager or the co-main access manager agrees to it and ends it.",
        )
    return AccessRefusedError(
        RefusalReason.NOT_ENTITLED,
        "A mandate binds the whole company, whose standard quality is another one.",
        next_step="The main access manager, or who manages mandates in the standard quality, agrees to it and ends it.",
    )


def _over(row: Mandate) -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.STATE_FORBIDS, f"The mandate is {row.state}.", next_step="Look at the list of mandates again."
    )


def _note(action: str, row: Mandate, *, by: Actor, at: datetime) -> None:
    append_event(
        action,
        at=at,
        actor=by.name,
        mandate=row.pk,
        principal=row.principal_id,
        mandatary=row.mandatary_id,
        group=row.service_group,
        source=by.source,
    )
