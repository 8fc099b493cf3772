"""Tell whoever may accept an offered mandate, by mail and a task in the company's e-Box, until it is decided."""

from datetime import datetime

from django.db.models import Q

from correspondence.ebox import Posting, handle_occasion, publish
from correspondence.models import EboxKind
from domain.access.actors import Actor
from domain.access.roles import ROLES_OF_ENTITY
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.states import AccountState, AppointmentState, GrantState
from domain.environments import Environment
from registers.access.account_letters import AccountLetter, write_to
from registers.access.ebox_tasks import PUBLISHER
from registers.access.models import Appointment, Entity, Grant, Mandate


def ask_to_decide(row: Mandate, *, offering: Entity, asked: Entity, at: datetime) -> None:
    """Put the task into the e-Box of the company that is asked, and write to each who may decide; a test concerns nobody.

    Offers of one moment between the same two companies are told in one letter.
    """
    publish(
        Posting(
            kind=EboxKind.MANDATE_OFFERED,
            environment=Environment(row.environment),
            entity_id=asked.pk,
            service=ServiceCode.MANDATES,
            values={
                "company": offering.company_number,
                "group": f"MANDATE_{row.service_group}",
                "quarter": row.from_quarter,
            },
            publisher=PUBLISHER,
            occasion=_occasion(row),
            about=str(row.pk),
        ),
        at=at,
    )
    if row.environment == Environment.PRODUCTION:
        occasion = f"mandates offered by {offering.pk} to {asked.pk} {at.isoformat()}"
        is_giving = asked.pk == row.principal_id and row.service_group == ServiceGroup.ACCESS_MANAGEMENT
        asked_people = _main_managers(asked.pk) if is_giving else _who_may_decide(asked.pk, at=at)
        write_to(asked_people, AccountLetter.MANDATE_OFFERED, occasion=occasion, at=at)


def decided(row: Mandate, *, by: Actor, at: datetime) -> None:
    """Note that the task is done: the offer was accepted, refused or withdrawn."""
    handle_occasion(Environment(row.environment), _occasion(row), by=by.name, at=at)


def _main_managers(entity_id: int) -> set[int]:
    """Return who manages the whole company, and alone gives the mandate for access."""
    managers = Appointment.objects.filter(
        entity_id=entity_id, state=AppointmentState.ACTIVE, role__in=[str(role) for role in ROLES_OF_ENTITY]
    )
    return set(managers.values_list("person_id", flat=True))


def _who_may_decide(entity_id: int, *, at: datetime) -> set[int]:
    """Return the access managers of a company, and its users who manage mandates."""
    managers = Appointment.objects.filter(entity_id=entity_id, state=AppointmentState.ACTIVE)
    rights = Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        account__entity_id=entity_id,
        account__state=AccountState.ACTIVE,
        service=ServiceCode.MANDATES,
        right=Right.MANAGE,
        state=GrantState.ACTIVE,
        valid_from__lte=at,
    )
    found = managers.values_list("person_id", flat=True).union(rights.values_list("account__person_id", flat=True))
    return {person_id for person_id in found if person_id is not None}


def _occasion(row: Mandate) -> str:
    return f"mandate {row.pk} offered"
