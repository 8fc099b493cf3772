"""The companies and qualities for which a stay may act: those of the person in which its keys count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.models import Session
from domain.assurance import AssuranceLevel
from portal.pages.stays import person_of
from registers.access.standings import Context, contexts_of


@dataclass(frozen=True, slots=True)
class OwnContexts:
    """Where somebody acts: what can be chosen, and the companies in which nobody does anything for now."""

    chosen_from: Sequence[Context]
    stopped: Sequence[Context]


def contexts_open_to(stay: Session, *, at: datetime) -> OwnContexts:
    """Return where the person acts, as far as the keys of this stay count; nothing for a login of no person."""
    person_id = person_of(stay)
    found = contexts_of(person_id, at=at) if person_id is not None else []
    own = [each for each in found if stay.level_for(each.entity_id) >= AssuranceLevel.PASSWORD]
    stopped = {each.entity_id: each for each in own if each.is_stopped}
    return OwnContexts([each for each in own if not each.is_stopped], list(stopped.values()))
