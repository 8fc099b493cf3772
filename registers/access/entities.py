"""Enter companies and authorities in the access register, the same in each environment."""

from collections.abc import Collection
from datetime import datetime

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import (
    is_company_number,
    is_nsso_number,
    is_provisional_nsso_number,
    normalise_company_number,
)
from evidence.audit import append_event
from registers.access.models import Entity, RegistrationNumber

_LONGEST_NAME = 200


def enter_entity(
    company_number: str,
    *,
    name: str | None,
    nsso_number: str | None,
    environments: Collection[Environment] = tuple(Environment),
    actor: str,
    at: datetime,
) -> dict[Environment, Entity]:
    """Return the living entity of that company number in each environment, entered where it is not there yet.

    One that is to be entered needs a `name`, and an `nsso_number` when it declares as an employer.
    """
    number = require_company_number(company_number)
    known = {
        Environment(entity.environment): entity
        for entity in Entity.objects.filter(
            company_number=number, environment__in=list(environments), valid_until__isnull=True
        )
    }
    _require_same(known.values(), nsso_number)
    missing = [environment for environment in environments if environment not in known]
    if not missing:
        return known
    like = next(iter(known.values()), None)
    named = _require_named(number, name or (like.name if like else None))
    nsso = nsso_number or (like.nsso_number if like else "")
    if nsso:
        require_free_number(nsso, missing)
    for environment in missing:
        known[environment] = Entity.objects.create(
            environment=environment,
            company_number=number,
            nsso_number=nsso,
            name=named,
            valid_from=at,
            created_by=actor,
            source="OPERATOR",
        )
    append_event("entity:entered", at=at, actor=actor, company=number, environments=list(map(str, missing)))
    return known


def require_company_number(text: str) -> str:
    """Return the company number in its ten digits; ConfigurationRefusedError when it is none."""
    digits = text.replace(".", "")
    if not is_company_number(digits):
        raise ConfigurationRefusedError(
            f"{text!r} is no company number.", next_step="It has ten digits, the last two check the others."
        )
    return normalise_company_number(digits)


def _require_same(known: Collection[Entity], nsso_number: str | None) -> None:
    if not nsso_number:
        return
    had = set(
        RegistrationNumber.objects.filter(number=nsso_number, entity__in=known).values_list("entity_id", flat=True)
    )
    for entity in known:
        if entity.pk not in had:
            raise ConfigurationRefusedError(
                f"The company {entity.company_number} is entered with the registration number "
                f"{entity.nsso_number or 'none'}, not {nsso_number}.",
                next_step="Leave the registration number out, or give it with `guichet employers give-number` first.",
            )


def _require_named(number: str, name: str | None) -> str:
    if not name:
        raise ConfigurationRefusedError(
            f"No company {number} is entered yet.",
            next_step="Give its name, and its registration number if it has one.",
        )
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise ConfigurationRefusedError("The name is too long or not printable.", next_step="Take 1 to 200 characters.")
    return name


def require_free_number(number: str, environments: Collection[Environment], *, of: Collection[Entity] = ()) -> None:
    """Refuse what is no registration number, or what is or was one of a living entity that is none of `of`."""
    if not (is_nsso_number(number) or is_provisional_nsso_number(number)):
        raise ConfigurationRefusedError(
            f"{number!r} is no registration number.", next_step="It has nine digits, a provisional one ten."
        )
    taken = RegistrationNumber.objects.filter(
        number=number, environment__in=list(environments), entity__valid_until__isnull=True
    )
    if taken.exclude(entity__in=of).exists():
        raise ConfigurationRefusedError(
            f"The registration number {number} is or was another company's.",
            next_step="Compare both numbers with the source.",
        )
