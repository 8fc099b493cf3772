"""Give a company a registration number, the first one or another one, and take one back that was never its own.

What a company was called before goes on to name it: forms that are on their way, and periods' declarations, keep the number
that their employer knew then.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from registers.access.entities import require_company_number, require_free_number
from registers.access.entity_accounts import require_reason
from registers.access.models import Entity, RegistrationNumber


def give_number(company_number: str, number: str, *, reason: str, actor: str, at: datetime) -> list[Environment]:
    """Call the company by that registration number in each environment; return those in which it was called otherwise.

    The caller's transaction locks the company. Raises ConfigurationRefusedError for a number that is or was another's.
    """
    require_reason(reason)
    company = require_company_number(company_number)
    entities = _lock(company)
    require_free_number(number, [Environment(entity.environment) for entity in entities], of=entities)
    changed = [entity for entity in entities if entity.nsso_number != number]
    for entity in changed:
        replaced, entity.nsso_number = entity.nsso_number, number
        entity.save(update_fields=["nsso_number"])
        append_event(
            "entity:numbered",
            at=at,
            actor=actor,
            company=company,
            environment=entity.environment,
            number=number,
            replaced=replaced,
            reason=reason,
        )
    return [Environment(entity.environment) for entity in changed]


def withdraw_number(company_number: str, number: str, *, reason: str, actor: str, at: datetime) -> None:
    """Let a number that was entered by mistake name the company no more, so that its true owner can have it.

    Raises ConfigurationRefusedError where the company never had it, or is called by it and has another one besides.
    """
    require_reason(reason)
    company = require_company_number(company_number)
    entities = _lock(company)
    rows = RegistrationNumber.objects.filter(entity__in=entities, number=number)
    environments = sorted(rows.values_list("environment", flat=True))
    if not environments:
        raise ConfigurationRefusedError(
            f"The company {company} never had the registration number {number}.",
            next_step=f"See which it has with `guichet employers numbers {company}`.",
        )
    present = [entity for entity in entities if entity.nsso_number == number]
    if RegistrationNumber.objects.filter(entity__in=present).exclude(number=number).exists():
        raise ConfigurationRefusedError(
            f"The company {company} is called by the registration number {number} now.",
            next_step="Give it the right one with `guichet employers give-number`, a former one too, then take this one away.",
        )
    Entity.objects.filter(pk__in=[entity.pk for entity in present]).update(nsso_number="")
    rows.delete()
    append_event(
        "entity:number-withdrawn",
        at=at,
        actor=actor,
        company=company,
        environments=environments,
        number=number,
        reason=reason,
    )


def numbers_had(company_number: str) -> list[tuple[str, str, datetime, bool]]:
    """Return by which numbers the company is and was called: environment, number, since when, and whether it is now."""
    rows = RegistrationNumber.objects.select_related("entity").filter(
        entity__company_number=require_company_number(company_number), entity__valid_until__isnull=True
    )
    return [
        (row.environment, row.number, row.noted_at, row.number == row.entity.nsso_number)
        for row in rows.order_by("environment", "noted_at", "pk")
    ]


def _lock(company_number: str) -> Sequence[Entity]:
    living = Entity.objects.filter(company_number=company_number, valid_until__isnull=True)
    entities = list(living.select_for_update().order_by("pk"))
    if not entities:
        raise ConfigurationRefusedError(
            f"No company {company_number} is entered yet.",
            next_step="Enter it with `guichet mandates add` or `guichet account register`, which take its number.",
        )
    return entities
