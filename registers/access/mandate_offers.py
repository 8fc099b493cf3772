"""Tell whoever may accept an offered mandate, by mail and a task in the company's e-Box, until it is decided."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from correspondence.ebox import Posting, handle_occasion, publish
from correspondence.models import EboxKind
from domain.access.actors import Actor
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.states import AccountState, AppointmentState, GrantState
from domain.environments import Environment
from registers.access.account_letters import AccountLetter, write_to
from registers.access.authority import standard_quality
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
        write_to(_who_may_decide(row, asked.pk, at=at), AccountLetter.MANDATE_OFFERED, occasion=occasion, at=at)


def decided(row: Mandate, *, by: Actor, at: datetime) -> None:
    """Note that the task is done: the offer was accepted, refused or withdrawn."""
    handle_occasion(Environment(row.environment), _occasion(row), by=by.name, at=at)


def _who_may_decide(row: Mandate, asked_id: int, *, at: datetime) -> set[int]:
    """Return who may agree to the offer for the company that is asked, as `groups_agreed_by` says."""
    if row.service_group == ServiceGroup.ACCESS_MANAGEMENT:
        return _managers(asked_id, {""})
    standard = standard_quality(asked_id)
    return _managers(asked_id, {"", standard}) | _entitled(asked_id, standard, at=at)


def _managers(entity_id: int, qualities: Collection[str]) -> set[int]:
    """Return the access managers of those qualities of a company; the empty one is the main managers'."""
    held = Appointment.objects.filter(entity_id=entity_id, state=AppointmentState.ACTIVE, quality__in=qualities)
    return set(held.values_list("person_id", flat=True))


def _entitled(entity_id: int, quality: str, *, at: datetime) -> set[int]:
    """Return the users of a quality of a company with the right to manage mandates."""
    rights = Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        account__entity_id=entity_id,
        account__quality=quality,
        account__state=AccountState.ACTIVE,
        service=ServiceCode.MANDATES,
        right=Right.MANAGE,
        state=GrantState.ACTIVE,
        valid_from__lte=at,
    )
    return {person_id for person_id in rights.values_list("account__person_id", flat=True) if person_id is not None}


def _occasion(row: Mandate) -> str:
    return f"mandate {row.pk} offered"
