"""Tell companies and workers by their e-Boxes that something about check-ins waits; a mail without content goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from correspondence.ebox import Posting, publish
from correspondence.ebox_alerts import active_among
from correspondence.ebox_mass import publish_all
from correspondence.models import EboxKind
from domain.access.services import ServiceCode
from domain.access.states import EntityAccountState
from domain.environments import Environment
from domain.written_values import WrittenValue
from registers.access.models import Entity, EntityState

PUBLISHER = "check-in register"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told: its kind, what fills the texts of that kind, and the number of what it is about, where it leads there."""

    kind: EboxKind
    values: Mapping[str, WrittenValue] = field(default_factory=dict)
    about: str = ""


def tell_company(company: str, environment: str, letter: Letter, *, occasion: str, at: datetime) -> bool:
    """Put a document into the e-Box of a company, routed as those of check-ins; False when it is unknown here, or its account is closed, or for a test.

    A test concerns nobody: pages and mails are of production alone.
    """
    if environment != Environment.PRODUCTION:
        return False
    entity = (
        Entity.objects.filter(
            environment=environment, company_number=company, state=EntityState.ACTIVE, valid_until__isnull=True
        )
        .exclude(account__state=EntityAccountState.CLOSED)
        .first()
    )
    if entity is None:
        return False
    publish(
        Posting(
            kind=letter.kind,
            environment=Environment(environment),
            values=letter.values,
            about=letter.about,
            publisher=PUBLISHER,
            occasion=f"{occasion}, company {company}",
            entity_id=entity.pk,
            service=str(ServiceCode.CHECK_INS),
        ),
        at=at,
    )
    return True


def tell_persons(occasions: Mapping[str, int], environment: str, letter: Letter, *, at: datetime) -> int:
    """Put a document into the e-Box of each person, by what it is about; return of how many. As many statements as for one.

    Only whose e-Box is active is told: others read it among their registrations. A test concerns nobody.
    """
    if environment != Environment.PRODUCTION:
        return 0
    active = active_among(set(occasions.values()))
    postings = [
        Posting(
            kind=letter.kind,
            environment=Environment.PRODUCTION,
            values=letter.values,
            about=letter.about,
            publisher=PUBLISHER,
            occasion=f"{occasion}, person {person_id}",
            person_id=person_id,
        )
        for occasion, person_id in occasions.items()
        if person_id in active
    ]
    publish_all(postings, at=at)
    return len(postings)
