"""How subcontractors' staff and temporary workers register: what the employer or user firm records (§3, seed text).

Nothing that was recorded is changed or deleted: what another record takes the place of stays as it was written, and what is
left of it is written anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from django.db import transaction
from django.db.models import Q, QuerySet

from domain.brussels import brussels_date
from domain.checkins.day_spans import DaySpan, apart
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.locking import lock_and_number
from registers.checkins.merged_meanwhile import hold_person
from registers.checkins.models import MeansKind, MeansRecord, WorkPlace, WorkPlaceParty

_AGREED = {MeansKind.ALTERNATIVE_AGREED, MeansKind.CONTRACT_CLAUSE}
FARTHEST = timedelta(days=366)
"""How far from today the first day of a record may lie, either way: what lies farther is a slip."""


@dataclass(frozen=True, slots=True)
class Means:
    """What is recorded: of a subcontractor (its number) or of a temporary worker (`person_id`), at one place or at all.

    `note` says what was given, and must say what was agreed. Without a last day it goes on.
    """

    kind: MeansKind
    valid_from: date
    valid_until: date | None = None
    note: str = ""
    subcontractor: str = ""
    person_id: int | None = None
    work_place: str = ""

    @property
    def days(self) -> DaySpan:
        """The days on which they hold."""
        return DaySpan(self.valid_from, self.valid_until)


class MeansNotToldError(Exception):
    """An alternative or a clause was agreed, and nothing says what it is."""


class MeansTooFarError(Exception):
    """The first day lies more than a year from today."""


class MeansOfOneselfError(Exception):
    """The company named itself as its subcontractor."""


@dataclass(frozen=True, slots=True)
class GivingWay:
    """A record of which another takes the place, and on which days it still holds."""

    record: MeansRecord
    left: tuple[DaySpan, ...]

    @property
    def agreement(self) -> str:
        """What whoever records agrees to: that of this record just these days are left."""
        left = (f"{days.first}/{days.last or ''}" for days in self.left)
        return f"{self.record.pk}:{','.join(left)}"


class MeansReplacedError(Exception):
    """Others would be replaced, to which whoever records did not agree; `giving_way` are all that give way, in order."""

    def __init__(self, giving_way: Sequence[GivingWay]) -> None:
        super().__init__(f"{len(giving_way)} records of means would give way")
        self.giving_way = giving_way


class MeansEnd(Enum):
    """What became of a record that was to end."""

    ENDED = auto()
    TAKEN_BACK = auto()
    """It had not begun, and never holds."""
    NOTHING_TO_END = auto()
    """It ended already, was recorded anew, or is another company's."""


def standing_means() -> QuerySet[MeansRecord]:
    """Return what is recorded and was not replaced, whether it holds now or not."""
    return MeansRecord.objects.filter(environment=Environment.PRODUCTION, replaced_at__isnull=True)


def places_with_part(company: str) -> QuerySet[WorkPlace]:
    """Return the work places that the company declared, answers for, or is or was a party of."""
    parts = WorkPlaceParty.objects.filter(environment=Environment.PRODUCTION, enterprise=company)
    own = Q(declarant=company) | Q(responsible=company) | Q(pk__in=parts.values("work_place_id"))
    return WorkPlace.objects.filter(own, environment=Environment.PRODUCTION)


@transaction.atomic
def record_means(means: Means, *, employer: str, actor: str, at: datetime, agreed: Collection[str] = ()) -> MeansRecord:
    """Record it for its days; what was recorded before of the same one and place gives way to it on these.

    So no two of them hold on one day, whatever the order in which they are recorded. `agreed` names what may give
    way and what is left of it then, as it was asked about: on other days it is asked about anew. What only goes on until the
    day before, from today on, gives way unasked.

    MeansNotToldError, MeansTooFarError, MeansOfOneselfError, MeansReplacedError, or LookupError for a work place in which the
    company has no part.
    """
    if means.kind in _AGREED and not means.note.strip():
        raise MeansNotToldError
    today = brussels_date(at)
    if abs(means.valid_from - today) > FARTHEST:
        raise MeansTooFarError
    if means.subcontractor == employer:
        raise MeansOfOneselfError
    place = _place(means.work_place, employer=employer)
    means = replace(means, person_id=_hold(employer, means.subcontractor, means.person_id))
    same = standing_means().filter(
        employer=employer, subcontractor=means.subcontractor, person=means.person_id, work_place=place
    )
    giving_way = [
        GivingWay(row, row.days.without(means.days))
        for row in same.order_by("valid_from")
        if row.days.meets(means.days)
    ]
    if any(one.agreement not in agreed and not _only_ends(one.record, means, today=today) for one in giving_way):
        raise MeansReplacedError(giving_way)
    for one in giving_way:
        _give_way(one.record, one.left, actor=actor, at=at)
    record = MeansRecord.objects.create(
        environment=Environment.PRODUCTION,
        employer=employer,
        work_place=place,
        subcontractor=means.subcontractor,
        person_id=means.person_id,
        kind=means.kind,
        note=means.note.strip(),
        valid_from=means.valid_from,
        valid_until=means.valid_until,
        recorded_at=at,
        recorded_by=actor,
        written_at=at,
    )
    append_event(
        "checkin:means:recorded",
        at=at,
        actor=actor,
        record=record.pk,
        kind=str(means.kind),
        replaced=[str(one.record.pk) for one in giving_way],
    )
    return record


@transaction.atomic
def end_means(record_id: int, *, employer: str, on: date, actor: str, at: datetime) -> MeansEnd:
    """Let a record end on that day, earlier than it would; one that begins later is taken back, as if it were never planned."""
    mine = standing_means().filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), pk=record_id, employer=employer)
    before = mine.first()
    if before is not None:
        _hold(employer, before.subcontractor, before.person_id)
    record = mine.first()
    if record is None:
        return MeansEnd.NOTHING_TO_END
    is_planned = record.valid_from > on
    _give_way(record, () if is_planned else (DaySpan(record.valid_from, on),), actor=actor, at=at)
    became = "taken-back" if is_planned else "ended"
    append_event(f"checkin:means:{became}", at=at, actor=actor, record=record_id)
    return MeansEnd.TAKEN_BACK if is_planned else MeansEnd.ENDED


def give_means(*, of: int, to: int, environment: Environment, actor: str, at: datetime) -> None:
    """Let what is recorded of one person be of the other, both of whom are held; what was recorded last takes the place.

    In the running transaction.
    """
    rows = MeansRecord.objects.filter(environment=environment, person__in=(of, to), replaced_at__isnull=True)
    of_one: dict[tuple[str, int | None], list[MeansRecord]] = {}
    for row in rows.order_by("recorded_at", "pk"):
        of_one.setdefault((row.employer, row.work_place_id), []).append(row)
    replaced = list[MeansRecord]()
    for recorded in of_one.values():
        for row, left in zip(recorded, apart([row.days for row in recorded]), strict=True):
            if left != (row.days,):
                _give_way(row, left, actor=actor, at=at)
                replaced.append(row)
    MeansRecord.objects.filter(person_id=of).update(person_id=to)
    if replaced:
        append_event("checkin:means:merged", at=at, actor=actor, replaced=[str(row.pk) for row in replaced])


def _hold(employer: str, subcontractor: str, person_id: int | None) -> int | None:
    """Let nobody else record or end of the same one until the transaction ends; return who the person is by then.

    A merging of two persons holds both, so it waits for what is recorded of one, as that waits for it.
    """
    if person_id is not None:
        return hold_person(person_id)
    lock_and_number((), references=[(employer, f"means of {subcontractor}")])
    return None


def _only_ends(row: MeansRecord, means: Means, *, today: date) -> bool:
    """Whether nothing changes but that it ends, from today on, where the next one begins."""
    begins_first = row.valid_from < means.valid_from and means.valid_from >= today
    return begins_first and row.valid_until is None and means.valid_until is None


def _give_way(row: MeansRecord, left: Sequence[DaySpan], *, actor: str, at: datetime) -> None:
    """Let a record hold no more but on the days that are left, for which it is written anew as it was recorded."""
    MeansRecord.objects.filter(pk=row.pk).update(replaced_at=at, replaced_by=actor)
    MeansRecord.objects.bulk_create(
        MeansRecord(
            environment=row.environment,
            employer=row.employer,
            work_place_id=row.work_place_id,
            subcontractor=row.subcontractor,
            person_id=row.person_id,
            kind=row.kind,
            note=row.note,
            valid_from=days.first,
            valid_until=days.last,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            written_at=at,
        )
        for days in left
    )


def _place(number: str, *, employer: str) -> WorkPlace | None:
    if not number:
        return None
    place = places_with_part(employer).filter(number=number).first()
    if place is None:
        raise LookupError(number)
    return place
