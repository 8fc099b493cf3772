"""Enter and end the mandates by which one entity declares for another."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from domain.brussels import brussels_date
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.quarters import Quarter
from evidence.audit import append_event
from registers.access.models import Entity, Mandate, MandateState


def add_mandate(
    principal: Entity,
    mandatary: Entity,
    *,
    service_group: str,
    from_quarter: Quarter,
    to_quarter: Quarter | None,
    actor: str,
    at: datetime,
) -> bool:
    """Let `mandatary` declare for `principal`, both of one environment; False when it may in those quarters already."""
    if principal.pk == mandatary.pk:
        raise ConfigurationRefusedError(
            "An employer needs no mandate from itself.", next_step="Give the number of the employer it declares for."
        )
    window = {"from_quarter": str(from_quarter), "to_quarter": "" if to_quarter is None else str(to_quarter)}
    living = _living(principal, mandatary, service_group=service_group)
    known = living.first()
    if known is not None:
        if (known.from_quarter, known.to_quarter) == (window["from_quarter"], window["to_quarter"]):
            return False
        raise ConfigurationRefusedError(
            f"There is a mandate from {known.from_quarter} to {known.to_quarter or 'no end'} in environment "
            f"{known.environment} already.",
            next_step="End it before another begins.",
        )
    Mandate.objects.create(
        environment=principal.environment,
        principal=principal,
        mandatary=mandatary,
        service_group=service_group,
        state=MandateState.ACTIVE,
        valid_from=at,
        in_force_from=at,
        created_by=actor,
        source="OPERATOR",
        **window,
    )
    _note("mandate:entered", principal, mandatary, service_group, actor=actor, at=at)
    return True


def end_mandate(
    principal: Entity,
    mandatary: Entity,
    *,
    service_group: str,
    last_quarter: Quarter | None,
    actor: str,
    at: datetime,
) -> bool:
    """End a mandate now, or after its last quarter, which is not over yet; False when there is none.

    What was received before stays: it is judged by the mandates of its reception (decision 0041).
    """
    if last_quarter is not None and last_quarter < Quarter.of(brussels_date(at)):
        raise ConfigurationRefusedError(
            f"Quarter {last_quarter} is over, and what was received since stays.",
            next_step="Give no last quarter: the mandate ends now.",
        )
    living = _living(principal, mandatary, service_group=service_group)
    if last_quarter is None:
        changed = living.update(state=MandateState.CLOSED, valid_until=at)
    else:
        changed = living.update(to_quarter=str(last_quarter))
    if changed:
        _note("mandate:ended", principal, mandatary, service_group, actor=actor, at=at)
    return bool(changed)


def entities_of(company_number: str, environments: Collection[Environment]) -> dict[Environment, Entity]:
    """Return the living entity of that company number in each environment that has one."""
    living = Entity.objects.filter(
        company_number=company_number, environment__in=list(environments), valid_until__isnull=True
    )
    return {Environment(entity.environment): entity for entity in living}


def _living(principal: Entity, mandatary: Entity, *, service_group: str) -> QuerySet[Mandate]:
    return Mandate.objects.filter(
        environment=principal.environment,
        principal=principal,
        mandatary=mandatary,
        service_group=service_group,
        valid_until__isnull=True,
    )


def _note(action: str, principal: Entity, mandatary: Entity, service_group: str, *, actor: str, at: datetime) -> None:
    append_event(
        action,
        at=at,
        actor=actor,
        environment=str(principal.environment),
        principal=principal.company_number,
        mandatary=mandatary.company_number,
        group=service_group,
    )
