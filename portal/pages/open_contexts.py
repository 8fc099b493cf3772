"""The companies and qualities for which a stay may act: those of the person in which its keys count."""

from collections.abc import Sequence
from datetime import datetime

from auth.models import Session
from domain.assurance import AssuranceLevel
from portal.pages.stays import person_of
from registers.access.standings import Context, contexts_of


def contexts_open_to(stay: Session, *, at: datetime) -> Sequence[Context]:
    """Return where the person may act in this stay; nothing for a login of no person."""
    person_id = person_of(stay)
    found = contexts_of(person_id, at=at) if person_id is not None else []
    return [each for each in found if stay.level_for(each.entity_id) >= AssuranceLevel.PASSWORD]
