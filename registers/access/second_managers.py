"""Whether whoever confirms is another human than whoever asked, where four eyes are needed (decision 0047)."""

from collections import defaultdict
from collections.abc import Mapping

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.assurance import AssuranceLevel
from registers.access.models import Appointment
from registers.persons.details import read_details

_PERSON = "person:"


def require_somebody_else(asked_by: str, *, by: Actor) -> None:
    """Refuse who asked himself; `asked_by` is the name of that actor."""
    if by.name == asked_by:
        raise AccessRefusedError(
            RefusalReason.SECOND_MANAGER_NEEDED,
            "Four eyes are needed: who asked for it does not confirm it.",
            next_step="Ask another access manager.",
        )


def require_other_eyes(asked_by: str, entity_id: int, *, by: Actor) -> None:
    """Refuse whom the asker, or somebody of his making, made an access manager, unless the stay proves who it is.

    An access manager says where the first keys of his helpers go, so that all of them may come to himself.
    """
    if not _is_proved(by) and not _was_made_by_another(by.name, asked_by, _makers(entity_id)):
        raise AccessRefusedError(
            RefusalReason.SECOND_MANAGER_UNPROVED,
            "Four eyes are needed, and whoever asked for it made you an access manager.",
            next_step="Sign in with eID or itsme, or ask another access manager.",
        )


def _is_proved(by: Actor) -> bool:
    """Whether the stay shows who the person is; a passkey alone shows no more than the key it was set up with."""
    if by.level >= AssuranceLevel.EID:
        return True
    if by.level < AssuranceLevel.ITSME or by.person_id is None:
        return False
    details = read_details([by.person_id]).get(by.person_id)
    return details is not None and details.is_name_proved


def _makers(entity_id: int) -> Mapping[str, set[str]]:
    """Return who made whom an access manager of the entity, by the names of actors; one query."""
    makers = defaultdict(set)
    rows = Appointment.objects.filter(entity_id=entity_id, confirmed_at__isnull=False)
    for person_id, confirmed_by in rows.values_list("person_id", "confirmed_by"):
        makers[f"{_PERSON}{person_id}"].add(confirmed_by)
    return makers


def _was_made_by_another(name: str, asker: str, makers: Mapping[str, set[str]]) -> bool:
    """Whether somebody is an access manager by others than the asker and those whom the asker made."""
    seen, waiting = {name, asker}, [name]
    while waiting:
        for maker in makers.get(waiting.pop(), set()) - seen:
            if not maker.startswith(_PERSON):
                return True
            seen.add(maker)
            waiting.append(maker)
    return False
