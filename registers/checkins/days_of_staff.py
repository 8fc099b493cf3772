"""List the days of a company's staff as their events make them: spells of work at a place, breaks inside (§2.2, §5.1)."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from domain.brussels import BRUSSELS
from domain.checkins.searches import DayPeriod
from domain.checkins.vocabulary import EventType, PresenceStatus
from domain.environments import Environment
from registers.checkins.models import Presence, Spell
from registers.checkins.presence_tables import BROUGHT_FOR, OF_NO_COMPANY
from registers.checkins.work_dates import LONGEST_SPELL


def spells_of_staff(
    company: str,
    periods: Sequence[DayPeriod],
    *,
    environment: Environment,
    employer: str = "",
    work_place: str = "",
    person_id: int | None = None,
) -> QuerySet[Spell]:
    """Return the spells that began on those days, of the company's staff; of one employer, place or person where they are given.

    Its staff are also those who were brought for it for a firm abroad or by a Limosa number alone. These are looked for first, by
    one query: a spell does not tell who brought it.
    """
    first, last = min(one.first for one in periods), max(one.last for one in periods)
    brought = Presence.objects.alias(whose=BROUGHT_FOR).filter(
        OF_NO_COMPANY,
        environment=environment,
        whose=company,
        event_type=EventType.IN,
        registration_date__range=(first, last),
        next_date__isnull=True,
    )
    came = brought.values_list("person_id", "number")
    spells = spells_begun(company, DayPeriod(first, last), brought=list(came), environment=environment)
    if len(periods) > 1:
        days = Q()
        for one in periods:
            days |= Q(work_date__range=(one.first, one.last))
        spells = spells.filter(days)
    given = {"employer": employer or None, "work_place": work_place or None, "person_id": person_id}
    return spells.filter(**{name: value for name, value in given.items() if value is not None})


def spells_begun(
    company: str, days: DayPeriod, *, brought: Collection[tuple[int, int]], environment: Environment
) -> QuerySet[Spell]:
    """Return the spells that began on those days, of the company's own staff and of whom it `brought`.

    Those are told by the person's id and the receipt number of each check-in of these days that was brought for it for a firm
    abroad or by a Limosa number alone.
    """
    whose = Q(employer=company)
    if brought:
        people, numbers = {person for person, _ in brought}, [number for _, number in brought]
        others = _of_others(company, days.first, days.last + LONGEST_SPELL)
        whose |= OF_NO_COMPANY & Q(~Exists(others), person_id__in=people, first_in__in=numbers)
    return _with_ends().filter(whose, environment=environment, work_date__range=(days.first, days.last))


def _with_ends() -> QuerySet[Spell]:
    """Return the spells with the instant of the last event that they tell, and its day."""
    until = Coalesce("ended_at", "last_in_at")
    return Spell.objects.alias(until=until, until_day=TruncDate(until, tzinfo=BRUSSELS))


def _of_others(company: str, first: date, last: date) -> QuerySet[Presence]:
    """Return what was brought for others than the company to a spell of the outer query; what he did himself is no other's.

    What is of these spells is of those days: their months alone are planned.
    """
    within = Presence.objects.alias(whose=BROUGHT_FOR).filter(
        environment=OuterRef("environment"),
        person_id=OuterRef("person_id"),
        employer=OuterRef("employer"),
        work_place=OuterRef("work_place"),
        registration_date__gte=OuterRef("work_date"),
        registration_date__lte=OuterRef("until_day"),
        registration_date__range=(first, last),
        event_at__gte=OuterRef("started_at"),
        event_at__lte=OuterRef("until"),
        next_date__isnull=True,
    )
    return within.exclude(status=PresenceStatus.CANCELLED.name).exclude(whose__in=["", company])
