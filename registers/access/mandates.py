"""Enter and end the mandates by which one entity declares for another, as an operator does for both."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from domain.access.actors import Actor
from domain.brussels import brussels_date
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.quarters import Quarter
from evidence.audit import append_event
from registers.access.mandating import finish_mandate, put_into_force
from registers.access.models import Entity, Mandate, MandateState


@transaction.atomic
def add_mandate(
    principal: Entity,
    mandatary: Entity,
    *,
    service_group: str,
    from_quarter: Quarter,
    to_quarter: Quarter | None,
    by: Actor,
    at: datetime,
) -> bool:
    """Let `mandatary` declare for `principal`, both of one environment; False when it may in those quarters already.

    What one of the two offered for those quarters, and the other did not decide yet, is put into force.
    """
    if principal.pk == mandatary.pk:
        raise ConfigurationRefusedError(
            "An employer needs no mandate from itself.", next_step="Give the number of the employer it declares for."
        )
    window = {"from_quarter": str(from_quarter), "to_quarter": "" if to_quarter is None else str(to_quarter)}
    known = _living(principal, mandatary, service_group=service_group).first()
    if known is not None:
        _require_same_quarters(known, window)
        if known.state == MandateState.ACTIVE:
            return False
        put_into_force(known, by=by, at=at)
        return True
    Mandate.objects.create(
        environment=principal.environment,
        principal=principal,
        mandatary=mandatary,
        service_group=service_group,
        state=MandateState.ACTIVE,
        valid_from=at,
        in_force_from=at,
        created_by=by.name,
        source=by.source,
        **window,
    )
    _note("mandate:entered", principal, mandatary, service_group, by=by, at=at)
    return True


@transaction.atomic
def end_mandate(
    principal: Entity,
    mandatary: Entity,
    *,
    service_group: str,
    last_quarter: Quarter | None,
    by: Actor,
    at: datetime,
) -> bool:
    """End a mandate now, or after its last quarter, which is not over yet; False when there is none.

    What was merely offered is withdrawn, and has no last quarter. What was received before stays: it is judged by the mandates of its reception (decision 0041).
    """
    if last_quarter is not None and last_quarter < Quarter.of(brussels_date(at)):
        raise ConfigurationRefusedError(
            f"Quarter {last_quarter} is over, and what was received since stays.",
            next_step="Give no last quarter: the mandate ends now.",
        )
    living = _living(principal, mandatary, service_group=service_group)
    if last_quarter is None:
        rows = list(living)
        for row in rows:
            finish_mandate(row, by=by, at=at)
        return bool(rows)
    changed = living.filter(state=MandateState.ACTIVE).update(to_quarter=str(last_quarter))
    if changed:
        _note("mandate:ended", principal, mandatary, service_group, by=by, at=at)
    return bool(changed)


def entities_of(company_number: str, environments: Collection[Environment]) -> dict[Environment, Entity]:
    """Return the living entity of that company number in each environment that has one."""
    living = Entity.objects.filter(
        company_number=company_number, environment__in=list(environments), valid_until__isnull=True
    )
    return {Environment(entity.environment): entity for entity in living}


def _living(principal: Entity, mandatary: Entity, *, service_group: str) -> QuerySet[Mandate]:
    """Return, locked, the mandate or the offer between the two."""
    return Mandate.objects.select_for_update().filter(
        environment=principal.environment,
        principal=principal,
        mandatary=mandatary,
        service_group=service_group,
        valid_until__isnull=True,
    )


def _require_same_quarters(known: Mandate, window: dict[str, str]) -> None:
    if (known.from_quarter, known.to_quarter) != (window["from_quarter"], window["to_quarter"]):
        what = "mandate" if known.state == MandateState.ACTIVE else "mandate that is offered"
        raise ConfigurationRefusedError(
            f"There is a {what} from {known.from_quarter} to {known.to_quarter or 'no end'} in environment "
            f"{known.environment} already.",
            next_step="End it before another begins.",
        )


def _note(action: str, principal: Entity, mandatary: Entity, service_group: str, *, by: Actor, at: datetime) -> None:
    append_event(
        action,
        at=at,
        actor=by.name,
        environment=str(principal.environment),
        principal=principal.company_number,
        mandatary=mandatary.company_number,
        group=service_group,
    )
