"""Tell companies and workers by their e-Boxes that something about check-ins waits; a mail without content goes with it."""

from datetime import datetime

from correspondence.ebox import Posting, publish
from correspondence.models import EboxKind
from domain.access.services import ServiceCode
from domain.environments import Environment
from registers.access.models import Entity, EntityState

PUBLISHER = "check-in register"


def tell_company(company: str, environment: str, kind: EboxKind, *, occasion: str, at: datetime) -> bool:
    """Put a document into the e-Box of a company, routed as those of check-ins; False when the company is unknown here."""
    entity = Entity.objects.filter(
        environment=environment, company_number=company, state=EntityState.ACTIVE, valid_until__isnull=True
    ).first()
    if entity is None:
        return False
    publish(
        Posting(
            kind=kind,
            environment=Environment(environment),
            values={},
            publisher=PUBLISHER,
            occasion=f"{occasion}, company {company}",
            entity_id=entity.pk,
            service=str(ServiceCode.CHECK_INS),
        ),
        at=at,
    )
    return True


def tell_person(person_id: int, environment: str, kind: EboxKind, *, occasion: str, at: datetime) -> None:
    """Put a document into the e-Box of a person."""
    publish(
        Posting(
            kind=kind,
            environment=Environment(environment),
            values={},
            publisher=PUBLISHER,
            occasion=f"{occasion}, person {person_id}",
            person_id=person_id,
        ),
        at=at,
    )
