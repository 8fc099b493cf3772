"""Flag check-outs that did not come within sixteen hours; tell employer and worker of them, within the hour (§2.2, §4)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncDate

from correspondence.models import EboxKind
from domain.brussels import BRUSSELS, brussels_date
from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits, DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from evidence.audit import append_event
from evidence.prepared import open_prepared
from registers.checkins.event_reading import Concerned, PersonHistory, read_around
from registers.checkins.isolating import act_in_halves
from registers.checkins.locking import lock_and_number
from registers.checkins.missing_out_windows import Days, days_begun, open_since, sector_begun_in
from registers.checkins.models import Presence, Spell, SpellState
from registers.checkins.presence_tables import BROUGHT_FOR, OF_NO_COMPANY
from registers.checkins.projecting import write_changes
from registers.checkins.records import remarks_of
from registers.checkins.telling import Letter, tell_company, tell_persons
from registers.checkins.windows import Change, key_of
from registers.checkins.worker_days import FOLDED_REMARKS, fold

_ACTOR = "check-in register"
_SPELLS_AT_ONCE = 200
TOLD_OF = Environment.PRODUCTION
_BACKLOG_LASTS = timedelta(minutes=40)
"""After an IN elsewhere was filed, the OUT may wait behind it; what is told then, at the next run, is told within the hour."""
_TOLD_FOR = timedelta(days=31)
"""What a new fold of older days finds missing is written of as long as it can still be put right."""
_UNTOLD = """
    SELECT spell.person_id, spell.work_date, spell.first_in, spell.last_in,
    CASE WHEN spell.employer ~ '^[0-9]' THEN spell.employer ELSE coalesce((
        SELECT coalesce(came.brought_for, came.brought_by) FROM checkins_presence came
        WHERE came.number = spell.last_in AND came.person_id = spell.person_id AND came.next_date IS NULL
            AND came.registration_date BETWEEN spell.work_date AND spell.work_date + 31
    ), '') END
    FROM checkins_spell spell LEFT JOIN LATERAL (
        SELECT min(came.created_at) AS filed_at
        FROM checkins_spell later JOIN checkins_presence came ON came.number = later.first_in
            AND came.registration_date = later.work_date AND came.next_date IS NULL
        WHERE later.person_id = spell.person_id AND later.work_date BETWEEN spell.work_date AND spell.work_date + 31
            AND later.started_at >= spell.last_in_at AND later.first_in <> spell.first_in
    ) AS elsewhere ON true
    WHERE spell.environment = %s::varchar AND spell.state = 'MISSING_OUT' AND spell.told_at IS NULL
        AND spell.person_id <> ALL(%s::bigint[]) AND spell.last_in_at < %s::timestamptz AND spell.work_date >= %s::date
        AND (elsewhere.filed_at IS NULL OR elsewhere.filed_at <= %s::timestamptz)
    ORDER BY spell.work_date, spell.person_id LIMIT %s::integer
"""


class _Due(NamedTuple):
    """Somebody of whom spells stand open for too long."""

    person_id: int
    spells: Sequence[Spell]


class _Untold(NamedTuple):
    """A spell of whose missing OUT nobody was told; `company` is the employer, or for whom what is of none here was brought."""

    person_id: int
    work_date: date
    first_in: int
    last_in: int
    company: str


class Flagged(NamedTuple):
    """How many spells were flagged, and at how many persons it failed."""

    spells: int
    left: int


class Told(NamedTuple):
    """Of how many spells was told, and to how many e-Boxes of workers and of employers; not everybody has one."""

    spells: int = 0
    workers: int = 0
    employers: int = 0


def flag_missing_outs(*, environment: Environment, limits: CheckInLimits, at: datetime) -> Flagged:
    """Flag spells that nobody left within sixteen hours. Nothing is closed, no time is invented.

    Who came again meanwhile is at work since then, also where a check-in elsewhere cut the first spell short.

    Whose days cannot be folded holds up no other: he is logged, and looked at again the next time.
    """
    flagged, left = 0, list[_Due]()

    def flag(persons: Sequence[_Due]) -> int:
        due = [spell for one in persons for spell in one.spells]
        lock_and_number({one.person_id for one in persons})
        return _fold_again(due, environment=environment, limits=limits, at=at)

    while due := _due(environment, limits=limits, at=at, but_of=[one.person_id for one in left]):
        flagged += sum(
            act_in_halves(due, flag, left=left, name=lambda one: f"missing check-outs person={one.person_id}")
        )
    return Flagged(flagged, len(left))


def persons_to_tell(*, limits: CheckInLimits, at: datetime) -> set[int]:
    """Return whom `tell_of_missing_outs` would tell of a missing check-out at that instant."""
    return {row.person_id for row in _untold(None, limits=limits, at=at)}


def tell_of_missing_outs(
    *, limits: CheckInLimits, at: datetime, but_of: Collection[int] = (), at_once: int = 1000
) -> Told:
    """Tell the worker of each missing check-out, and his employer once of all that are new.

    What an employer is told of is named by the first of them: what falls due later in the hour is told of anew. A test
    concerns nobody: it is of production alone. Whom an IN elsewhere cut short is told of when everybody else is, after sixteen
    hours: until then an OUT ends the spell. Nobody is told of the persons `but_of`.
    """
    told, companies = Told(), set[str]()
    while rows := _untold(at_once, limits=limits, at=at, but_of=but_of):
        with transaction.atomic():
            missing = {f"missing {row.last_in}": row.person_id for row in rows}
            workers = tell_persons(missing, TOLD_OF, Letter(EboxKind.OWN_CHECK_OUT_MISSING), at=at)
            first = {row.company: row.last_in for row in reversed(rows) if row.company not in {"", *companies}}
            employers = sum(
                tell_company(company, TOLD_OF, Letter(EboxKind.MISSING_CHECK_OUT), occasion=f"missing {last_in}", at=at)
                for company, last_in in sorted(first.items())
            )
            for row in rows:
                Spell.objects.filter(person_id=row.person_id, work_date=row.work_date, first_in=row.first_in).update(
                    told_at=at
                )
            append_event(
                "presence:missing-outs-told",
                at=at,
                actor=_ACTOR,
                environment=str(TOLD_OF),
                spells=len(rows),
                workers=workers,
                employers=employers,
            )
        companies |= first.keys()
        told = Told(told.spells + len(rows), told.workers + workers, told.employers + employers)
    return told


def missing_outs_of(company: str, *, environment: Environment, days: Days | None = None) -> QuerySet[Spell]:
    """Return the spells of a company's staff whose check-out is missing, also of who was brought for it for a firm abroad or by a Limosa number alone.

    These are looked for first, by one query: a spell does not tell who brought it. Where days are given, they are those that
    began and were gone on with on these alone, and their months alone are planned.
    """
    missing = Spell.objects.filter(environment=environment, state=SpellState.MISSING_OUT)
    brought = (
        Presence.objects.alias(whose=BROUGHT_FOR)
        .filter(
            OF_NO_COMPANY,
            environment=environment,
            whose=company,
            event_type=EventType.IN,
            next_date__isnull=True,
            remarks__contains=[Remark.MISSING_OUT.name],
        )
        .exclude(remarks=[])
    )  # said so that the index of what has a remark is found
    if days is not None:
        missing, brought = missing.filter(work_date__range=days), brought.filter(registration_date__range=days)
    came = list(brought.values_list("person_id", "number"))
    if not came:
        return missing.filter(employer=company)
    theirs = Q(person_id__in={person for person, _ in came}, last_in__in=[number for _, number in came])
    return missing.filter(Q(employer=company) | (OF_NO_COMPANY & theirs))


def missing_outs_by_day(
    company: str, *, environment: Environment, since: date, on: date, limits: DayLimits
) -> QuerySet[Spell, tuple[date, date, str, int]]:
    """Return how many of them there are by registration date, by the last day of which the check-out may be, and by sector.

    These last days are from `since` on, as things stand `on` a day; the sector is that of `sector_begun_in`.
    """
    earliest = open_since(since, limits=limits)
    days = days_begun(brussels_date(earliest), on)
    spells = missing_outs_of(company, environment=environment, days=days).filter(last_in_at__gte=earliest)
    leaves_by = ExpressionWrapper(F("last_in_at") + limits.longest_open, output_field=DateTimeField())
    counted: QuerySet[Spell, tuple[date, date, str, int]] = (
        spells.values(
            day=TruncDate("last_in_at", tzinfo=BRUSSELS),
            left=TruncDate(leaves_by, tzinfo=BRUSSELS),
            sector=sector_begun_in(days),
        )
        .annotate(count=Count("*"))
        .values_list("day", "left", "sector", "count")
    )
    return counted


def _due(environment: Environment, *, limits: CheckInLimits, at: datetime, but_of: Collection[int]) -> list[_Due]:
    """Return the persons of the first spells, each with those."""
    waits = Q(state=SpellState.OPEN) | Q(state=SpellState.MISSING_OUT, again__isnull=False)
    open_too_long = Spell.objects.filter(
        waits, environment=environment, last_in_at__lt=at - limits.days.longest_open
    ).exclude(person_id__in=but_of)
    of_persons: dict[int, list[Spell]] = {}
    for spell in open_too_long.order_by("last_in_at")[:_SPELLS_AT_ONCE]:
        of_persons.setdefault(spell.person_id, []).append(spell)
    return [_Due(person_id, spells) for person_id, spells in of_persons.items()]


def _untold(at_once: int | None, *, limits: CheckInLimits, at: datetime, but_of: Collection[int] = ()) -> list[_Untold]:
    """Return the first of them, or all of them without a limit."""
    due_since, filed_since = at - limits.days.longest_open, at - _BACKLOG_LASTS
    with open_prepared() as cursor:
        cursor.execute(
            _UNTOLD, [str(TOLD_OF), list(but_of), due_since, brussels_date(at) - _TOLD_FOR, filed_since, at_once]
        )
        return [_Untold(*row) for row in cursor.fetchall()]


def _fold_again(due: Sequence[Spell], *, environment: Environment, limits: CheckInLimits, at: datetime) -> int:
    """Fold the days of those persons as they are at `at`, and put all that this makes in the place of what stood there."""
    concerned: dict[int, Concerned] = {}
    for spell in due:
        concerned.setdefault(spell.person_id, Concerned()).instants.append(spell.last_in_at)
    histories = read_around(concerned, environment=environment, limits=limits.days)
    changes = {person: as_time_made_it(history, limits=limits, at=at) for person, history in histories.items()}
    for spell in due:
        one = changes[spell.person_id]
        if (spell.work_date, spell.first_in) not in map(key_of, one.written):
            one = replace(one, gone=(*one.gone, (spell.work_date, spell.first_in)))
        if _held_another_day(spell, histories[spell.person_id]):
            one = replace(one, is_of_another_day=True)
        changes[spell.person_id] = one
    write_changes(changes, histories, environment=environment, at=at)
    return len(due)


def _held_another_day(spell: Spell, history: PersonHistory) -> bool:
    """Whether events of later days were of the spell while it stood open (`work_dates`), which ends for them at its last IN.

    All that was read is looked at: also what came after sixteen hours was of the spell until now.
    """
    return any(
        record.is_newest
        and record.event_at is not None
        and record.event_at > spell.last_in_at
        and record.registration_date > spell.work_date
        and (record.employer, record.work_place) == (spell.employer, spell.work_place)
        for record in history.records
    )


def as_time_made_it(history: PersonHistory, *, limits: CheckInLimits, at: datetime) -> Change:
    """Return all spells of what was read, and the remarks that differ from those that stand."""
    after = fold(history.bearing, limits=limits.days, at=at)
    remarked, records = {}, history.by_number()
    for event in history.bearing:
        record = records.get(event.number)
        stands = frozenset(remarks_of(record.remarks)) & FOLDED_REMARKS if record is not None else frozenset()
        if stands != after.remarks_of(event.number):
            remarked[event.number] = after.remarks_of(event.number)
    return Change(after=after, written=after.spells, gone=(), remarked=remarked)
