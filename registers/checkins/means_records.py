"""How subcontractors' staff and temporary workers register: what the employer or user firm records (§3, seed text)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from django.db import transaction
from django.db.models import Q

from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.merged_meanwhile import hold_person
from registers.checkins.models import MeansKind, MeansRecord, WorkPlace

_AGREED = {MeansKind.ALTERNATIVE_AGREED, MeansKind.CONTRACT_CLAUSE}


@dataclass(frozen=True, slots=True)
class Means:
    """What is recorded: of a subcontractor (its number) or of a temporary worker (`person_id`), at one place or at all.

    `note` says what was given, and must say what was agreed.
    """

    kind: MeansKind
    valid_from: date
    note: str = ""
    subcontractor: str = ""
    person_id: int | None = None
    work_place: str = ""


class MeansNotToldError(Exception):
    """An alternative or a clause was agreed, and nothing says what it is."""


class MeansEnd(Enum):
    """What became of a record that was to end."""

    ENDED = auto()
    TAKEN_BACK = auto()
    """It had not begun, and never holds."""
    NOTHING_TO_END = auto()
    """It ended already, or is another company's."""


@transaction.atomic
def record_means(means: Means, *, employer: str, actor: str, at: datetime) -> MeansRecord:
    """Record it from its day on; what was recorded before of the same one and place ends the day before that.

    What would begin on that day or later is replaced: it was recorded wrongly, or planned otherwise. So no two of them hold on
    one day, whatever the order in which they are recorded.

    MeansNotToldError, or LookupError for a work place that is not known.
    """
    if means.kind in _AGREED and not means.note.strip():
        raise MeansNotToldError
    if means.person_id is not None:
        means = replace(means, person_id=hold_person(means.person_id))
    place = _place(means.work_place)
    same = MeansRecord.objects.select_for_update().filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=means.valid_from),
        environment=Environment.PRODUCTION,
        employer=employer,
        subcontractor=means.subcontractor,
        person=means.person_id,
        work_place=place,
    )
    replaced = list(same.filter(valid_from__gte=means.valid_from).order_by("pk").values_list("pk", flat=True))
    MeansRecord.objects.filter(pk__in=replaced).delete()
    same.update(valid_until=means.valid_from - timedelta(days=1))
    record = MeansRecord.objects.create(
        environment=Environment.PRODUCTION,
        employer=employer,
        work_place=place,
        subcontractor=means.subcontractor,
        person_id=means.person_id,
        kind=means.kind,
        note=means.note.strip(),
        valid_from=means.valid_from,
        recorded_at=at,
        recorded_by=actor,
    )
    append_event(
        "checkin:means:recorded",
        at=at,
        actor=actor,
        record=record.pk,
        kind=str(means.kind),
        replaced=[str(pk) for pk in replaced],
    )
    return record


@transaction.atomic
def end_means(record_id: int, *, employer: str, on: date, actor: str, at: datetime) -> MeansEnd:
    """Let a record end on that day, earlier than it would; one that begins later is taken back, as if it were never planned."""
    record = (
        MeansRecord.objects.select_for_update()
        .filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=on),
            pk=record_id,
            environment=Environment.PRODUCTION,
            employer=employer,
        )
        .first()
    )
    if record is None:
        return MeansEnd.NOTHING_TO_END
    if record.valid_from > on:
        record.delete()
        append_event("checkin:means:taken-back", at=at, actor=actor, record=record_id)
        return MeansEnd.TAKEN_BACK
    record.valid_until = on
    record.save(update_fields=["valid_until"])
    append_event("checkin:means:ended", at=at, actor=actor, record=record_id)
    return MeansEnd.ENDED


def _place(number: str) -> WorkPlace | None:
    if not number:
        return None
    place = WorkPlace.objects.filter(environment=Environment.PRODUCTION, number=number).first()
    if place is None:
        raise LookupError(number)
    return place
